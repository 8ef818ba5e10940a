"""The chart of the map of needs and offers: how many schools need, and offer, each topic."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audits.matching_map import Meeting
from apps.core.charts import Cell, Chart, stacked_bars

TOPICS = 10
NAME = "needs-and-offers"


def columns() -> list[str]:
    return [
        _("Topic"),
        _("Schools that need it"),
        _("Schools that offer it"),
        _("Mean need"),
        _("Schools that asked about it"),
    ]


def lines(rows: Sequence[Meeting]) -> list[list[Cell]]:
    """Of every topic; None is not shown."""
    return [
        [
            row.name,
            len(row.needed_by),
            len(row.offered_by),
            None if row.mean_need is None else float(row.mean_need),
            row.schools,
        ]
        for row in rows
    ]


def chart_of(rows: Sequence[Meeting]) -> Chart | None:
    """Of the topics that schools have published a need or an offer for, in the map's order."""
    said = [row for row in rows if row.needed_by or row.offered_by]
    if not said:
        return None
    shown = said[:TOPICS]
    told = [
        _("%(topic)s: %(need)d need it, %(offer)d offer it")
        % {"topic": row.name, "need": len(row.needed_by), "offer": len(row.offered_by)}
        for row in shown
    ]
    return Chart(
        name=NAME,
        title=finding(said),
        alt="; ".join(told),
        columns=columns()[:3],
        rows=[line[:3] for line in lines(said)],
        spec=stacked_bars(
            [row.name for row in shown],
            [_("Schools that need it"), _("that offer it")],
            [[len(row.needed_by), len(row.offered_by)] for row in shown],
        ),
        note=_more(len(said) - len(shown)),
    )


def finding(said: Sequence[Meeting]) -> str:
    needed = [row for row in said if row.needed_by]
    alone = [row.name for row in needed if row.state != "matched"]
    if not needed:
        return _("No school has published a need yet")
    if not alone:
        return _("Another school offers help with every published need")
    values = {"n": len(alone), "all": len(needed), "name": alone[0]}
    if len(needed) == 1:
        return _("No other school offers help with the published need, %(name)s") % values
    return (
        ngettext(
            "No other school offers help with %(n)d of %(all)d published needs: %(name)s",
            "No other school offers help with %(n)d of %(all)d published needs, %(name)s first",
            len(alone),
        )
        % values
    )


def _more(n: int) -> str:
    words = _("Schools, as they have said themselves.")
    if n <= 0:
        return words
    more = ngettext("%(n)d more topic is in the table.", "%(n)d more topics are in the table.", n)
    return f"{words} {more % {'n': n}}"
