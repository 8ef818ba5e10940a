"""A school's termly report: for its CPD lead and its head."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.charts import Chart
from apps.evaluation.models import Report
from apps.evaluation.reports.base import SCHOOL, Facts, ReportKind, at_school, section
from apps.evaluation.snapshot import (
    figures,
    findings,
    school_people,
    school_says,
    school_tables,
    school_work,
    tables,
    value,
    verdicts,
    work,
)
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.schools.enums import Role

SOURCES: dict[str, Any] = {
    "activities": work.activities,
    "sessions": school_work.sessions,
    "promises": school_work.promises,
    "people": school_people.facts,
    "release": school_work.release,
    "promised": school_work.promised,
    "outcomes": value.of_school,
    "needs": school_work.needs,
}
MAKERS = at_school(Role.CPD_LEAD, Role.HEAD)
REFUSAL = gettext_lazy("Reports of a school are made by its CPD leads and its head.")


def frame_of(report: Report, at: datetime) -> SchoolFrame:
    assert report.organisation is not None
    return SchoolFrame(
        school=report.organisation, start=report.period_start, end=report.period_end, at=at
    )


def _charts(facts: Facts) -> list[Chart]:
    found = [
        figures.activities(facts["activities"]),
        reached(facts["people"]),
        figures.evidence(facts["outcomes"]),
    ]
    return [chart for chart in found if chart]


def reached(people: Facts) -> Chart | None:
    """None where no group can be shown."""
    rows = [(name, cell) for name, cell in school_says.groups(people) if not cell.get("hidden")]
    return figures.reach(
        rows, people["all"], column=_("Group"), unequal=_("Who takes part differs by group")
    )


def _says(facts: Facts, frame: SchoolFrame, before: Facts | None) -> Facts:
    return {
        "headline": school_says.headline(facts),
        "answers": school_says.answers(facts),
        "questions": school_says.questions(facts),
        "decisions": _decisions(facts),
        "sections": _sections(facts, frame, before),
        "caveats": school_says.caveats(),
        "sources": [
            *school_says.sources(frame),
            _("Needs audits, as their results were released."),
        ],
    }


def _sections(facts: Facts, frame: SchoolFrame, before: Facts | None) -> list[Facts]:
    people, out, judged = facts["people"], facts["release"], facts["outcomes"]
    compared = school_says.beside("beside", _("The chief figures"), facts, frame, before)
    return [
        section("beside", _("Beside the time before"), school_says.no_before(before), [compared]),
        section(
            "done",
            _("What was done"),
            findings.held(facts["sessions"]),
            [tables.activities(facts["activities"]), school_tables.sessions(facts["sessions"])],
            chart="activities",
        ),
        section(
            "people",
            _("Who took part, and who missed out"),
            f"{school_says.missed(people)} {school_says.least_reached(people)}".strip(),
            [
                school_tables.groups(people),
                school_tables.job_roles(people),
                school_tables.departments(people),
            ],
            chart="reach",
        ),
        section(
            "cost",
            _("Time and money"),
            f"{school_says.cost(out)} {school_says.money(out, facts['promised'])}".strip(),
            [
                *school_tables.ledger(out),
                school_tables.promised(facts["promised"]),
            ],
        ),
        section(
            "results",
            _("What changed"),
            findings.changed(judged),
            [verdicts.outcome(activity) for activity in judged["activities"]],
        ),
        section("value", value.title(), value.finding(), value.tables(judged["value"])),
        section(
            "evidence",
            _("How strong the evidence is"),
            _("Reactions are quick to ask; what pupils gain takes longest and counts most."),
            [verdicts.evidence(judged["evidence"])],
            chart="evidence",
        ),
        section(
            "promises",
            _("Follow-ups kept"),
            findings.kept(facts["promises"]),
            [tables.promises(facts["promises"])],
        ),
        section("needs", _("Needs"), _needs(facts["needs"]), school_tables.needs(facts["needs"])),
    ]


def _needs(found: Facts) -> str:
    if not found["audits"]:
        return _("No needs audit was open.")
    words = [_("Needs audits: %(n)d.") % {"n": found["audits"]}]
    for audit in found["released"]:
        if audit["answered"]:
            words.append(_("Answered: %(answered)s.") % audit)
    if found["open"]:
        words.append(_("What is still open has no results yet."))
    return " ".join(words)


def _decisions(facts: Facts) -> list[str]:
    judged, out = facts["outcomes"], facts["release"]
    review = facts["activities"]["by_state"]["review_due"]
    without, unpriced = judged["without_criteria"], out["unpriced"]
    counted = (
        (
            review,
            ngettext(
                "Review %(n)d activity and decide whether to close it or go on.",
                "Review %(n)d activities and decide which to close and which to go on with.",
                review,
            ),
        ),
        (
            without,
            ngettext(
                "Agree success criteria for %(n)d activity that has none.",
                "Agree success criteria for %(n)d activities that have none.",
                without,
            ),
        ),
        (
            unpriced,
            ngettext(
                "Enter what %(n)d cover or extra pay cost: it is not known yet.",
                "Enter what %(n)d covers or extra pays cost: they are not known yet.",
                unpriced,
            ),
        ),
    )
    return [words % {"n": n} for n, words in counted if n]


KIND = ReportKind(
    slug="school",
    name=gettext_lazy("The school's report"),
    purpose=gettext_lazy(
        "What its staff did, who missed out, what it cost and what changed: for the CPD lead and "
        "the head."
    ),
    subject=SCHOOL,
    makers=MAKERS,
    readers=MAKERS,
    refusal=REFUSAL,
    title=lambda school: _("Staff development at %(school)s") % {"school": school.name},
    file="development",
    frame=frame_of,
    sources=SOURCES,
    charts=_charts,
    says=_says,
)
