"""The report's charts: each with the finding it shows, a description and its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.charts import Chart, bars, stacked_bars
from apps.evaluation.snapshot.wording import evidence_name, kind_name, share

Facts = dict[str, Any]
BARS = 12


def charts(facts: Facts) -> list[Chart]:
    found = [activities(facts["activities"]), _reach(facts["people"]["by_school"])]
    found.append(evidence(facts["outcomes"]))
    return [chart for chart in found if chart]


def activities(found: Facts) -> Chart | None:
    """Three groups of states: a grey print keeps three shades apart."""
    groups = (
        (_("Closed or in review"), ("closed", "review_due")),
        (_("Under way"), ("active", "paused")),
        (_("In preparation"), ("agreed", "draft")),
    )
    kinds = [kind for kind, row in found["by_kind"].items() if sum(row.values())]
    if not kinds:
        return None
    numbers = [
        [sum(found["by_kind"][kind][state] for state in states) for _name, states in groups]
        for kind in kinds
    ]
    names = [name for name, _states in groups]
    over, under_way, _rest = (sum(column) for column in zip(*numbers, strict=True))
    return Chart(
        name="activities",
        title=_("Under way: %(under)d of %(all)d activities. Come to a verdict: %(over)d")
        % {"under": under_way, "all": found["total"], "over": over},
        alt=_rows_in_words([kind_name(k) for k in kinds], names, numbers),
        columns=[_("Kind"), *names],
        rows=[[kind_name(kind), *row] for kind, row in zip(kinds, numbers, strict=True)],
        spec=stacked_bars([kind_name(k) for k in kinds], names, numbers),
    )


def _reach(found: Facts) -> Chart | None:
    rows = [(row["school"], row["cells"][-1]) for row in found["rows"]]
    return reach(
        rows,
        found["total"][-1],
        column=_("School"),
        unequal=_("How many of the staff take part differs between the schools"),
        rest=lambda n: ngettext(
            "%(n)d school is only in the table.", "%(n)d schools are only in the table.", n
        ),
    )


def reach(
    rows: Sequence[tuple[str, Facts]],
    everybody: Facts,
    *,
    column: str,
    unequal: str,
    rest: Callable[[int], str] = str,
) -> Chart | None:
    """How many of each group take part; ``unequal`` is the finding when the total is hidden."""
    known = [(label, cell) for label, cell in rows if cell.get("hidden") or cell["of"]]
    if not known:
        return None
    shown = sorted(known, key=lambda row: -row[1].get("count", -1))[:BARS]
    more = len(known) - len(shown)
    title = (
        unequal
        if everybody.get("hidden")
        else _("Staff taking part: %(share)s") % {"share": share(everybody)}
    )
    return Chart(
        name="reach",
        title=title,
        alt="; ".join(f"{label}: {share(cell)}" for label, cell in shown),
        columns=[column, _("Staff taking part")],
        rows=[[label, share(cell)] for label, cell in shown],
        spec=bars([(label, cell.get("count"), share(cell)) for label, cell in shown]),
        note=rest(more) % {"n": more} if more else "",
    )


def evidence(outcomes: Facts) -> Chart | None:
    if not outcomes["criteria"]["agreed"]:
        return None
    names = [_("Met"), _("Partly met or not yet"), _("Cannot be judged or shown")]
    numbers = [
        [
            row["met"],
            row["partly_met"] + row["not_met"],
            row["not_evaluable"] + row["too_few"],
        ]
        for row in outcomes["evidence"]
    ]
    levels = [evidence_name(row["level"]) for row in outcomes["evidence"]]
    criteria = outcomes["criteria"]
    return Chart(
        name="evidence",
        title=_("%(judged)d of %(agreed)d success criteria can be judged, %(met)d are met")
        % {"judged": criteria["evaluable"], "agreed": criteria["agreed"], "met": criteria["met"]},
        alt=_rows_in_words(levels, names, numbers),
        columns=[_("Level"), *names],
        rows=[[level, *row] for level, row in zip(levels, numbers, strict=True)],
        spec=stacked_bars([level.split(":")[0] for level in levels], names, numbers),
    )


def _rows_in_words(labels: list[str], names: list[str], numbers: list[list[int]]) -> str:
    """Such as "Triad: 2 under way, 1 closed; Coaching: ..."."""
    return "; ".join(
        f"{label}: " + ", ".join(f"{n} {name.lower()}" for n, name in zip(row, names, strict=True))
        for label, row in zip(labels, numbers, strict=True)
    )
