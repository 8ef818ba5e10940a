"""What a proposal found, in words for the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from apps.activities.matchmaking import Pairing, Who

Names = Mapping[int, Who]

FEW = 5
NO_ONE = Who("–", "")

RANKS = {
    1: gettext_lazy("First choice: %(focus)s"),
    2: gettext_lazy("Second choice: %(focus)s"),
    3: gettext_lazy("Third choice: %(focus)s"),
}
STOOD = {
    "other_school": gettext_lazy("No other school has offered a place."),
    "distance": gettext_lazy("Every offer is further away than they can travel."),
    "focus": gettext_lazy("No offer within their distance shows what they want to see."),
    "time": gettext_lazy("No offer that would suit them has enough of their half-days."),
    "taken": gettext_lazy("What would suit them suits others too, and the places are taken."),
    "release": gettext_lazy(
        "A place that would suit them is free, but their school can spare nobody more on the days."
    ),
    "nothing": gettext_lazy("Not possible with the offers there are."),
}
SUPPORT_STAFF = gettext_lazy("Support staff")
PART_TIMERS = gettext_lazy("People who work part-time")
SMALL_SCHOOLS = gettext_lazy("People of small schools (up to 210 pupils)")
UNPLACED_BEFORE = gettext_lazy("People without a place in an earlier round")
NOT_MORE = gettext_lazy("No more than others")
A_LITTLE = gettext_lazy("A little more (8 points)")
MORE = gettext_lazy("More (15 points)")
MUCH_MORE = gettext_lazy("Much more (30 points)")
GROUPS = {
    "small_schools": SMALL_SCHOOLS,
    "support_staff": SUPPORT_STAFF,
    "part_timers": PART_TIMERS,
    "unplaced_before": UNPLACED_BEFORE,
}
COUNTED = {  # a kilometre of the solver's is a mile here
    "kilometres": ngettext_lazy(
        "They would have a place if they could travel %(count)d mile further.",
        "They would have a place if they could travel %(count)d miles further.",
        "count",
    ),
    "free_half_days": ngettext_lazy(
        "They would have a place if %(count)d more half-day were possible for them.",
        "They would have a place if %(count)d more half-days were possible for them.",
        "count",
    ),
    "fewer_half_days": ngettext_lazy(
        "They would have a place if they asked for %(count)d half-day fewer.",
        "They would have a place if they asked for %(count)d half-days fewer.",
        "count",
    ),
    "release": ngettext_lazy(
        "They would have a place if their school could spare %(count)d more on a day.",
        "They would have a place if their school could spare %(count)d more on a day.",
        "count",
    ),
}
PERSONAL = ("support_staff", "part_timers")  # what a small number would say of somebody


def told(who: Who) -> str:
    return f"{who.name}, {who.school}" if who.school else who.name


def absent() -> str:
    return _("not in it: did not wait then")


def why(match: Mapping[str, Any], places: Names, found: Pairing) -> list[str]:
    """Why two are put together, and what that costs."""
    said = [str(RANKS[rank]) % {"focus": found.focus_words(focus)} for rank, focus in match["foci"]]
    if match["miles"] is None:
        said.append(_("The distance is not known."))
    else:
        said.append(_("%(miles).1f miles apart") % {"miles": match["miles"]})
    said.append(
        ngettext(
            "%(common)d half-day suits both; %(asked)d asked for",
            "%(common)d half-days suit both; %(asked)d asked for",
            match["common"],
        )
        % {"common": match["common"], "asked": match["half_days"]}
    )
    if match["wanted_other_phase"]:
        said.append(
            _("In another phase, as they wished")
            if match["other_phase"]
            else _("Not in another phase, as they had wished")
        )
    return [*said, *_given_up(match, places)]


def _given_up(match: Mapping[str, Any], places: Names) -> list[str]:
    if match["locked"]:
        return [_("You kept these two together.")]
    if not match["given_up"] or match["best"] == match["place"]:
        return []
    best = places.get(match["best"], NO_ONE)
    return [
        ngettext(
            "%(host)s, %(school)s would suit by %(points)d point more, but serves others better",
            "%(host)s, %(school)s would suit by %(points)d points more, but serves others better",
            match["given_up"],
        )
        % {"host": best.name, "school": best.school, "points": match["given_up"]}
    ]


def without_place(row: Mapping[str, Any], places: Names, found: Pairing) -> list[str]:
    """What stood in the way, and the cheapest change that would place somebody."""
    said = [str(STOOD[row["stood"]])]
    if row["change"]:
        return [*said, _change(row["change"], places, found)]
    if row["looked"] and row["stood"] == "taken":
        return [*said, _("One more place with the host who suits them best would go to another.")]
    if row["looked"]:
        return [*said, _("No single change was found that would place them.")]
    return [*said, _("With so many people, a change was looked for only for the first.")]


def _change(change: Mapping[str, Any], places: Names, found: Pairing) -> str:
    what, amount = change["what"], change["amount"]
    if what in COUNTED:
        return str(COUNTED[what] % {"count": amount})
    if what == "place":
        host = places.get(amount, NO_ONE)
        words = _("They would have a place if %(host)s, %(school)s, took one more.")
        return words % {"host": host.name, "school": host.school}
    if what == "focus":
        words = _("They would have a place if they also wanted to see this: %(focus)s.")
    else:
        words = _("They would have a place if another host near enough showed this: %(focus)s.")
    return words % {"focus": found.focus_words(amount)}


def figures(quality: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value; two proposals have the same labels in the same order."""
    asked, placed = quality["asked"], quality["placed"]
    return [
        (_("Placed, of those without a place"), share_of(placed, asked)),
        (_("At most possible"), str(quality["most_placed"])),
        (_("Places that were free"), str(quality["places"])),
        (_("Total fit, in points"), str(quality["fit"])),
        (_("Gap to the best that could be"), gap_of(quality)),
        (_("Get their first choice"), share_of(quality["first_focus"], placed)),
        *((str(words), group_of(quality, name)) for name, words in GROUPS.items()),
    ]


def group_of(quality: Mapping[str, Any], name: str) -> str:
    """Placed of a group, and how that compares with all."""
    part, whole = quality["groups"][name]
    if name in PERSONAL and whole < FEW:
        return _("fewer than five")
    if not whole:
        return _("nobody")
    more = round(100 * part / whole) - round(100 * quality["placed"] / quality["asked"])
    share = share_of(part, whole)
    if not more:
        return _("%(share)s, as of all") % {"share": share}
    words = (
        ngettext(
            "%(share)s, %(n)d point more than of all",
            "%(share)s, %(n)d points more than of all",
            more,
        )
        if more > 0
        else ngettext(
            "%(share)s, %(n)d point less than of all",
            "%(share)s, %(n)d points less than of all",
            -more,
        )
    )
    return words % {"share": share, "n": abs(more)}


def share_of(part: int, whole: int) -> str:
    if not whole:
        return _("nobody")
    words = _("%(part)d of %(whole)d (%(percent)d%%)")
    return words % {"part": part, "whole": whole, "percent": round(100 * part / whole)}


def gap_of(quality: Mapping[str, Any]) -> str:
    """The bound of the fit is that of as many people as can be placed at most."""
    short = quality["most_placed"] - quality["placed"]
    if short:
        return ngettext("up to %(count)d person", "up to %(count)d people", short) % {
            "count": short
        }
    best = quality["best_fit"]
    missing = max(best - quality["fit"], 0)
    if not missing:
        return _("none")
    return _("at most %(percent).1f%% of the fit") % {"percent": 100 * missing / max(best, 1)}
