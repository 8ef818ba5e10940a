"""Square codes to print, drawn as SVG and coloured by the style sheet."""

from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def square(address: str) -> SafeString:
    made: Any = segno.make(address, error="m")
    svg = made.svg_inline(
        border=2, svgclass="qr", lineclass="qr-line", omitsize=True, title=_("QR code")
    )
    drawn: SafeString = mark_safe(svg)  # noqa: S308 - drawn by us, and segno escapes the title
    return drawn
