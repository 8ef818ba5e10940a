"""The release: what everybody may read of a closed audit, worked out and written once."""

from apps.audits.releasing.release import Prepared, prepare, release, write

__all__ = ["Prepared", "prepare", "release", "write"]
