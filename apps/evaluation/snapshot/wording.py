"""Small words that findings, tables and charts share."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities import kinds
from apps.activities.enums import ActivityState, OutcomeLevel
from apps.evaluation.scoring import Status
from apps.evaluation.snapshot.outcomes import TOO_FEW
from apps.evaluation.suppression import percent

Shown = dict[str, Any]


def kind_name(slug: str) -> str:
    try:
        return str(kinds.kind_of(slug).name)
    except KeyError:
        return slug.replace("_", " ").capitalize()


def state_name(state: str) -> str:
    return str(ActivityState(state).label)


def level_name(level: str) -> str:
    return str(OutcomeLevel(level).label)


def status_name(status: str) -> str:
    if status == TOO_FEW:
        return _("Too few people to show")
    return str(Status(status).label)


def evidence_name(level: int) -> str:
    return {
        1: _("1 Reactions: was it welcome?"),
        2: _("2 Learning: what do staff know now?"),
        3: _("3 Support: did the school make room for it?"),
        4: _("4 Use: is it done in class?"),
        5: _("5 Pupils: what changed for them?"),
    }[level]


def number(value: float | int | None) -> str:
    """Such as 1,204, 8.5 or 0.25; "not known" for None."""
    if value is None:
        return _("not known")
    places = len(f"{float(value):.2f}".rstrip("0").partition(".")[2])
    return number_format(value, places, use_l10n=True, force_grouping=True)


def pounds(amount: float) -> str:
    return number_format(amount, 2, use_l10n=True, force_grouping=True)


def hours(value: float | None) -> str:
    if value is None:
        return _("not known")
    return ngettext("%(n)s hour", "%(n)s hours", 1 if value == 1 else 2) % {"n": number(value)}


def share(cell: Shown) -> str:
    """Such as "12 of 40 (30%)"; no percentage of fewer than ten."""
    if cell.get("hidden"):
        return _("not shown")
    if not cell["of"]:
        return _("none there")
    whole = percent(cell["count"], cell["of"])
    words = _("%(count)d of %(of)d") % cell
    return f"{words} ({whole}%)" if whole is not None else words


def listed(names: list[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def some(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    if len(names) <= most:
        return listed(names)
    more = len(names) - most
    return ngettext("%(names)s and %(n)d other", "%(names)s and %(n)d others", more) % {
        "names": ", ".join(names[:most]),
        "n": more,
    }
