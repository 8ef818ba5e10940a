"""What came of one programme: the activities that an alliance gathered under one name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.activities.models import Programme
from apps.core.ui.dates import day, moment
from apps.evaluation.models import Report
from apps.evaluation.periods import Period
from apps.evaluation.reports.base import (
    PROGRAMME,
    Facts,
    ReportKind,
    in_alliance,
    section,
    whole_periods,
)
from apps.evaluation.snapshot import (
    activity_work,
    figures,
    findings,
    people,
    school_work,
    tables,
    value,
    verdicts,
    work,
)
from apps.evaluation.snapshot.frame import ProgrammeFrame
from apps.schools.enums import Role


@dataclass(frozen=True, slots=True)
class _Holders:
    """Whoever holds one of ``roles`` in the programme's alliance, or in a school of it."""

    roles: tuple[Role, ...]

    def __call__(self, person: Person) -> Any:
        alliances = in_alliance(*self.roles)(person)
        return (
            Programme.objects.filter(alliance_id__in=alliances)
            .order_by()
            .values_list("pk", flat=True)
        )


def _frame(report: Report, at: datetime) -> ProgrammeFrame:
    programme = report.programme
    assert programme is not None
    return ProgrammeFrame(
        programme=programme,
        alliance=programme.alliance,
        start=report.period_start,
        end=report.period_end,
        at=at,
    )


def _periods(programme: Any) -> list[tuple[str, list[Period]]]:
    """Those that are over and share days with it."""
    groups = [
        (
            name,
            [p for p in rows if p.first <= programme.ends_on and p.last >= programme.starts_on],
        )
        for name, rows in whole_periods(programme)
    ]
    return [(name, rows) for name, rows in groups if rows]


def _says(facts: Facts, frame: ProgrammeFrame, before: Facts | None) -> Facts:
    return {
        "headline": findings.headline(facts),
        "answers": _answers(facts, before),
        "questions": findings.questions(facts),
        "decisions": findings.to_review(facts),
        "sections": _sections(facts),
        "caveats": findings.caveats(facts),
        "sources": [
            _("Activities of the programme that were there between %(start)s and %(end)s, with "
              "the states they had on %(at)s.")
            % {"start": day(frame.start), "end": day(frame.end), "at": moment(frame.at)},
            _("Their sessions, time out of class or off duty and shared promises of the same days; "
              "measurements dated up to %(end)s, the newest of each measure; the staff lists of "
              "the alliance's schools.") % {"end": day(frame.end)},
        ],
    }  # fmt: skip


def _answers(facts: Facts, before: Facts | None) -> list[dict[str, str]]:
    """As of the alliance; what its schools promised it is not for one programme."""
    return findings.answers(facts | {"promised": {"hours": None, "money": None}}, before)


def _sections(facts: Facts) -> list[Facts]:
    judged, staff = facts["outcomes"], facts["people"]
    return [
        section(
            "done",
            _("What was done"),
            findings.held(facts["sessions"]),
            [tables.activities(facts["activities"]), tables.time(facts)],
            chart="activities",
        ),
        section(
            "people",
            _("Who took part, and who missed out"),
            findings.unreached(staff),
            [tables.by_school(staff["by_school"]), tables.by_hours(staff["by_hours"])],
            chart="reach",
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
    ]


KIND = ReportKind(
    slug="programme",
    name=gettext_lazy("What came of the programme"),
    purpose=gettext_lazy(
        "What its activities did, who took part from where, what it took and what changed."
    ),
    subject=PROGRAMME,
    makers=_Holders((Role.COORDINATOR,)),
    readers=_Holders((Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR)),
    refusal=gettext_lazy("Reports of a programme are made by the coordinator of its alliance."),
    title=lambda programme: _("Programme: %(name)s") % {"name": programme.name},
    file="programme",
    frame=_frame,
    sources={
        "activities": work.activities,
        "sessions": school_work.sessions,
        "release": work.release,
        "promises": activity_work.promises_of,
        "people": people.facts,
        "outcomes": value.of_alliance,
    },
    charts=figures.charts,
    says=_says,
    periods=_periods,
    last_day=lambda programme: programme.ends_on,
    has_lines=True,
)
