"""A school's equality report: who takes part in staff development, and who misses out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import Chart
from apps.core.ui.dates import day
from apps.evaluation.reports import school
from apps.evaluation.reports.base import SCHOOL, Facts, ReportKind, at_school, section
from apps.evaluation.snapshot import equality
from apps.evaluation.snapshot.frame import Days
from apps.schools.enums import Role

PURPOSE = gettext_lazy(
    "Who takes part and who misses out: each group's share of the staff beside its share of those "
    "who take part."
)


def drawn(facts: Facts) -> list[Chart]:
    return equality.charts(facts["people"])


def says(facts: Facts, frame: Days, before: Facts | None) -> Facts:
    found = facts["people"]
    return {
        "headline": {"people": found["all"]},
        "answers": equality.answers(found),
        "questions": equality.questions(),
        "decisions": None,
        "sections": [
            section(
                "people",
                _("Share of staff beside share of those who take part"),
                " ".join(filter(None, (equality.least(found), equality.untold(found)))),
                equality.tables(found),
                chart="reach",
            )
        ],
        "caveats": equality.caveats(),
        "sources": [
            _("Staff lists between %(start)s and %(end)s, and the activities under way in that "
              "time that people take part in.") % {"start": day(frame.start), "end": day(frame.end)}
        ],
    }  # fmt: skip


def _title(about: Any) -> str:
    return _("Equality in staff development at %(school)s") % {"school": about.name}


KIND = ReportKind(
    slug="school_equality",
    name=gettext_lazy("Equality"),
    purpose=PURPOSE,
    subject=SCHOOL,
    makers=school.MAKERS,
    readers=at_school(Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR),
    refusal=school.REFUSAL,
    title=_title,
    file="equality",
    frame=school.frame_of,
    sources={"people": equality.of_school},
    charts=drawn,
    says=says,
)
