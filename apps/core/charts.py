"""Charts: one Vega-Lite spec, drawn once on the server; pages, PDF and mail show the same SVG.

A chart comes with the sentence it proves, a description and its figures as a table. The shades
differ in lightness, so that they can be told apart on a grey print; bars carry their numbers.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.core.cache import cache
from django.utils.safestring import mark_safe

from apps.core import fonts

INK, INK_SOFT, RULE, ACCENT = "#1b2a41", "#4a5668", "#dcd7cc", "#0b5563"
SHADES = ("#0b4f5c", "#2f7d8a", "#8fbfc5", "#c6dfe1", "#eaf2f2")
WIDTH = 240  # of the plot, px; with its labels it fits a phone
BAR = 30  # px a bar and its gap
LINE = 16  # px a line of a label
TIMEOUT = 60
KEPT = 7 * 24 * 3600  # seconds that a chart of changing figures is kept
LABEL, LINES = 24, 3  # characters of a line of a label, and its lines before it is cut
# Vega lays out with a font it knows the widths of; Source Sans runs a little narrower.
_MEASURED = "sans-serif"
_FONT = f"'{fonts.WEB}', '{fonts.PAPER}', {_MEASURED}"
_PROCESS = Path(__file__).with_name("chart_process.py")
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_CONFIG: dict[str, Any] = {
    "aria": False,  # the whole drawing has one role, title and description
    "background": "transparent",
    "font": _MEASURED,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelColor": INK,
        "labelFontSize": 14,
        "labelLimit": 0,
        "labelPadding": 8,
        "title": None,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "columns": 3,
        "title": None,
        "labelFontSize": 14,
        "labelLimit": 0,
        "labelColor": INK,
        "symbolType": "square",
        "symbolSize": 160,
        "symbolStrokeWidth": 1,
        "symbolStrokeColor": INK_SOFT,
    },
    "text": {"color": INK, "fontSize": 14},
}

# Vega names its marks for screen readers even when it is told not to.
_PARTS = re.compile(r' (?:role|aria-roledescription)="[^"]*"')

Cell = str | int | float | None


class DrawingError(Exception):
    """The drawing process broke off or took too long."""


@dataclass(frozen=True, slots=True)
class Chart:
    """``title`` is the finding, ``alt`` describes the drawing; ``rows`` fit ``columns``."""

    name: str
    title: str
    alt: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    spec: dict[str, Any] = field(repr=False)
    note: str = ""


def bars(rows: Sequence[tuple[str, float | int | None, str]]) -> dict[str, Any]:
    """One bar a row of (label, number or None, what stands beside it)."""
    values = [
        {"row": row, "number": number, "text": text}
        for row, (_label, number, text) in enumerate(rows)
    ]
    number = {"field": "number", "type": "quantitative", "axis": None}
    return _spec(
        values,
        labels=[row[0] for row in rows],
        layer=[
            {
                "mark": {"type": "bar", "color": ACCENT, "height": BAR - 12},
                "encoding": {"x": number},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": {**number, "stack": None}, "text": {"field": "text"}},
                "transform": [
                    {"calculate": "isValid(datum.number) ? datum.number : 0", "as": "number"}
                ],
            },
        ],
    )


def stacked_bars(
    labels: Sequence[str], series: Sequence[str], numbers: Sequence[Sequence[int]]
) -> dict[str, Any]:
    """One bar a label, split into ``series`` from the darkest shade; zeros are not drawn."""
    values = [
        {"row": row, "series": name, "number": number, "order": order}
        for row, counts in enumerate(numbers)
        for order, (name, number) in enumerate(zip(series, counts, strict=True))
        if number
    ]
    shades = SHADES[: len(series)]
    number = {"field": "number", "type": "quantitative", "axis": None, "stack": "zero"}
    order = {"field": "order", "type": "quantitative"}
    light = f"datum.order < {min(2, len(series))}"
    return _spec(
        values,
        labels=labels,
        layer=[
            {
                "mark": {"type": "bar", "stroke": INK_SOFT, "strokeWidth": 1, "height": BAR - 8},
                "encoding": {
                    "x": number,
                    "order": order,
                    "color": {
                        "field": "series",
                        "type": "nominal",
                        "scale": {"domain": list(series), "range": list(shades)},
                    },
                },
            },
            {
                "mark": {"type": "text"},
                "encoding": {
                    "x": {**number, "bandPosition": 0.5},
                    "order": order,
                    "detail": {"field": "series"},
                    "text": {"field": "number"},
                    "color": {"condition": {"test": light, "value": "#ffffff"}, "value": INK},
                },
            },
        ],
    )


def draw(charts: Sequence[Chart]) -> dict[str, str]:
    """SVG by name. Raises DrawingError."""
    if not charts:
        return {}
    try:
        done = subprocess.run(
            [sys.executable, str(_PROCESS)],
            input=json.dumps([chart.spec for chart in charts]),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
        drawings = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise DrawingError(type(error).__name__) from error
    return {chart.name: _described(svg, chart) for chart, svg in zip(charts, drawings, strict=True)}


def shown(kept: Mapping[str, Any], address: str) -> dict[str, Any]:
    """What `as_dict` kept, for components/chart.html; ``address`` gives its figures as a file."""
    drawing = mark_safe(kept["svg"])  # noqa: S308 - drawn by us, every text of it escaped
    return {**kept, "svg": drawing, "csv_url": f"{address}?chart={kept['name']}"}


def as_dict(chart: Chart, svg: str) -> dict[str, Any]:
    """What is kept of a drawn chart: everything but its spec."""
    return {
        "name": chart.name,
        "title": chart.title,
        "alt": chart.alt,
        "note": chart.note,
        "columns": list(chart.columns),
        "rows": [list(row) for row in chart.rows],
        "svg": svg,
    }


def drawn(chart: Chart) -> dict[str, Any] | None:
    """`as_dict` of a chart of figures that change, drawn again only once they have; None where it
    cannot be drawn: the page has its figures too."""
    text = json.dumps([chart.name, chart.title, chart.alt, chart.spec], sort_keys=True)
    key = f"chart/{sha256(text.encode()).hexdigest()}"
    svg = cache.get(key)
    if svg is None:
        try:
            svg = draw([chart])[chart.name]
        except DrawingError:
            return None
        cache.set(key, svg, KEPT)
    return as_dict(chart, svg)


def _described(svg: str, chart: Chart) -> str:
    """The drawing as one image with a title and a description for screen readers."""
    start, rest = svg.split(">", 1)
    rest = _PARTS.sub("", rest)
    rest = rest.replace(f'font-family="{_MEASURED}"', f'font-family="{_FONT}"')
    title, text = f"chart-{chart.name}-title", f"chart-{chart.name}-text"
    named = f'{start} role="img" aria-labelledby={quoteattr(f"{title} {text}")}>'
    words = f'<title id="{title}">{escape(chart.title)}</title>'
    return f'{named}{words}<desc id="{text}">{escape(chart.alt)}</desc>{rest}'


def _spec(
    values: list[dict[str, Any]], *, labels: Sequence[str], layer: list[Any]
) -> dict[str, Any]:
    """A row is its place: labels that are alike, or cut alike, are still rows of their own."""
    told = [_lines(label) for label in labels]
    most = max(map(len, told), default=1)
    words: dict[str, Any] = {
        "data": {"values": [{"row": row, "lines": lines} for row, lines in enumerate(told)]},
        "mark": {
            "type": "text",
            "align": "right",
            "dx": -8,
            "dy": {"expr": f"{LINE} * (1 - length(datum.lines)) / 2"},
            "lineHeight": LINE,
        },
        "encoding": {"x": {"value": 0}, "text": {"field": "lines"}},
    }
    return {
        "$schema": _SCHEMA,
        "width": WIDTH,
        "height": max(BAR, LINE * most + 10) * len(labels),
        "padding": 4,
        "data": {"values": values},
        "encoding": {
            "y": {
                "field": "row",
                "type": "ordinal",
                "scale": {"domain": list(range(len(labels)))},
                "axis": None,
            }
        },
        "layer": [words, *layer],
        "config": _CONFIG,
    }


def _lines(label: str) -> list[str]:
    return wrap(label, LABEL, max_lines=LINES, placeholder="…") or [""]
