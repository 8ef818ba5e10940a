"""Where the typeface of charts and PDFs lies (the web's own is built by npm)."""

from __future__ import annotations

from pathlib import Path

FAMILY = "Source Sans 3"


def folder() -> Path:
    import fontpkg_source_sans_3  # data only: the font's files

    return Path(fontpkg_source_sans_3.ROOT) / "files"
