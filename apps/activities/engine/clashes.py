"""What speaks against a time: who cannot come then, and what can be done about it.

Protected time (PPA, ECT induction) can never be used. Time outside somebody's paid hours needs
extra pay on record. Anything else is saved by somebody who has seen it and says so.
Only those who may see a person's times read why; others read that the person is not free.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.engine.diaries import Diaries, diaries_of, in_lesson
from apps.activities.engine.situation import Situation
from apps.activities.kinds import kind_of
from apps.activities.models import Participant, Session
from apps.activities.slots.facts import Span
from apps.activities.slots.travel import minutes_between
from apps.schools.enums import PROTECTED_USES, PeriodUse
from apps.schools.permissions.times import may_see_times

if TYPE_CHECKING:
    from apps.accounts.models import Person


# The same for all time that others may not use, so that it does not tell why.
UNAVAILABLE = gettext_lazy(
    "%(name)s is not available then, and others cannot plan that time. Ask them, or the CPD lead "
    "of their school, when else."
)


class Weight(Enum):
    """What it takes to save the time all the same."""

    KNOWINGLY = "knowingly"
    EXTRA_PAY = "extra_pay"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Clash:
    """``slug`` names the rule, ``key`` this clash with this time and place: what was shown of
    another time is another clash, even in the same words."""

    slug: str
    reason: str
    weight: Weight = Weight.KNOWINGLY
    key: str = ""


def clashes_of(session: Session, situation: Situation, *, viewer: Person | None) -> list[Clash]:
    """All that speaks against the session as it stands, in words that ``viewer`` may read."""
    people = people_of(session, situation)
    day = timezone.localdate(session.starts_at)
    places = [p.organisation for p in people]
    if session.organisation is not None:
        places.append(session.organisation)
    who = [(p.person_id, p.organisation_id) for p in people]
    diaries = diaries_of(who, places, day, day, but=session)
    found = dict.fromkeys(Finding(session, people, diaries, viewer).all())
    return [replace(clash, key=_key(clash, session)) for clash in found]


def _key(clash: Clash, session: Session) -> str:
    place = session.organisation_id or 0
    when = f"{session.starts_at.timestamp():.0f} {session.ends_at.timestamp():.0f} {place}"
    said = f"{clash.slug} {when} {clash.reason}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def people_of(session: Session, situation: Situation) -> list[Participant]:
    """The two of a visit, or everybody who takes part; once each, whatever their roles."""
    pair = {session.observer_id, session.observed_id} - {None}
    found = {p.person_id: p for p in situation.people if not pair or p.person_id in pair}
    return list(found.values())


@dataclass
class Finding:
    session: Session
    people: list[Participant]
    diaries: Diaries
    viewer: Person | None

    def all(self) -> Iterator[Clash]:
        yield from self._elsewhere()
        yield from self._closed()
        for place in self.people:
            yield from self._protected(place)
            yield from self._lesson(place)
            yield from self._leave(place)
            yield from self._unpaid(place)
            yield from self._too_far(place)
        yield from self._too_many()

    @cached_property
    def teacher(self) -> int | None:
        """Whose lesson it is."""
        session = self.session
        mine = in_lesson(session.activity.kind, session.kind)
        return session.observed_id if mine else None

    def _may_see(self, place: Participant) -> bool:
        return self.viewer is not None and may_see_times(
            self.viewer, place.person_id, place.organisation_id
        )

    def _window(self, place: Participant) -> Span:
        """The session and the way there and back."""
        way = self.diaries.way(place.person_id, self.session.organisation_id) or 0
        return (
            self.session.starts_at - timedelta(minutes=way),
            self.session.ends_at + timedelta(minutes=way),
        )

    def _elsewhere(self) -> Iterator[Clash]:
        names = {p.person_id: p.person.name for p in self.people}
        words = _("%(name)s has another session at that time.")
        declared = kind_of(self.session.activity.kind).session(self.session.kind)
        never = declared is not None and declared.exclusive
        weight = Weight.NEVER if never else Weight.KNOWINGLY
        for pk in busy_people(self.session, names.keys()):
            yield Clash("session", words % {"name": names[pk]}, weight)

    def _closed(self) -> Iterator[Clash]:
        school = self.session.organisation
        if school is None:
            return
        day = timezone.localdate(self.session.starts_at)
        times = self.diaries.school_times[school.pk]
        if not times.calendar.is_open(day):
            yield Clash("closed", _("%(school)s is closed that day.") % {"school": school.name})
        elif self.teacher is not None and not times.teaches_on(day):
            words = _("%(school)s has no lessons that day: it is an INSET day.")
            yield Clash("closed", words % {"school": school.name})

    def _protected(self, place: Participant) -> Iterator[Clash]:
        held = self._held(place, PROTECTED_USES)
        if not held:
            return
        name = {"name": place.person.name}
        if self._may_see(place):
            reason = _("%(name)s has PPA or ECT induction time then. It is never used.") % name
        else:
            reason = UNAVAILABLE % name
        yield Clash("protected", reason, Weight.NEVER)

    def _lesson(self, place: Participant) -> Iterator[Clash]:
        if place.person_id == self.teacher:
            return
        held = self._held(place, (PeriodUse.TEACHING, PeriodUse.DUTY))
        if not held:
            return
        name = {"name": place.person.name, "periods": ", ".join(dict.fromkeys(held))}
        if self._may_see(place):
            reason = _("%(name)s teaches or is on duty then (%(periods)s) and needs cover.") % name
        else:
            reason = _("%(name)s is not free then.") % name
        yield Clash("lesson", reason)

    def _held(self, place: Participant, uses: Collection[str]) -> list[str]:
        """Names of the periods of those uses that the session, or the way there, meets."""
        starts, ends = self._window(place)
        held = self.diaries.times[place.person_id].held
        return [h.name for h in held if h.use in uses and h.starts < ends and starts < h.ends]

    def _leave(self, place: Participant) -> Iterator[Clash]:
        if _meet(self._window(place), self.diaries.times[place.person_id].leave):
            words = _("%(name)s is not available then.")
            if not self._may_see(place):
                words = _("%(name)s is not free then.")
            yield Clash("leave", words % {"name": place.person.name})

    def _unpaid(self, place: Participant) -> Iterator[Clash]:
        times = self.diaries.times[place.person_id]
        if not _meet(self._window(place), times.unpaid(self.diaries.first, self.diaries.last)):
            return
        if not self._may_see(place):
            # When somebody is paid is for those to know who keep their times and promise the pay.
            if not self._stands_with_extra_pay():
                reason = UNAVAILABLE % {"name": place.person.name}
                yield Clash("protected", reason, Weight.NEVER)
        elif not self.session.extra_pay:
            words = _("Part of it lies outside %(name)s’s paid hours: extra pay must be recorded.")
            yield Clash("unpaid", words % {"name": place.person.name}, Weight.EXTRA_PAY)

    def _stands_with_extra_pay(self) -> bool:
        """Somebody who may has put it on record for this very time."""
        session = self.session
        same = {"starts_at": session.starts_at, "ends_at": session.ends_at, "extra_pay": True}
        return bool(session.pk) and bool(Session.objects.filter(pk=session.pk, **same).exists())

    def _too_far(self, place: Participant) -> Iterator[Clash]:
        """Not enough time to come from, or go on to, another session."""
        session, schools = self.session, self.diaries.schools
        here = schools.get(session.organisation_id) if session.organisation_id else None
        speed = schools[place.organisation_id].miles_an_hour
        for fixed in self.diaries.planned(place.person_id):
            if fixed.meets(session.starts_at, session.ends_at):
                continue
            there = schools.get(fixed.place) if fixed.place else None
            needed = minutes_between(here, there, speed)
            gap = max(fixed.starts - session.ends_at, session.starts_at - fixed.ends)
            if needed and gap.total_seconds() / 60 < needed:
                words = _(
                    "%(name)s has another session that day and cannot get from one to the other "
                    "in time: the way takes about %(minutes)d minutes."
                )
                yield Clash("travel", words % {"name": place.person.name, "minutes": needed})

    def _too_many(self) -> Iterator[Clash]:
        """More of one school out of their classes at once than it has set."""
        for school, times in self.diaries.school_times.items():
            out = [
                p
                for p in self.people
                if p.organisation_id == school and any(True for _ in self._lesson(p))
            ]
            if not out or times.most_released is None:
                continue
            windows = [self._window(p) for p in out]
            span = (min(w[0] for w in windows), max(w[1] for w in windows))
            others = self.diaries.released(school, {p.person_id for p in self.people})
            count = len(out) + sum(a < span[1] and span[0] < b for a, b in others)
            if count > times.most_released:
                words = _(
                    "%(count)d people of %(school)s would be out at once; it has set %(most)d."
                )
                name = self.diaries.names[school]
                numbers = {"count": count, "most": times.most_released, "school": name}
                yield Clash("released", words % numbers)


def _meet(window: Span, spans: Collection[Span]) -> bool:
    return any(starts < window[1] and window[0] < ends for starts, ends in spans)


def busy_people(session: Session, people: Collection[int]) -> list[int]:
    """Of ``people``, those with a planned session that overlaps; two may watch one lesson."""
    overlapping = Session.objects.planned().filter(
        starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    )
    if session.pk:
        overlapping = overlapping.exclude(pk=session.pk)
    if session.observed_id:
        overlapping = overlapping.exclude(
            activity_id=session.activity_id,
            observed_id=session.observed_id,
            starts_at=session.starts_at,
        )
    ids = list(people)
    pairs = overlapping.filter(Q(observer_id__in=ids) | Q(observed_id__in=ids))
    busy = {pk for row in pairs.values_list("observer_id", "observed_id") for pk in row}
    meetings = overlapping.filter(
        observer__isnull=True,
        activity__participants__person_id__in=ids,
        activity__participants__state="accepted",
    )
    busy |= set(meetings.values_list("activity__participants__person_id", flat=True))
    return [pk for pk in ids if pk in busy]
