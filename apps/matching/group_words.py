"""What a proposal of groups found, in words for the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.activities.matchmaking import Grouping
from apps.matching import words
from apps.matching.words import Names

STOOD = {
    "school": gettext_lazy("Nobody else who waits may be in a group with them."),
    "distance": gettext_lazy("Everybody who waits is further away than one of them would travel."),
    "focus": gettext_lazy("Nobody near enough has the same wish."),
    "time": gettext_lazy("Nobody who would suit them is free when they are."),
    "group": gettext_lazy("There are people who suit them, but not enough who all go together."),
    "taken": gettext_lazy("Those who would suit them suit others too, and are in their groups."),
}
UNPLACED_BEFORE = gettext_lazy("People without a group in an earlier call")
GROUPS = {**words.GROUPS, "unplaced_before": UNPLACED_BEFORE}


def why(group: Mapping[str, Any], people: Names, found: Grouping) -> list[str]:
    """Why these are put together, and what that costs."""
    said = _focus(group, people)
    said.append(_distance(group))
    said.append(
        ngettext(
            "%(count)d time suits all, the first %(time)s",
            "%(count)d times suit all, the first %(time)s",
            group["times"],
        )
        % {"count": group["times"], "time": found.time_words(group["time"])}
    )
    if group["phases"] > 1:
        said.append(
            ngettext("%(count)d phase", "%(count)d phases", group["phases"])
            % {"count": group["phases"]}
        )
    if group.get("departments", 0) > 1:  # older proposals do not have it
        said.append(
            ngettext("%(count)d department", "%(count)d departments", group["departments"])
            % {"count": group["departments"]}
        )
    if group["mixed"]:
        said.append(_("Somebody new to teaching with somebody experienced"))
    if group["again"]:
        said.append(_("Two of them were in one group before"))
    return [*said, *_given_up(group, people)]


def _focus(group: Mapping[str, Any], people: Names) -> list[str]:
    """For whom the focus is the first wish, and for whom it is not."""
    if set(group["ranks"]) == {1}:
        return [_("First wish of all")]
    said = []
    for key, rank in zip(group["people"], group["ranks"], strict=True):
        if rank > 1:
            name = people.get(key, words.NO_ONE).name
            text = _("Second wish of %(name)s") if rank == 2 else _("Third wish of %(name)s")
            said.append(text % {"name": name})
    return said


def _distance(group: Mapping[str, Any]) -> str:
    if group["schools"] == 1:
        return _("All of one school")
    if group["miles"] is None:
        return _("The distance is not known.")
    return ngettext(
        "%(count)d school, at most %(miles).1f miles apart",
        "%(count)d schools, at most %(miles).1f miles apart",
        group["schools"],
    ) % {"count": group["schools"], "miles": group["miles"]}


def _given_up(group: Mapping[str, Any], people: Names) -> list[str]:
    if group["locked"]:
        return [_("You kept this group together.")]
    if group["gave_up"] is None:
        return []
    others = [key for key in group["better"] if key != group["gave_up"]]
    return [
        _(
            "%(name)s and %(others)s would have %(points).1f points more each, "
            "but others would have less"
        )
        % {
            "name": people.get(group["gave_up"], words.NO_ONE).name,
            "others": _(" and ").join(people.get(key, words.NO_ONE).name for key in others),
            "points": group["points"],
        }
    ]


def without_group(row: Mapping[str, Any], foci: Mapping[str, str]) -> list[str]:
    """What stood in the way, how many were left after each rule, and the cheapest change."""
    said = [str(STOOD[row["stood"]])]
    if row["left"]["school"]:
        said.append(left(row["left"]))
    if row["change"]:
        return [*said, _change(row["change"], foci)]
    if row["looked"]:
        return [*said, _("No single change was found that would place them.")]
    return [*said, _("With so many people, a change was looked for only for the first.")]


def left(after: Mapping[str, int]) -> str:
    """How many are left for somebody, or for a group, after each rule."""
    return (
        _(
            "Of those who wait: %(school)d may be with them, %(distance)d of them near enough, "
            "%(focus)d of those with a shared wish, %(time)d of those with a shared time."
        )
        % after
    )


def still_possible(placed: int, others: int) -> str:
    """How many of the others who wait could still be in a group."""
    if not placed:
        return _("No others who wait could then be in a group")
    return ngettext(
        "%(placed)d of the %(count)d other who waits could still be in a group",
        "%(placed)d of the %(count)d others who wait could still be in a group",
        others,
    ) % {"placed": placed, "count": others}


def _change(change: Mapping[str, Any], foci: Mapping[str, str]) -> str:
    what, amount = change["what"], change["amount"]
    if what == "slots":
        return ngettext(
            "They would have a group if one more time were possible for them.",
            "They would have a group if %(count)d more times were possible for them.",
            amount,
        ) % {"count": amount}
    if what == "kilometres":  # of the solver: miles here
        text = _("They would have a group if they could travel %(miles)d miles further.")
        return text % {"miles": amount}
    if what == "focus":
        text = _("They would have a group if they also wished to work on this: %(focus)s.")
        return text % {"focus": foci.get(amount, amount)}
    if what == "other_schools":
        return _("They would have a group if they met people of other schools too.")
    if what == "joiners":
        return ngettext(
            "They would have a group if one more person near them wished the same.",
            "They would have a group if %(count)d more people near them wished the same.",
            amount,
        ) % {"count": amount}
    return _("They would have a group if one more group were larger or smaller than usual.")


def figures(quality: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value; two proposals have the same labels in the same order."""
    asked, placed = quality["asked"], quality["placed"]
    return [
        (_("In a group, of those who wait"), words.share_of(placed, asked)),
        (_("At most possible"), str(quality["most_placed"])),
        (_("Groups"), str(quality["made"])),
        (_("Total fit, in points"), str(quality["fit"])),
        (_("Gap to the best that could be"), words.gap_of(quality)),
        (_("Work on their first wish"), words.share_of(quality["first_focus"], placed)),
        *((str(label), words.group_of(quality, name)) for name, label in GROUPS.items()),
    ]
