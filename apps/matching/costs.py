"""Why somebody is not placed somewhere, or what it would cost to place them there, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from apps.matching.moving import Facts
    from apps.matching.placements.around import WhyNot

MOST_NAMES = 5
UNTOLD = "nothing"  # it is not possible, and nobody says why


@dataclass(frozen=True, slots=True)
class Verdict:
    """``possible``: whether it could be done; ``said``: why not, or what it would cost."""

    possible: bool
    said: list[str]


def ruled_out() -> Verdict:
    return Verdict(False, [_("You ruled this pair out. Take that back first.")])


def not_worked_out() -> Verdict:
    said = _(
        "No rule stands against it. To work out its cost would take longer than a page can wait: "
        "move them, and compare the new proposal with this one."
    )
    return Verdict(True, [said])


def verdict(
    found: WhyNot, facts: Facts, quality: Mapping[str, Any], names: Sequence[str]
) -> Verdict:
    """``names`` by position."""
    if found.broken is not None:
        return Verdict(False, [] if found.broken == UNTOLD else [_broken(found.broken, facts)])
    said = [_placed(found, quality)]
    if found.lose:
        words = _("Would lose their place: %(names)s.")
        said.append(words % {"names": _some(found.lose, names)})
    if found.gain:
        words = _("Would get a place: %(names)s.")
        said.append(words % {"names": _some(found.gain, names)})
    if found.moved:
        words = _("Would be placed elsewhere than now: %(names)s.")
        said.append(words % {"names": _some(found.moved, names)})
    return Verdict(True, [*said, _fit(found, quality)])


def _some(positions: Sequence[int], names: Sequence[str]) -> str:
    shown = [names[at] for at in positions[:MOST_NAMES]]
    more = len(positions) - len(shown)
    if not more:
        return "; ".join(shown)
    rest = ngettext("%(count)d other", "%(count)d others", more) % {"count": more}
    return "; ".join([*shown, rest])


def _placed(found: WhyNot, quality: Mapping[str, Any]) -> str:
    values = {"placed": found.placed, "asked": quality["asked"]}
    fewer = quality["placed"] - found.placed
    if fewer > 0:
        return ngettext(
            "Placed: %(placed)d of %(asked)d, %(fewer)d person fewer than now.",
            "Placed: %(placed)d of %(asked)d, %(fewer)d people fewer than now.",
            fewer,
        ) % {**values, "fewer": fewer}
    return _("Placed: %(placed)d of %(asked)d, no fewer than now.") % values


def _fit(found: WhyNot, quality: Mapping[str, Any]) -> str:
    values = {"fit": found.fit, "now": quality["fit"], "points": found.fit_falls}
    if not found.fit_falls:
        return _("Fit of all: %(fit)d points, no less than now.") % values
    return (
        ngettext(
            "Fit of all: %(fit)d points, %(points)d point less than now (%(now)d).",
            "Fit of all: %(fit)d points, %(points)d points less than now (%(now)d).",
            found.fit_falls,
        )
        % values
    )


def _broken(rule: str, facts: Facts) -> str:
    if rule == "distance":
        return _("%(away).1f miles away; their limit is %(most)d.") % {
            "away": (facts.metres or 0) / 1000,
            "most": facts.most_metres // 1000,
        }
    if rule == "time":
        return ngettext(
            "Only %(common)d half-day suits both; %(asked)d are asked for.",
            "Only %(common)d half-days suit both; %(asked)d are asked for.",
            facts.common,
        ) % {"common": facts.common, "asked": facts.half_days}
    return {
        "other_school": _("It is their own school."),
        "focus": _("Nothing that they want to see is offered."),
        "capacity": _("All places there are taken by placements that stand already."),
        "kept": _("All places there are kept for people whom you keep together with this host."),
        "release": _("Their school can spare nobody more on the days that suit both."),
    }[rule]
