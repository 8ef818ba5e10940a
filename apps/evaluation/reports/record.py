"""A person's own record of what they did, to take to a new job. Nobody else makes or sees it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.accounts.models import Person
from apps.activities.models import Session
from apps.core import clock
from apps.core.charts import Chart
from apps.core.ui.dates import day
from apps.core.years import academic_year, year_bounds, year_label
from apps.evaluation.models import Report
from apps.evaluation.own_form import RecordForm
from apps.evaluation.periods import Period
from apps.evaluation.reports.base import PERSON, Facts, ReportKind, section
from apps.evaluation.snapshot import own
from apps.evaluation.snapshot.frame import OwnFrame
from apps.evaluation.snapshot.tables import Table, table
from apps.evaluation.snapshot.wording import hours, kind_name, listed
from apps.followups.enums import FollowUpState
from apps.schools.enums import JobRole, Role

YEARS = 6  # academic years to choose from


def _me(person: Person) -> set[int]:
    return {person.pk}


def _frame(report: Report, at: datetime) -> OwnFrame:
    assert report.person is not None
    return OwnFrame(
        person=report.person,
        asked=report.asked,
        start=report.period_start,
        end=report.period_end,
        at=at,
    )


def _periods(person: Person) -> list[tuple[str, list[Period]]]:
    """From the first session or promise to today, and each academic year of it."""
    today = clock.today()
    first = min(_first_day(person), today)
    years = range(academic_year(today), academic_year(first) - 1, -1)
    spans = [(year_label(year), *year_bounds(year)) for year in years][:YEARS]
    return [
        (_("Everything"), [Period(_("All of it"), first, today)]),
        (
            _("One academic year"),
            [
                Period(_("Academic year %(year)s") % {"year": name}, start, min(end, today))
                for name, start, end in spans
            ],
        ),
    ]


def _first_day(person: Person) -> date:
    mine = Session.objects.filter(activity__participants__person=person)
    session = mine.aggregate(first=Min("starts_at"))["first"]
    promise = person.followups.aggregate(first=Min("due"))["first"]
    found = [timezone.localdate(session)] if session else []
    return min([*found, *([promise] if promise else [])], default=clock.today())


def _no_charts(facts: Facts) -> list[Chart]:
    return []


def _says(facts: Facts, frame: OwnFrame, before: Facts | None) -> Facts:
    return {
        "headline": {},
        "answers": _answers(facts),
        "questions": [],
        "decisions": None,
        "sections": _sections(facts),
        "certificates": [
            {"row": n, "title": title_of(row), "when": _when(row)}
            for n, row in enumerate(facts["activities"], 1)
            if row["sessions"]
        ],
        "caveats": [
            _("Hours are of sessions that were held and at which attendance was recorded, without "
              "the way there. What nobody has recorded is said to be not known, never nothing."),
            _("It says what was done, not how well: nothing here is graded."),
            _("Titles and promises that name another person are left out, and so is all that "
              "others wrote, notes about this person among it."),
        ],
        "sources": [
            _("Places in activities, sessions held, attendance and promises between %(start)s and "
              "%(end)s, at every school that the person belonged to.")
            % {"start": day(frame.start), "end": day(frame.end)},
            _("Made by the person it is about. Nobody else can make it or see it here."),
        ],
    }  # fmt: skip


def _answers(facts: Facts) -> list[dict[str, str]]:
    rows = (
        (_("Where?"), _where(facts["places"]), ""),
        (_("What did I take part in?"), _took_part(facts["activities"]), ""),
        (
            _("How much time was it?"),
            _time(facts["activities"]),
            _("Sessions at which attendance was recorded."),
        ),
        (_("What did I promise, and do?"), _kept(facts["promises"]), ""),
    )
    return [
        {"question": question, "finding": finding, "detail": detail, "before": ""}
        for question, finding, detail in rows
    ]


def _took_part(found: list[Facts]) -> str:
    if not found:
        return _("No activity is recorded for this time.")
    return ngettext("%(n)d activity.", "%(n)d activities.", len(found)) % {"n": len(found)}


def _where(found: list[Facts]) -> str:
    schools = list(dict.fromkeys(row["school"] for row in found))
    if not schools:
        return _("No role at a school is recorded for this time.")
    return _("At %(schools)s.") % {"schools": listed(schools)}


def _time(found: list[Facts]) -> str:
    known = own.total_hours(found)
    if known is None:
        return _("No hours are recorded.")
    return _("%(hours)s.") % {"hours": hours(known)}


def _kept(found: list[Facts]) -> str:
    if not found:
        return _("No promise fell due.")
    done = sum(row["state"] == FollowUpState.DONE for row in found)
    return ngettext(
        "%(done)d of %(n)d promise done.", "%(done)d of %(n)d promises done.", len(found)
    ) % {"done": done, "n": len(found)}


def _sections(facts: Facts) -> list[Facts]:
    found = facts["activities"]
    training = [row for row in found if row["is_training"]]
    others = [row for row in found if not row["is_training"]]
    promised = facts["promises"]
    rows = [
        section("places", _("Where"), "", [_places(facts["places"])]),
        section(
            "activities", _("Activities"), _took_part(others), [_activities("activities", others)]
        ),
        section(
            "training", _("Training"), _took_part(training), [_activities("training", training)]
        ),
        section("promises", _("What I promised"), _kept(promised), [_promises(promised)]),
        section("reflections", _("My reflections"), "", [_reflections(facts["reflections"])]),
    ]
    return [one for one in rows if one["tables"]]


def _places(found: list[Facts]) -> Table | None:
    rows = [
        [row["school"], _role(row), _day(row["from"]), _day(row["to"]) if row["to"] else _("today")]
        for row in found
    ]
    columns = [_("School"), _("Role"), _("From"), pgettext("until", "To")]
    return table("places", _("Roles at schools"), columns, rows, words=4) if rows else None


def _role(row: Facts) -> str:
    if row["job_title"]:
        return str(row["job_title"])
    if row["job_role"]:
        return str(JobRole(row["job_role"]).label)
    return str(Role(row["role"]).label)


def _activities(name: str, found: list[Facts]) -> Table | None:
    rows = [
        [
            title_of(row),
            kind_name(row["kind"]),
            ", ".join(row["roles"]) or _("Organiser"),
            _day(row["first"]),
            _("goes on") if row["goes_on"] else _day(row["last"]),
            row["sessions"],
            row["hours"],
        ]
        for row in found
    ]
    title = _("Training attended") if name == "training" else _("Activities taken part in")
    columns = [
        _("Activity"),
        _("Kind"),
        _("Role"),
        _("From"),
        pgettext("until", "To"),
        _("Sessions"),
        _("Hours"),
    ]
    unknown = sum(row["unknown"] for row in found)
    note = ngettext(
        "Of %(n)d session held nobody has recorded who came: it is not counted.",
        "Of %(n)d sessions held nobody has recorded who came: they are not counted.",
        unknown,
    ) % {"n": unknown}
    return (
        table(name, title, columns, rows, words=5, note=note if unknown else "") if rows else None
    )


def title_of(row: Facts) -> str:
    """Its kind and school where the title names somebody."""
    if row["title"]:
        return str(row["title"])
    return _("%(kind)s led by %(school)s") % {
        "kind": kind_name(row["kind"]),
        "school": row["school"],
    }


def _promises(found: list[Facts]) -> Table | None:
    with_words = any(row["outcome"] for row in found)
    rows = [
        [
            row["promise"] or _("A promise that names somebody"),
            _day(row["due"]),
            str(FollowUpState(row["state"]).label),
            *([row["outcome"]] if with_words else []),
        ]
        for row in found
    ]
    columns = [_("Promise"), _("Due"), _("State"), *([_("What happened")] if with_words else [])]
    return table("promises", _("Promises"), columns, rows, words=4) if rows else None


def _reflections(found: list[Facts]) -> Table | None:
    rows = [
        [
            _day(row["day"]),
            row["about"] or (kind_name(row["kind"]) if row["kind"] else ""),
            row["text"],
        ]
        for row in found
    ]
    columns = [_("Date"), _("About"), _("What I wrote")]
    return table("reflections", _("Reflections"), columns, rows, words=3) if rows else None


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else _("not known")


KIND: ReportKind = ReportKind(
    slug="record",
    name=gettext_lazy("My record of professional development"),
    purpose=gettext_lazy(
        "What you took part in, your hours and what you promised and did, to take with you. Only "
        "you can make it, see it and download it."
    ),
    subject=PERSON,
    makers=_me,
    readers=_me,
    refusal=gettext_lazy("Everybody makes their own."),
    title=lambda person: _("Record of professional development: %(name)s") % {"name": person.name},
    file="record",
    frame=_frame,
    sources={
        "places": own.places,
        "activities": own.activities,
        "promises": own.promises,
        "reflections": own.reflections,
    },
    charts=_no_charts,
    says=_says,
    periods=_periods,
    page="evaluation/record.html",
    form=RecordForm,
    is_own=True,
)


def certificate(snapshot: dict[str, Any], row: int | None) -> dict[str, Any]:
    """The words of a certificate of one activity (its place in the record) or of all of it.

    LookupError for an activity that is not there, or of which no session was attended.
    """
    facts = snapshot["facts"]
    found = facts["activities"] if row is None else [facts["activities"][row]]
    if row is not None and not found[0]["sessions"]:
        raise LookupError(row)
    known = own.total_hours(found)
    lines = [
        (_("Activities"), str(len(found))) if row is None else (_("Activity"), title_of(found[0])),
        *([] if row is None else _one(found[0])),
        (_("Hours"), _("not known") if known is None else hours(known)),
    ]
    return {
        "heading": _("Certificate of professional development"),
        "took": _("took part in professional development."),
        "lines": [list(line) for line in lines],
        "note": _(
            "It says what schools have recorded in cpdhub: the hours of sessions that were held "
            "and at which attendance was recorded. It says nothing about how well anything was "
            "done."
        ),
    }


def _one(row: Facts) -> list[tuple[str, str]]:
    return [
        (_("Kind"), kind_name(row["kind"])),
        (_("Led by"), row["school"]),
        (_("Role"), ", ".join(row["roles"]) or _("Organiser")),
        (_("When"), _when(row)),
        (_("Sessions attended"), str(row["sessions"])),
    ]


def _when(row: Facts) -> str:
    if row["first"] == row["last"]:
        return _day(row["first"])
    if row["goes_on"]:
        return _("from %(first)s, and goes on") % {"first": _day(row["first"])}
    return _("%(first)s to %(last)s") % {"first": _day(row["first"]), "last": _day(row["last"])}
