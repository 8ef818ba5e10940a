"""One activity as the rules see it: read once, then asked many things without queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.activities.enums import ActivityState, ParticipantState, SessionState
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Kind
from apps.activities.models import Activity, Attendance, Criterion, Participant, Record, Session
from apps.schools.models import Membership

Pair = tuple[Participant, Participant]
T = TypeVar("T")


@dataclass
class Situation:
    """``candidate`` is an unsaved place somebody would take, ``draft`` a record not yet stored,
    ``session`` one that is about to be planned or moved, or that a poll proposes."""

    activity: Activity
    kind: Kind
    participants: list[Participant]
    candidate: Participant | None = None
    draft: Record | None = None
    session: Session | None = None
    _read: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        activity: Activity,
        *,
        candidate: Participant | None = None,
        draft: Record | None = None,
        session: Session | None = None,
    ) -> Situation:
        rows = activity.participants.select_related("person", "organisation")
        return cls(activity, kind_of(activity.kind), list(rows), candidate, draft, session)

    def once(self, read: Callable[[Situation], T]) -> T:
        """What ``read`` finds, read a single time however many rules ask for it."""
        name = f"{read.__module__}.{read.__qualname__}"
        if name not in self._read:
            self._read[name] = read(self)
        return cast(T, self._read[name])

    # People

    @property
    def people(self) -> list[Participant]:
        return [p for p in self.participants if p.state == ParticipantState.ACCEPTED]

    @property
    def invited(self) -> list[Participant]:
        return [p for p in self.participants if p.state == ParticipantState.INVITED]

    @property
    def asked(self) -> list[Participant]:
        """Those who take part and those who have not answered yet."""
        return [*self.people, *self.invited]

    def people_as(self, role: str) -> list[Participant]:
        return [p for p in self.people if p.role == role]

    def asked_as(self, role: str) -> list[Participant]:
        return [p for p in self.asked if p.role == role]

    @property
    def lacking_role(self) -> str:
        """The role that lacks people most."""
        roles = self.kind.roles
        return max(roles, key=lambda role: role.least - len(self.asked_as(role.slug))).slug

    def place_of(self, person_id: int) -> Participant | None:
        return next((p for p in self.asked if p.person_id == person_id), None)

    def takes_part(self, person_id: int) -> bool:
        return any(p.person_id == person_id for p in self.people)

    def is_shut_to(self, person_id: int) -> bool:
        """How far it has come is for those who take part alone."""
        return self.kind.private_progress and not self.takes_part(person_id)

    @property
    def schools(self) -> list[int]:
        return sorted({p.organisation_id for p in self.people})

    @property
    def crosses_schools(self) -> bool:
        return self.activity.alliance_id is not None

    @cached_property
    def judges(self) -> list[tuple[int, int]]:
        """(judge, judged): who manages, appraises or tutors whom among those asked."""
        ids = {p.person_id for p in self.asked}
        if self.candidate:
            ids.add(self.candidate.person_id)
        rows = (
            Membership.objects.current()
            .filter(person_id__in=ids)
            .filter(
                Q(line_manager_id__in=ids) | Q(appraiser_id__in=ids) | Q(induction_tutor_id__in=ids)
            )
            .values_list("person_id", "line_manager_id", "appraiser_id", "induction_tutor_id")
        )
        return [(judge, person) for person, *judges in rows for judge in judges if judge in ids]

    # What has happened

    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(self.activity.criteria.all())

    @cached_property
    def all_sessions(self) -> list[Session]:
        """Those of every cycle; all share the activity, so that they ask no more queries."""
        rows = self.activity.sessions.select_related("observer", "observed", "organisation")
        found = list(rows.order_by("starts_at", "pk"))
        for row in found:
            row.activity = self.activity
        return found

    @cached_property
    def sessions(self) -> list[Session]:
        """Those of this cycle."""
        return [s for s in self.all_sessions if s.cycle == self.activity.cycle]

    def held_of(self, session_kind: str) -> list[Session]:
        return [s for s in self.sessions if s.kind == session_kind and s.state == SessionState.HELD]

    def absent_from(self, session_kind: str) -> set[int]:
        """Who was absent from every held session of this kind; not recorded is not absent."""
        held = [s.pk for s in self.held_of(session_kind)]
        rows = Attendance.objects.filter(session_id__in=held)
        came: dict[int, bool] = {}
        for person, present in rows.values_list("person_id", "present"):
            came[person] = came.get(person, False) or present
        return {person for person, present in came.items() if not present}

    @cached_property
    def records(self) -> list[Record]:
        """What others may know was written in this cycle, without the words."""
        rows = self.activity.records.countable().filter(cycle=self.activity.cycle)
        return list(rows.defer("text"))

    def written(self, record_kind: str) -> list[Record]:
        return [r for r in self.records if r.kind == record_kind]

    @cached_property
    def pairs_held(self) -> dict[tuple[int, int], Session]:
        """Held visits of this cycle by (observer, observed)."""
        return {
            (s.observer_id, s.observed_id): s
            for s in self.sessions
            if s.state == SessionState.HELD and s.observer_id and s.observed_id
        }

    @cached_property
    def pairs_planned(self) -> dict[tuple[int, int], Session]:
        return {
            (s.observer_id, s.observed_id): s
            for s in self.sessions
            if s.state == SessionState.PLANNED and s.observer_id and s.observed_id
        }

    def all_pairs(self, session_kind: str = "") -> list[Pair]:
        """Who may observe whom, in the sessions of this kind (in any, unless given)."""
        declared = [s for s in self.kind.pair_sessions if session_kind in ("", s.slug)]
        return [
            (observer, observed)
            for observer in self.people
            for observed in self.people
            if observer.person_id != observed.person_id
            and any(s.may_pair(observer.role, observed.role) for s in declared)
        ]

    def missing_pairs(self, session_kind: str = "") -> list[Pair]:
        """Observer and observed of the visits of this cycle that are still to come."""
        return [
            p
            for p in self.all_pairs(session_kind)
            if (p[0].person_id, p[1].person_id) not in self.pairs_held
        ]

    @property
    def round_complete(self) -> bool:
        """Each has observed, and has been observed, at least once."""
        observers = {pair[0] for pair in self.pairs_held}
        observed = {pair[1] for pair in self.pairs_held}
        ids = {p.person_id for p in self.people}
        complete = all(len(self.people_as(role.slug)) >= role.least for role in self.kind.roles)
        return complete and bool(ids) and ids <= observers and ids <= observed

    @property
    def is_active(self) -> bool:
        return self.activity.state in (ActivityState.ACTIVE, ActivityState.REVIEW_DUE)

    # Who can unblock

    @property
    def organiser_name(self) -> str:
        return self.activity.organiser.name

    def who_finds_people(self) -> str:
        waiting = [p.person.name for p in self.invited]
        if waiting:
            return _("%(names)s (invited), or %(organiser)s") % {
                "names": joined(waiting),
                "organiser": self.organiser_name,
            }
        return self.organiser_name

    def names_of_people(self, only: Iterable[int] | None = None) -> str:
        wanted = None if only is None else set(only)
        return joined(
            [p.person.name for p in self.people if wanted is None or p.person_id in wanted]
        )


def joined(names: list[str]) -> str:
    """ "Ann, Bob and Cy"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
