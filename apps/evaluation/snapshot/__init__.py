"""One report frozen at one moment, as a dict that JSON can hold.

``facts`` are the numbers; ``answers``, ``sections`` and ``charts`` say them. Page, PDF, CSV, XLSX
and mail read nothing else, so that they cannot disagree. It holds no person and nothing anybody
wrote in private. What schools say about their own lines before it goes out stands beside it
(`apps.evaluation.posting.lines`), never in it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apps.core import charts
from apps.core.ui.dates import day, moment
from apps.evaluation.models import Report
from apps.evaluation.periods import term_name

VERSION = 2
Progress = Callable[[int], None]
Facts = dict[str, Any]


def build(report: Report, at: datetime, progress: Progress) -> Facts:
    """Gather, say and draw. Raises apps.core.charts.DrawingError."""
    kind = report.rules
    frame = kind.frame(report, at)
    facts: Facts = {}
    for done, (name, source) in enumerate(kind.sources.items(), start=1):
        facts[name] = source(frame)
        progress(done)
    before = None if kind.is_own else previous(report)
    drawn = kind.charts(facts)
    pictures = charts.draw(drawn)
    progress(kind.steps)
    return {
        "version": VERSION,
        "kind": report.kind,
        "subject": report.place.name,
        "title": report.title,
        "is_demo": report.is_demo,
        "period": {
            "start": report.period_start.isoformat(),
            "end": report.period_end.isoformat(),
            "words": f"{day(report.period_start)} – {day(report.period_end)}",
            "term": term_name(report.period_end),
        },
        "frozen": moment(at),
        "correction": report.why_corrected,
        "before": before,
        "facts": facts,
        "charts": {chart.name: charts.as_dict(chart, pictures[chart.name]) for chart in drawn},
        **kind.says(facts, frame, before),
    }


def previous(report: Report) -> Facts | None:
    """The figures of the report before this one."""
    found = Report.objects.before(report).first()
    if found is None or not found.snapshot:
        return None
    return {
        "report": found.public_id,
        "words": found.snapshot["period"]["words"],
        "start": found.period_start.isoformat(),
        "end": found.period_end.isoformat(),
        "headline": found.snapshot["headline"],
    }
