"""Where the typeface of PDFs lies.

Source Sans Pro is the earlier name of the web's Source Sans 3 (which npm brings): its fonts have
one file a weight, and drawings set by typst need that.
"""

from __future__ import annotations

from pathlib import Path

WEB = "Source Sans 3"
PAPER = "Source Sans Pro"


def folder() -> Path:
    import font_source_sans_pro  # data only: the font's files

    return Path(font_source_sans_pro.__file__).parent / "files"
