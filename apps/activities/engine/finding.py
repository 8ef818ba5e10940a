"""Finding a time for a session: what the slot finder is asked, and its answer in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.engine.diaries import Diaries, diaries_of, in_lesson, open_days
from apps.activities.engine.situation import Situation, joined
from apps.activities.models import Participant
from apps.activities.slots import Question, Suggestion, find
from apps.core import clock
from apps.schools.permissions.times import may_see_times

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation

LONGEST = 120  # days looked through at most
LESSONS = (time(8, 30), time(15, 30))  # of the day, where nobody has said when somebody teaches


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found: ``pair`` is (observer, observed) where one visits another. ``places``
    are candidate schools, None among them for online."""

    kind: str
    minutes: int
    first: date
    last: date
    places: tuple[Organisation | None, ...]
    pair: tuple[Person, Person] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One time with its reasons. ``accepting``: the clashes that they name."""

    starts: datetime
    ends: datetime
    place: Organisation | None
    all_free: bool
    reasons: list[str]
    why_here: str
    not_free: list[str]
    accepting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """``unknown``: people of whose times nothing is known; they were left out of the search."""

    offered: list[Offered]
    people: list[Participant]
    unknown: list[Participant]

    @property
    def known(self) -> list[Participant]:
        unknown = {p.person_id for p in self.unknown}
        return [p for p in self.people if p.person_id not in unknown]


def find_times(situation: Situation, wanted: Wanted, *, viewer: Person) -> Found:
    people = _people(situation, wanted)
    places = [p for p in wanted.places if p is not None]
    diaries = diaries_of(
        [(p.person_id, p.organisation_id) for p in people],
        [*(p.organisation for p in people), *places],
        wanted.first,
        wanted.last,
    )
    unknown = [p for p in people if not diaries.times[p.person_id].is_known]
    found = Found([], people, unknown)
    if not found.known:
        return found
    teacher = _teacher(situation, wanted)
    question = _question(diaries, found.known, wanted, teacher)
    suggestions = find(question)
    words = _Words(found.known, bool(unknown), diaries, places, viewer)
    before = [None, *suggestions][:-1]
    return replace(
        found,
        offered=[words.offered(s, b) for s, b in zip(suggestions, before, strict=True)],
    )


def _people(situation: Situation, wanted: Wanted) -> list[Participant]:
    pair = {p.pk for p in wanted.pair or ()}
    rows = {p.person_id: p for p in situation.people if not pair or p.person_id in pair}
    return list(rows.values())


def _teacher(situation: Situation, wanted: Wanted) -> int | None:
    """Whose lesson is visited."""
    if wanted.pair is None or not in_lesson(situation.activity.kind, wanted.kind):
        return None
    return wanted.pair[1].pk


def _question(
    diaries: Diaries, people: list[Participant], wanted: Wanted, teacher: int | None
) -> Question:
    ids = {p.person_id for p in people}
    schools = {}
    for pk, school in diaries.schools.items():
        times = diaries.school_times.get(pk)
        days = (
            open_days(times, wanted.first, wanted.last, lessons=teacher is not None)
            if times is not None
            else frozenset[date]()
        )
        schools[pk] = replace(
            school, open_days=days, released=tuple(diaries.released(pk, ids)) if times else ()
        )
    question = Question(
        members=tuple(
            diaries.member(p.person_id, minutes=wanted.minutes, taught=p.person_id == teacher)
            for p in people
        ),
        schools=schools,
        places=tuple(place.pk if place else None for place in wanted.places),
        minutes=wanted.minutes,
        first=wanted.first,
        last=wanted.last,
        not_before=clock.now(),
    )
    if teacher is None or teacher in ids:
        return question
    return replace(question, earliest=LESSONS[0], latest=LESSONS[1])


@dataclass(frozen=True, slots=True)
class _Words:
    """The reasons, in words that the viewer may read: how long somebody of another school would
    be out of class is not for them."""

    people: list[Participant]
    some_unknown: bool
    diaries: Diaries
    places: list[Organisation]
    viewer: Person

    def offered(self, found: Suggestion, before: Suggestion | None) -> Offered:
        place = next((p for p in self.places if p.pk == found.place), None)
        return Offered(
            found.starts,
            found.ends,
            place,
            found.all_free,
            [self._cover(found), *self._travel(found)],
            self._why_here(found, before),
            [p.person.name for p in self.people if p.person_id in found.cover],
            () if found.all_free else ("lesson",),
        )

    def _cover(self, found: Suggestion) -> str:
        if found.all_free and self.some_unknown:
            return _("All whose times are known are free without cover")
        if found.all_free:
            return _("Everybody is free without cover")
        names = [p.person.name for p in self.people if p.person_id in found.cover]
        if not self._may_see(found):
            return _("Not free: %(names)s") % {"names": joined(names)}
        words = ngettext(
            "Cover for %(names)s, %(n)d minute",
            "Cover for %(names)s, %(n)d minutes",
            found.cover_minutes,
        )
        return words % {"names": joined(names), "n": found.cover_minutes}

    def _may_see(self, found: Suggestion) -> bool:
        return all(
            may_see_times(self.viewer, p.person_id, p.organisation_id)
            for p in self.people
            if p.person_id in found.cover
        )

    def _travel(self, found: Suggestion) -> list[str]:
        said = [
            ngettext(
                "%(name)s travels %(n)d minute there and back",
                "%(name)s travels %(n)d minutes there and back",
                n,
            )
            % {"name": p.person.name, "n": n}
            for p in self.people
            if (n := found.travel.get(p.person_id))
        ]
        blind = [
            p.person.name for p in self.people if self.diaries.way(p.person_id, found.place) is None
        ]
        if blind:
            said.append(_("The way is not known for %(names)s") % {"names": joined(blind)})
        return said or [_("Nobody travels")]

    def _why_here(self, found: Suggestion, before: Suggestion | None) -> str:
        if before is None:
            return _("The best by these rules")
        if before.all_free and not found.all_free:
            return _("After those for which nobody needs cover")
        if found.cover_minutes > before.cover_minutes:
            return _("More minutes of cover than the one before")
        if found.travel_minutes > before.travel_minutes:
            return _("More travel than the one before")
        return _("As good as the one before, but later")
