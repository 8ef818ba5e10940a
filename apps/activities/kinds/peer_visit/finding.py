"""Open classrooms that would suit a visit which has no host yet: the best few, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import ActivityState
from apps.activities.slots.travel import METRES_A_MILE
from apps.activities.ties import ties_among
from apps.core import clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.activities.kinds.peer_visit.models import OpenSlot
    from apps.activities.models import Participant
    from apps.schools.models import Organisation

BEST = 3
LOOKED_AT = 200  # of those to come, the soonest
FAR = 10_000  # miles, where the distance is not known
PLANNED = (ActivityState.DRAFT, ActivityState.AGREED)
WORD = re.compile(r"\w{4,}")
SAY_NOTHING = frozenset(
    {"with", "from", "that", "this", "what", "when", "year", "they", "their", "together"}
)


@dataclass(frozen=True, slots=True)
class Match:
    slot: OpenSlot
    why: list[str]


def find_panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """For a visitor, while nobody is host; None where nothing would do."""
    place = situation.place_of(person.pk)
    is_looking = situation.activity.state in PLANNED and not situation.asked_as("host")
    if not is_looking or place is None or place.role != "visitor":
        return None
    matches = best(situation, place)
    return {"matches": matches, "pid": situation.activity.public_id} if matches else None


def best(situation: Situation, place: Participant) -> list[Match]:
    """Most words in common with the focus first, then the same phase, then the nearest.

    Where one of the two judges the other, the classroom is left out and nobody is told why.
    """
    slots = _open_to(situation, place)
    ties = ties_among({place.person_id, *(slot.host_id for slot in slots)})
    tied = ties.get(place.person_id, set())
    wanted = _words(situation.activity.focus)
    home = place.organisation
    ranked = []
    for slot in slots:
        if slot.host_id not in tied:
            shared = sorted(wanted & _words(f"{slot.topic} {slot.details}"))
            away = _miles(home, slot.organisation)
            same = bool(slot.phase) and slot.phase == home.phase
            order = (-len(shared), not same, FAR if away is None else away, slot.starts_at, slot.pk)
            ranked.append((order, Match(slot, _why(slot, shared, away, same=same))))
    return [match for _order, match in sorted(ranked, key=lambda row: row[0])[:BEST]]


def _open_to(situation: Situation, place: Participant) -> list[OpenSlot]:
    """In the alliance of the activity; without one, in the visitor's own school."""
    from apps.activities.kinds.peer_visit.models import OpenSlot

    activity = situation.activity
    rows = OpenSlot.objects.visible_to(place.person).to_come(clock.now()).with_room().with_taken()
    if activity.alliance_id is None:
        rows = rows.filter(organisation_id=place.organisation_id)
    else:
        rows = rows.filter(alliance_id=activity.alliance_id)
    rows = rows.exclude(host_id=place.person_id)
    return list(rows.select_related("host", "organisation")[:LOOKED_AT])


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower())) - SAY_NOTHING


def _miles(one: Organisation, other: Organisation) -> float | None:
    if one.pk == other.pk:
        return 0.0
    if one.easting is None or one.northing is None:
        return None
    if other.easting is None or other.northing is None:
        return None
    apart = hypot(one.easting - other.easting, one.northing - other.northing)
    return apart / METRES_A_MILE


def _why(slot: OpenSlot, shared: list[str], away: float | None, *, same: bool) -> list[str]:
    said = []
    if shared:
        said.append(_("In common with your focus: %(words)s") % {"words": ", ".join(shared)})
    if same:
        said.append(_("Your own phase"))
    if away is None:
        said.append(_("The distance is not known."))
    else:
        said.append(_("%(miles).1f miles away") % {"miles": away} if away else _("Your own school"))
    left = slot.places - slot.taken  # type: ignore[attr-defined]
    words = ngettext("%(count)d place free", "%(count)d places free", left)
    return [*said, words % {"count": left}]
