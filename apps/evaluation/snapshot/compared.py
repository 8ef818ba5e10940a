"""What an activity's measures show beside groups that did not take part.

Only here may anything be said of what caused a change, and no more than `comparisons.words` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.ui.dates import day
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.comparisons.words import Shown
from apps.evaluation.snapshot import tables
from apps.evaluation.snapshot.frame import ActivityFrame
from apps.evaluation.snapshot.outcomes import names_in, without
from apps.evaluation.snapshot.tables import Table

Facts = dict[str, Any]


def of_activity(frame: ActivityFrame) -> list[Facts]:
    """The newest comparison of each criterion, in words as the activity's page shows them."""
    rows = Comparison.objects.filter(
        criterion__activity=frame.activity, after_on__lte=frame.measured_to
    )
    newest = rows.order_by("criterion_id", "-pk").distinct("criterion_id")
    names = names_in([frame.activity.pk]).get(frame.activity.pk, [])
    return [_told(row, names) for row in newest.select_related("criterion")]


def _told(row: Comparison, names: Sequence[str]) -> Facts:
    shown = Shown(row)
    titles = (_("Those who took part"), without(row.who_else, names) or _("The others"))
    return {
        "criterion": without(row.criterion.indicator, names),
        "finding": shown.finding,
        "size": shown.size,
        "cautions": shown.cautions,
        "before_on": row.before_on.isoformat(),
        "after_on": row.after_on.isoformat(),
        "days": _("Means on %(before)s and %(after)s")
        % {"before": day(row.before_on), "after": day(row.after_on)},
        "groups": [
            [title, line.group.n, line.once, line.before, line.after, line.gain]
            for title, line in zip(titles, shown.groups, strict=True)
        ],
    }


def finding(found: Sequence[Facts]) -> str:
    """What the first says; the others say it beside their figures."""
    if len(found) == 1:
        return f"{found[0]['finding']} {found[0]['size']}".strip()
    return _("%(n)d measures have a comparison group.") % {"n": len(found)}


def shown(found: Sequence[Facts]) -> list[Table]:
    columns = [_("Group"), _("Measured twice"), _("Once only"), _("Before"), _("After"), _("Gain")]
    made = []
    for number, one in enumerate(found, 1):
        said = [] if len(found) == 1 else [one["finding"], one["size"]]
        made.append(
            tables.table(
                f"compared_{number}",
                one["criterion"] or _("A success criterion"),
                columns,
                one["groups"],
                lead=one["days"],
                note=" ".join(text for text in (*said, *one["cautions"]) if text),
            )
        )
    return made


def caveat(found: Sequence[Facts]) -> str:
    if not found:
        return _("There is no comparison group: nothing here shows that it caused a change.")
    return _(
        "Only what is set beside a comparison group says more than before and after, and only as "
        "far as the two groups were alike."
    )
