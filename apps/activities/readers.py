"""Who can see a record, in words: names where they are few, groups where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.activities.engine import judges
from apps.activities.engine.situation import joined
from apps.activities.enums import Audience
from apps.activities.models import Activity, Participant, Record
from apps.schools.staff.names import names_of_staff

# The looks of templates/components/audience.html.
LOOKS = {
    Audience.ONLY_ME: "private",
    Audience.PAIR: "participants",
    Audience.PARTICIPANTS: "participants",
    Audience.CPD_LEAD: "school",
    Audience.SCHOOLS: "school",
    Audience.ALLIANCE: "alliance",
}
AT_FIRST = {
    Audience.ONLY_ME: gettext_lazy("Only you"),
    Audience.PAIR: gettext_lazy("Only the two of you"),
    Audience.PARTICIPANTS: gettext_lazy("Only those who take part"),
    Audience.CPD_LEAD: gettext_lazy("Only those who take part and your CPD lead"),
    Audience.SCHOOLS: gettext_lazy("Only staff of the schools taking part"),
    Audience.ALLIANCE: gettext_lazy("Only staff of the alliance’s schools"),
}


@dataclass(frozen=True, slots=True)
class Readers:
    look: str
    words: str


def readers_of(record: Record, me: Person) -> Readers:
    return Readers(LOOKS[Audience(record.audience)], _words(record, record.audience, me))


def readers_at_first(audiences: Sequence[Audience]) -> Readers:
    """Who could see what is written with the first of these, and whether more could."""
    first, *wider = audiences
    words = _("%(who)s can see this, unless you share it further")
    if not wider:
        words = _("%(who)s can see this")
    return Readers(LOOKS[first], words % {"who": AT_FIRST[first]})


def words_for(record: Record, audience: str, me: Person) -> str:
    """Who could see ``record`` if its audience were ``audience``."""
    return _words(record, audience, me)


def names_known_in(activity: Activity) -> tuple[str, ...]:
    """The staff of the schools that take part: their names are no pupils' names."""
    schools = activity.participants.taking_part().values("organisation_id")
    return names_of_staff(schools)


def _words(record: Record, audience: str, me: Person) -> str:
    if audience == Audience.ONLY_ME:
        return _("Only you can see this") if record.owner_id == me.pk else _("Only its author")
    if audience == Audience.PAIR:
        return _("Only %(names)s can see this") % {"names": joined(_two(record, me))}
    activity: Any = record.activity  # a constraint: without an activity it is private
    if audience == Audience.PARTICIPANTS:
        return _("Only those who take part can see this: %(names)s") % {
            "names": joined(_names(record, activity, me))
        }
    if audience == Audience.CPD_LEAD:
        return _("Those who take part and the CPD lead of %(school)s can see this") % {
            "school": record.organisation.name
        }
    if audience == Audience.SCHOOLS:
        return _("Staff of the schools taking part can see this: %(schools)s") % {
            "schools": joined(_schools(activity))
        }
    return _("Staff of all schools of %(alliance)s and its coordinators can see this") % {
        "alliance": activity.alliance.name if activity.alliance else _("the alliance")
    }


def _two(record: Record, me: Person) -> list[str]:
    if record.joint and record.activity is not None:
        return _names(record, record.activity, me)
    return [_name(p, me) for p in _pair(record, me)]


def _pair(record: Record, me: Person) -> list[Person]:
    pair = [record.owner, record.author]
    return sorted(pair, key=lambda person: person.pk != me.pk)


def _name(person: Person, me: Person) -> str:
    return _("you") if person.pk == me.pk else person.name


def _places(activity: Activity) -> list[Participant]:
    rows = activity.participants.taking_part().select_related("person", "organisation")
    return list(rows)


def _names(record: Record, activity: Activity, me: Person) -> list[str]:
    """Of those who take part and may read it: not who judges its owner, unless let in."""
    shut_out = set() if record.joint else judges.shut_out(activity, record.owner)
    people = [p.person for p in _places(activity) if p.person_id not in shut_out]
    return [_name(person, me) for person in sorted(people, key=lambda who: who.pk != me.pk)]


def _schools(activity: Activity) -> list[str]:
    return sorted({p.organisation.name for p in _places(activity)})
