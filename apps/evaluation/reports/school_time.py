"""A school's report on time out of class or off duty: planned, used, covered, paid, left over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import Chart, bars
from apps.core.ui.dates import day
from apps.evaluation.reports import school
from apps.evaluation.reports.base import SCHOOL, Facts, ReportKind, at_school, section
from apps.evaluation.snapshot import school_says, time
from apps.evaluation.snapshot.frame import Days
from apps.evaluation.snapshot.wording import hours
from apps.schools.enums import Role

PURPOSE = gettext_lazy(
    "Time out of class or off duty: planned and used, who covered, who pays, part-time beside "
    "full-time, and what was not used."
)
NO_PROMISE = {"hours": None, "money": None}


def drawn(facts: Facts) -> list[Chart]:
    """Hours used by full-time and part-time, for each equivalent."""
    rows = [
        (time.group(row["hours"]), row["each"])
        for row in facts["time"]["hours"]
        if isinstance(row["each"], int | float)
    ]
    if len(rows) < 2:
        return []
    return [
        Chart(
            name="pro_rata",
            title=time.pro_rata(facts["time"]),
            alt="; ".join(f"{name}: {hours(each)}" for name, each in rows),
            columns=[_("Staff"), _("Hours for each equivalent")],
            rows=[[name, each] for name, each in rows],
            spec=bars([(name, each, hours(each)) for name, each in rows]),
        )
    ]


def says(facts: Facts, frame: Days, before: Facts | None) -> Facts:
    found = facts["time"]
    out = found["ledger"]
    return {
        "headline": {name: out[name] for name in ("planned", "used", "pounds")},
        "answers": _answers(found),
        "questions": [
            _("Was enough time planned for what people were asked to do?")
            if found["not_used"] in (None, 0)
            else _("Why was time not used that was planned: could people not be spared?"),
            _("Do part-time staff get their share?"),
            _("Which cover worked best for pupils?"),
        ],
        "decisions": None,
        "sections": [
            section(
                "time",
                _("Planned and used"),
                f"{school_says.cost(out)} {time.unspent(found)}",
                time.tables(found),
                chart="pro_rata",
            ),
            section(
                "money",
                _("What it cost, and who pays"),
                school_says.money(out, NO_PROMISE),
                time.money_tables(found),
            ),
        ],
        "caveats": [
            _("Cover by a colleague costs no money here, but it costs that colleague's time."),
            _("What is not known is said to be not known; it never counts as zero."),
            _(
                "No figure is shown that fewer than five people stand behind, nor one that would "
                "give such a figure away."
            ),
        ],
        "sources": [
            _("The ledger of time out of class or off duty between %(start)s and %(end)s, and the "
              "staff lists of the same days.") % {"start": day(frame.start), "end": day(frame.end)}
        ],
    }  # fmt: skip


def _answers(found: Facts) -> list[dict[str, str]]:
    out = found["ledger"]
    rows = (
        (_("How much was used?"), school_says.cost(out), ""),
        (_("What did it cost?"), school_says.money(out, NO_PROMISE), ""),
        (_("Part-time and full-time?"), time.pro_rata(found), ""),
        (_("What was not used?"), time.unspent(found), ""),
    )
    return [
        {"question": question, "finding": finding, "detail": detail, "before": ""}
        for question, finding, detail in rows
    ]


def _title(about: Any) -> str:
    return _("Time for staff development at %(school)s") % {"school": about.name}


KIND = ReportKind(
    slug="school_time",
    name=gettext_lazy("Release time"),
    purpose=PURPOSE,
    subject=SCHOOL,
    makers=school.MAKERS,
    readers=at_school(Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR),
    refusal=school.REFUSAL,
    title=_title,
    file="release",
    frame=school.frame_of,
    sources={"time": time.of_school},
    charts=drawn,
    says=says,
)
