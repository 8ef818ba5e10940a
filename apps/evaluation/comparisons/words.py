"""What a comparison shows, in words that claim no more than it can bear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.evaluation.comparisons.effect import APART, LOST, Effect, Group, began_apart
from apps.evaluation.comparisons.models import Chosen, Comparison


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison as pages say it."""

    row: Comparison

    @property
    def finding(self) -> str:
        return finding(self.row)

    @property
    def size(self) -> str:
        return size(self.row.effect)

    @property
    def cautions(self) -> list[str]:
        return list(cautions(self.row))

    @property
    def groups(self) -> list[tuple[str, Group]]:
        return [(_("Those who took part"), self.row.ours), (self.row.who_else, self.row.theirs)]


def finding(row: Comparison) -> str:
    found = row.effect
    if found is None:
        return _("A group has fewer than ten, so no effect is worked out: see the numbers.")
    words = {
        "by": _amount(abs(found.difference), row.criterion.unit),
        "low": _number(found.low),
        "high": _number(found.high),
    }
    if not found.is_clear:
        return _(
            "No clear difference: it may be chance. The best guess is %(by)s, with anything from "
            "%(low)s to %(high)s likely (95%% confidence; above zero is better for ours)."
        ) % {**words, "by": _amount(found.difference, row.criterion.unit)}
    text = (
        _("Those who took part did better by %(by)s (likely between %(low)s and %(high)s; ")
        if found.difference > 0
        else _("Those who took part did worse by %(by)s (likely between %(low)s and %(high)s; ")
    )
    return (text + _("95%% confidence).")) % words


def size(found: Effect | None) -> str:
    """The effect size beside what studies of CPD find on average (EEF's review of 2021)."""
    if found is None or found.size is None:
        return ""
    return _(
        "Effect size %(size).2f (%(low).2f to %(high).2f). About fifty studies of CPD found 0.09 "
        "for pupils on average, so a small group can rarely show it."
    ) % {"size": found.size, "low": found.size_low, "high": found.size_high}


def cautions(row: Comparison) -> Iterator[str]:
    if row.chosen != Chosen.LOT:
        yield _(
            "The groups were not drawn by lot: something else about them may explain a difference."
        )
    apart = began_apart(row.ours, row.theirs)
    if apart is not None and apart > APART:
        yield _(
            "They did not begin alike: %(apart).1f standard deviations lay between them before. "
            "Those far from the average drift back to it by themselves."
        ) % {"apart": apart}
    if max(row.ours.lost, row.theirs.lost) >= LOST:
        yield _("A fifth or more of a group has no second value, and those may differ.")
    if row.effect is not None:
        yield _("Pupils of one class are alike, so the true interval is wider than it says.")


def _amount(value: float, unit: str) -> str:
    return f"{_number(value)} {unit}".rstrip()


def _number(value: float) -> str:
    return f"{round(value, 2):g}".replace("-", "−")
