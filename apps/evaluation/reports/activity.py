"""What came of one activity, once it has closed: for those who did it and those who lead them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.accounts.models import Person
from apps.activities.enums import ActivityState
from apps.activities.models import Activity
from apps.core import clock
from apps.core.charts import Chart
from apps.evaluation.models import Report
from apps.evaluation.periods import Period
from apps.evaluation.reports.base import ACTIVITY, Facts, ReportKind, section
from apps.evaluation.snapshot import (
    activity_work,
    compared,
    figures,
    findings,
    outcomes,
    school_says,
    school_tables,
    school_work,
    tables,
    verdicts,
)
from apps.evaluation.snapshot.frame import ActivityFrame
from apps.evaluation.snapshot.tables import Table, table
from apps.evaluation.snapshot.wording import kind_name
from apps.schools.enums import Role
from apps.schools.scope import scope_of

NOTHING_PROMISED = {"hours": None, "money": None}


def _made_by(person: Person) -> QuerySet[Any, Any]:
    """Those who organise it, and who lead CPD in its school or coordinate its alliance."""
    scope = scope_of(person)
    answers = (
        Q(organiser=person)
        | Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
        | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
    )
    return Activity.objects.visible_to(person).filter(answers).values("pk")


def _read_by(person: Person) -> QuerySet[Any, Any]:
    return Activity.objects.visible_to(person).values("pk")


def _not_yet(activity: Activity) -> str:
    if activity.state == ActivityState.CLOSED:
        return ""
    return _("What came of an activity is reported once it has closed.")


def _periods(activity: Activity) -> list[tuple[str, list[Period]]]:
    """From its beginning to today, once: then the days of the report there is, to be corrected."""
    made = Report.objects.about(activity).first()
    if made is not None:
        return _all_of_it(made.period_start, made.period_end)
    first = timezone.localdate(activity.created_at)
    found = activity.sessions.aggregate(first=Min("starts_at"))["first"]
    if found is not None:
        first = min(first, timezone.localdate(found))
    return _all_of_it(first, clock.today())


def _all_of_it(first: date, last: date) -> list[tuple[str, list[Period]]]:
    return [(_("This activity"), [Period(_("All of it"), first, last)])]


def _frame(report: Report, at: datetime) -> ActivityFrame:
    assert report.activity is not None
    return ActivityFrame(
        activity=report.activity, start=report.period_start, end=report.period_end, at=at
    )


def _charts(facts: Facts) -> list[Chart]:
    found = figures.evidence(facts["outcomes"])
    return [found] if found else []


def _says(facts: Facts, frame: ActivityFrame, before: Facts | None) -> Facts:
    waiting = facts["outcomes"]["criteria"]["not_evaluable"]
    questions = [
        _("When shall we be able to judge the %(n)d measures that cannot be judged yet?")
        % {"n": waiting}
        if waiting > 1
        else "",
        _("Would we start it again, knowing what we know now?"),
        _("What do pupils, rather than staff, say has changed?"),
        _("Who else should hear of it?"),
    ]
    return {
        "headline": {},
        "answers": _answers(facts),
        "questions": [text for text in questions if text][: findings.ASKED],
        "decisions": None,
        "sections": _sections(facts),
        "caveats": school_says.caveats(compared.caveat(facts["compared"])),
        "sources": [
            _("The activity's people, sessions, time out of class or off duty, shared promises, "
              "and its measurements, the newest of each measure.")
        ],
    }  # fmt: skip


def _answers(facts: Facts) -> list[dict[str, str]]:
    out = facts["release"]
    rows = (
        (
            _("Done as promised?"),
            findings.held(facts["sessions"]),
            findings.kept(facts["promises"]),
        ),
        (_("Who took part?"), _took_part(facts["people"]), ""),
        (_("What did it cost?"), school_says.cost(out), school_says.money(out, NOTHING_PROMISED)),
        (
            _("What changed for pupils?"),
            findings.changed(facts["outcomes"]),
            _("Figures before and after do not show what caused a change."),
        ),
    )
    return [
        {"question": question, "finding": finding, "detail": detail, "before": ""}
        for question, finding, detail in rows
    ]


def _took_part(people: Facts) -> str:
    names = [row["school"] for row in people["schools"]]
    if not names:
        return _("Nobody took part.")
    if people["total"] is None:
        return _("Schools taking part: %(n)d. The people are too few to be counted here.") % {
            "n": len(names)
        }
    return _("%(people)d people took part; schools: %(n)d.") % {
        "people": people["total"],
        "n": len(names),
    }


def _sections(facts: Facts) -> list[Facts]:
    out, judged = facts["release"], facts["outcomes"]
    return [
        section(
            "done",
            _("What was done"),
            findings.held(facts["sessions"]),
            [school_tables.sessions(facts["sessions"]), tables.promises(facts["promises"])],
        ),
        section(
            "people", _("Who took part"), _took_part(facts["people"]), [_people(facts["people"])]
        ),
        section(
            "cost",
            _("Time and money"),
            school_says.cost(out),
            school_tables.ledger(out),
        ),
        section(
            "results",
            _("What changed"),
            findings.changed(judged),
            [verdicts.outcome(found) for found in judged["activities"]],
        ),
        *_compared(facts["compared"]),
        section(
            "evidence",
            _("How strong the evidence is"),
            _("Reactions are quick to ask; what pupils gain takes longest and counts most."),
            [verdicts.evidence(judged["evidence"])],
            chart="evidence",
        ),
    ]


def _compared(found: list[Facts]) -> list[Facts]:
    if not found:
        return []
    title = _("Beside others who did not take part")
    return [section("compared", title, compared.finding(found), compared.shown(found))]


def _people(found: Facts) -> Table:
    rows = [[row["school"], row["people"]] for row in found["schools"]]
    rows.append([_("All"), found["total"]])
    return table(
        "people",
        _("People taking part, by school"),
        [_("School"), pgettext("how many", "Number")],
        [[name, {"hidden": True} if n is None else n] for name, n in rows],
        total=True,
    )


KIND = ReportKind(
    slug="activity",
    name=gettext_lazy("What came of an activity"),
    purpose=gettext_lazy(
        "What was done, what it cost and what changed: for those who did it and the leaders of "
        "their schools."
    ),
    subject=ACTIVITY,
    makers=_made_by,
    readers=_read_by,
    refusal=gettext_lazy(
        "It is made by the organiser, the CPD lead of the school that leads it or the alliance's "
        "coordinator."
    ),
    title=lambda activity: (
        _("%(kind)s led by %(school)s: what came of it")
        % {"kind": kind_name(activity.kind), "school": activity.organisation.name}
    ),
    file="activity",
    frame=_frame,
    sources={
        "sessions": school_work.sessions,
        "promises": activity_work.promises,
        "people": activity_work.people,
        "release": activity_work.release,
        "outcomes": outcomes.of_activities,
        "compared": compared.of_activity,
    },
    charts=_charts,
    says=_says,
    not_yet=_not_yet,
    periods=_periods,
)
