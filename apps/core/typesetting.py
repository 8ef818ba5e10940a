"""Tagged PDFs (PDF/UA-1), set by typst from data that a template reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core import fonts


def set_paper(template: str, **inputs: Any) -> bytes:
    """The file's bytes. ``template`` lies under templates/; each of ``inputs`` reaches it as JSON.

    RuntimeError when the template and the inputs do not fit.
    """
    import typst  # 20 MB of library that only the maker of a paper needs

    made: bytes = typst.compile(
        str(Path(settings.BASE_DIR) / "templates" / template),
        font_paths=[str(fonts.folder())],
        ignore_system_fonts=True,
        sys_inputs={name: json.dumps(value) for name, value in inputs.items()},
        pdf_standards=["ua-1"],
    )
    return made
