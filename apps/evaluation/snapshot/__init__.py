"""One report frozen at one moment, as a dict that JSON can hold.

``facts`` are the numbers; ``answers``, ``sections`` and ``charts`` say them. Page, PDF, CSV, XLSX
and mail read nothing else, so that they cannot disagree. It holds no person and nothing anybody
wrote in private.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from apps.core import charts
from apps.core.ui.dates import day, moment
from apps.evaluation.models import Report
from apps.evaluation.periods import term_name
from apps.evaluation.snapshot import (
    figures,
    findings,
    needs,
    outcomes,
    partnership,
    people,
    tables,
    verdicts,
    work,
)
from apps.evaluation.snapshot.frame import Frame

VERSION = 1
Progress = Callable[[int], None]
Facts = dict[str, Any]
Source = Callable[[Frame], Any]

SOURCES: dict[str, Source] = {
    "partnership": partnership.facts,
    "activities": work.activities,
    "sessions": work.sessions,
    "release": work.release,
    "promised": work.promised,
    "promises": work.promises,
    "people": people.facts,
    "outcomes": outcomes.facts,
    "needs": needs.facts,
}
STEPS = len(SOURCES) + 1  # and the charts


def build(report: Report, frame: Frame, progress: Progress) -> Facts:
    """Gather, say and draw. Raises apps.core.charts.DrawingError."""
    facts: Facts = {}
    for done, (name, source) in enumerate(SOURCES.items(), start=1):
        facts[name] = source(frame)
        progress(done)
    before = previous(report)
    drawn = figures.charts(facts)
    pictures = charts.draw(drawn)
    progress(STEPS)
    return {
        "version": VERSION,
        "kind": report.kind,
        "alliance": frame.alliance.name,
        "is_demo": frame.alliance.is_demo,
        "period": {
            "start": frame.start.isoformat(),
            "end": frame.end.isoformat(),
            "words": f"{day(frame.start)} – {day(frame.end)}",
            "term": term_name(frame.end),
        },
        "frozen": moment(frame.at),
        "correction": report.correction,
        "before": before,
        "facts": facts,
        "headline": findings.headline(facts),
        "answers": findings.answers(facts, before),
        "questions": findings.questions(facts),
        "decisions": findings.decisions(facts),
        "sections": sections(facts),
        "charts": {chart.name: charts.as_dict(chart, pictures[chart.name]) for chart in drawn},
        "caveats": findings.caveats(facts),
        "sources": sources(frame),
    }


def previous(report: Report) -> Facts | None:
    """The figures of the report before this one."""
    found = Report.objects.before(report).first()
    if found is None or not found.snapshot:
        return None
    return {
        "report": found.public_id,
        "words": found.snapshot["period"]["words"],
        "headline": found.snapshot["headline"],
    }


def sections(facts: Facts) -> list[Facts]:
    found = facts["outcomes"]
    results = [
        *([verdicts.overall(found["overall"])] if found["overall"]["parts"] else []),
        *(verdicts.outcome(activity) for activity in found["activities"]),
    ]
    return [
        _section(
            "done",
            _("What was done"),
            findings.held(facts["sessions"]),
            tables.activities(facts["activities"]),
            tables.time(facts),
            chart="activities",
        ),
        _section(
            "people",
            _("Who took part"),
            findings.unreached(facts["people"]),
            tables.by_school(facts["people"]["by_school"]),
            tables.by_hours(facts["people"]["by_hours"]),
            chart="reach",
        ),
        _section("results", _("What changed"), _result(found), *results),
        _section(
            "evidence",
            _("How strong the evidence is"),
            _("Reactions are quick to ask; what pupils gain takes longest and counts most."),
            verdicts.evidence(found["evidence"]),
            chart="evidence",
        ),
        _section(
            "promises",
            _("Promises"),
            findings.kept(facts["promises"]),
            tables.promises(facts["promises"]),
        ),
        _section("needs", _("Needs"), _needs(facts["needs"]), tables.needs(facts["needs"])),
        _section(
            "partnership",
            _("The partnership"),
            _partnership(facts["partnership"]),
            tables.partnership(facts["partnership"]),
            tables.obstacles(facts["partnership"]),
        ),
    ]


def sources(frame: Frame) -> list[str]:
    return [
        _("Activities shared by the alliance's schools that were there between %(start)s and "
          "%(end)s, with the states they had on %(at)s.")
        % {"start": day(frame.start), "end": day(frame.end), "at": moment(frame.at)},
        _("Measurements dated up to %(end)s, the newest of each criterion.")
        % {"end": day(frame.end)},
        _("Staff lists, sessions and shared promises of the same days; needs audits that were "
          "open in them, results of those that have closed."),
    ]  # fmt: skip


def _section(name: str, title: str, finding: str, *found: Facts | None, chart: str = "") -> Facts:
    return {
        "name": name,
        "title": title,
        "finding": finding,
        "chart": chart,
        "tables": [table for table in found if table is not None],
    }


def _result(found: Facts) -> str:
    whole = found["overall"]
    if not found["criteria"]["agreed"]:
        return _("No activity has success criteria yet, so there is nothing to judge by.")
    words = verdicts.score_words(whole["score"], whole["evaluable_weight"], 100)
    text = _("By the agreement's weights: %(words)s.") % {"words": words}
    if found["not_listed"]:
        more = _("%(n)d further activities are in the counts only.") % {"n": found["not_listed"]}
        text = f"{text} {more}"
    return text


def _needs(found: Facts) -> str:
    if not found["audits"]:
        return _("No needs audit was open.")
    people = found["people"]
    if people.get("hidden"):
        return _("Needs audits: %(n)d. Too few people were asked to say how many answered.") % {
            "n": found["audits"]
        }
    return _("Needs audits: %(n)d. %(answered)d of %(asked)d people answered.") % {
        "n": found["audits"], "answered": people["count"], "asked": people["of"],
    }  # fmt: skip


def _partnership(found: Facts) -> str:
    if found["agreement"] is None:
        return _("No agreement is out for signature.")
    words = _("%(signed)d of %(joined)d that have joined have signed version %(n)d.") % {
        "signed": found["signed"], "joined": found["joined"], "n": found["agreement"],
    }  # fmt: skip
    if found["versions"]:
        words += " " + _("Versions sent out in this period: %(n)d.") % {"n": found["versions"]}
    return words
