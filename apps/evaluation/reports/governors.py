"""A school's report for its governors: two pages, the four questions, and three to ask."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import Chart, stacked_bars
from apps.evaluation.reports import school
from apps.evaluation.reports.base import SCHOOL, Facts, ReportKind, at_school, section
from apps.evaluation.snapshot import school_says
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.schools.enums import Role

# The figures under each of the four questions.
FIGURES = (
    ("done", ("activities", "sessions", "hours_held", "promises")),
    ("people", ("people", "teachers", "support", "part_time")),
    ("cost", ("out_planned", "out_used", "pounds")),
    ("pupils", ("pupils_judged", "pupils_met", "pupils_nearer")),
)
CHARTS = {"people": "reach", "pupils": "pupils"}


def _charts(facts: Facts) -> list[Chart]:
    return [chart for chart in (school.reached(facts["people"]), _pupils(facts)) if chart]


def _pupils(facts: Facts) -> Chart | None:
    """How far the measures about pupils have come: one bar."""
    found = facts["outcomes"]["pupils"]
    if not found["agreed"]:
        return None
    names = [_("Reached"), _("Nearer"), _("Not nearer"), _("Cannot be judged or shown")]
    numbers = [found["met"], found["partly_met"], found["not_met"]]
    numbers.append(found["agreed"] - sum(numbers))
    return Chart(
        name="pupils",
        title=_("Targets for pupils reached: %(met)d of %(agreed)d") % found,
        alt=", ".join(f"{name}: {n}" for name, n in zip(names, numbers, strict=True)),
        columns=names,
        rows=[numbers],
        spec=stacked_bars([_("Targets")], names, [numbers]),
    )


def _says(facts: Facts, frame: SchoolFrame, before: Facts | None) -> Facts:
    asked = school_says.answers(facts)
    titles = (
        _("Sessions and promises"),
        _("Who took part"),
        _("Time and money"),
        _("Measures about pupils"),
    )
    return {
        "headline": school_says.headline(facts),
        "answers": asked,
        "questions": school_says.questions(facts),
        "decisions": None,
        "sections": [
            section(
                name,
                answer["question"],
                school_says.no_before(before) if name == "done" else "",
                [school_says.beside(name, title, facts, frame, before, keys)],
                chart=CHARTS.get(name, ""),
            )
            for answer, title, (name, keys) in zip(asked, titles, FIGURES, strict=True)
        ],
        "caveats": _caveats(),
        "sources": school_says.sources(frame),
    }


def _caveats() -> list[str]:
    return [
        _(
            "We did not compare with pupils or staff who took no part, so nothing here shows that "
            "an activity caused a change."
        ),
        _(
            "No group of fewer than five people is shown, nor a figure that would give one away, "
            "and never a single person. Fewer than ten are counted, without percentages."
        ),
        _("What is not known is said to be not known; it never counts as nothing."),
    ]


KIND = ReportKind(
    slug="governors",
    name=gettext_lazy("The governors' two pages"),
    purpose=gettext_lazy(
        "Done as promised? Who missed out? What did it cost? What changed for pupils? With three "
        "questions to ask: totals only, no names."
    ),
    subject=SCHOOL,
    makers=school.MAKERS,
    readers=at_school(Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR),
    refusal=school.REFUSAL,
    title=lambda about: (
        _("For governors: staff development at %(school)s") % {"school": about.name}
    ),
    file="governors",
    frame=school.frame_of,
    sources=school.SOURCES,
    charts=_charts,
    says=_says,
    paper="evaluation/governors.typ",
)
