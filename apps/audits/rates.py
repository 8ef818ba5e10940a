"""How many have answered while an audit is open, told so that nobody finds out who.

In a named audit its readers are told exact numbers: they see who has answered. Everybody else,
and of a confidential or anonymous audit everybody, is told them in steps of five, rounded down:
two such numbers never differ by one person, be it of two groups or of two moments. Groups of
fewer than five are left out, and another beside them, so that no subtraction brings them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.actions.audience import at_least
from apps.audits.models import Audit, Participation
from apps.audits.suppression import RULE, is_small, left_out
from apps.audits.wording import GROUPS
from apps.schools.enums import CareerStage, Phase

LOW_RATE = 60  # per cent
TEN = 10  # under it counts are told and no percentages
GROUPINGS: dict[str, Any] = {
    "role": (gettext_lazy("By group of staff"), lambda key: str(GROUPS.get(key, key))),
    "phase": (gettext_lazy("By phase"), lambda key: str(Phase(key).label)),
    "department": (gettext_lazy("By department"), str),
    "career_stage": (gettext_lazy("By career stage"), lambda key: str(CareerStage(key).label)),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """Of ``asked`` people ``answered`` have answered; ``exact``, or at least so many."""

    label: str
    asked: int
    answered: int
    exact: bool = False

    @property
    def most(self) -> int:
        """The most that may have answered, as far as these numbers tell."""
        return self.answered if self.exact else min(self.answered + RULE - 1, self.asked)

    @property
    def waiting(self) -> int:
        """The most that may not have answered yet."""
        return self.asked - self.answered

    @property
    def percent(self) -> int | None:
        return round(100 * self.answered / self.asked) if self.asked >= TEN else None

    @property
    def is_low(self) -> bool:
        """Under LOW_RATE for certain."""
        return self.most * 100 < LOW_RATE * self.asked

    @property
    def words(self) -> str:
        if is_small(self.asked) and not self.exact:
            return _("fewer than five asked")
        values = {"answered": self.answered, "asked": self.asked, "percent": self.percent}
        if not self.exact and not self.answered:
            return _("fewer than five of %(asked)d") % values
        if self.exact:
            said = _("%(answered)d of %(asked)d") % values
        else:
            said = _("at least %(answered)d of %(asked)d") % values
        return said if self.percent is None else f"{said} ({self.percent}%)"


def overall(audit: Audit, *, exact: bool, organisation: int | None = None) -> Rate:
    """Of everybody asked, or of those of one school."""
    rows = _parts(audit, organisation).aggregate(n=Count("pk"), a=Count("answered_at"))
    return _rate(str(GROUPS["all"]), rows["n"], rows["a"], exact)


def by_group(audit: Audit, grouping: str, *, exact: bool) -> list[Rate]:
    """One row for each group that may be shown; none where there is one group only."""
    _words, label = GROUPINGS[grouping]
    rows = (
        Participation.objects.filter(audit=audit)
        .values_list(grouping)
        .annotate(n=Count("pk"), a=Count("answered_at"))
        .order_by(grouping)
    )
    found = {key: (n, a) for key, n, a in rows}
    hidden = frozenset() if exact else left_out({key: n for key, (n, _a) in found.items()})
    if len(found) < 2:
        return []
    return [
        _rate(label(key) if key else _("Not known"), n, a, exact)
        for key, (n, a) in found.items()
        if key not in hidden
    ]


def _rate(label: str, asked: int, answered: int, exact: bool) -> Rate:
    if exact:
        return Rate(label, asked, answered, exact=True)
    if asked < RULE:
        return Rate(label, asked, 0)
    return Rate(label, asked, at_least(answered))


def _parts(audit: Audit, organisation: int | None) -> Any:
    parts = Participation.objects.filter(audit=audit)
    return parts.filter(organisation_id=organisation) if organisation else parts


def by_school(audit: Audit) -> list[tuple[int, Rate]]:
    """Of an alliance's audit, in steps of five: the schools that may be named, the others
    together where there are several. (organisation id, rate); 0 stands for the others."""
    named = set(audit.schools.by_name().values_list("organisation_id", flat=True))
    rows = (
        Participation.objects.filter(audit=audit)
        .values_list("organisation_id")
        .annotate(n=Count("pk"), a=Count("answered_at"))
        .order_by()
    )
    counts: dict[int, tuple[int, int]] = {}
    if len({organisation for organisation, _n, _a in rows} - named) == 1:
        rows = rows.filter(organisation_id__in=named)
    for organisation, n, a in rows:
        key = organisation if organisation in named else 0
        old = counts.get(key, (0, 0))
        counts[key] = (old[0] + n, old[1] + a)
    hidden = left_out({str(key): n for key, (n, _a) in counts.items()})
    return [
        (key, _rate("", n, a, exact=False))
        for key, (n, a) in counts.items()
        if str(key) not in hidden
    ]
