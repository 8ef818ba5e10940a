"""Sessions: planning, changing, postponing and holding them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.engine import booking, checks, light, notify
from apps.activities.engine.changes import UNDER_WAY, locked
from apps.activities.engine.clashes import Clash, Weight, clashes_of, people_of
from apps.activities.engine.refusals import Blocked, Stale, refuse_if
from apps.activities.engine.situation import Situation
from apps.activities.enums import ActivityState, SessionState
from apps.activities.kinds.base import Block, Moment, SessionKind
from apps.activities.models import Activity, Session
from apps.activities.release import hooks as release
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.schools.models import Organisation

CHANGEABLE = (SessionState.PLANNED, SessionState.POSTPONED)
BOOKABLE = (ActivityState.AGREED, *UNDER_WAY)  # states in which sessions are planned
SCHOOL_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where: at a school, online, or both. ``extra_pay`` is on record for those of whom
    a part of it lies outside their paid hours."""

    starts_at: datetime
    ends_at: datetime
    organisation: Organisation | None = None
    link: str = ""
    extra_pay: bool = False


class Conflicts(Blocked):
    """The time does not suit; it is saved only when somebody says so knowingly."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(Block(clash.reason) for clash in clashes)
        self.clashes = clashes

    @property
    def keys(self) -> list[str]:
        """Of those that can be accepted, once they have been shown."""
        return [clash.key for clash in self.clashes if clash.weight is Weight.KNOWINGLY]

    @property
    def need_extra_pay(self) -> bool:
        return any(clash.weight is Weight.EXTRA_PAY for clash in self.clashes)


def plan_session(
    activity: Activity,
    *,
    by: Person,
    kind: str,
    slot: Slot,
    observer: Person | None = None,
    observed: Person | None = None,
    despite_conflicts: bool = False,
    accepting: Collection[str] = (),
    client_key: uuid.UUID | None = None,
) -> Session:
    """Plan a session of this cycle. Conflicts unless ``despite_conflicts``; Blocked otherwise.

    ``accepting``: keys, or slugs, of the clashes that ``by`` has been shown; any other is a
    conflict.
    """
    client_key = client_key or uuid.uuid4()
    with locked(activity) as row:
        before: Session | None = Session.objects.filter(client_key=client_key, activity=row).first()
        if before is not None:
            return before
        session = Session(
            activity=row,
            client_key=client_key,
            cycle=row.cycle,
            kind=kind,
            observer=observer,
            observed=observed,
            **asdict_of(slot),
        )
        situation = Situation.of(row, session=session)
        despite = _check(session, situation, by, despite_conflicts, accepting)
        session.save()
        audit_trail.record("session.planned", session, by=by, activity=row.pk, despite=despite)
        release.session_planned(session, situation, by=by)
        notify.session_planned(session, by=by)
        light.go_on(row, by=by)
    return session


def change_session(
    session: Session,
    *,
    by: Person,
    sequence: int,
    slot: Slot,
    despite_conflicts: bool = False,
    accepting: Collection[str] = (),
) -> Session:
    """Move it; Stale when it was moved since ``sequence``. A postponed one is planned again.
    ``accepting`` as for planning."""
    with locked(session.activity) as row:
        current = _reread(session, row)
        refuse_if(current.state not in CHANGEABLE, _("It has been held or cancelled."))
        if current.sequence != sequence:
            raise Stale(current)
        for name, value in asdict_of(slot).items():
            setattr(current, name, value)
        current.state = SessionState.PLANNED
        situation = Situation.of(row, session=current)
        despite = _check(current, situation, by, despite_conflicts, accepting)
        current.sequence += 1
        current.off_reason = ""
        current.save()
        audit_trail.record(
            "session.moved", current, by=by, sequence=current.sequence, despite=despite
        )
        release.session_planned(current, situation, by=by)
        notify.session_planned(current, by=by)
    return current


def postpone(session: Session, *, by: Person, reason: str) -> Session:
    """It keeps its place and waits for another time. The people are told, with the reason."""
    refuse_if(not reason.strip(), _("Say why it is postponed."))
    return _set_state(session, SessionState.POSTPONED, by=by, reason=reason.strip())


def cancel_session(session: Session, *, by: Person, reason: str = "") -> Session:
    """It does not take place. The people are told, with the reason where one is given."""
    return _set_state(session, SessionState.CANCELLED, by=by, reason=reason.strip())


def _set_state(session: Session, state: SessionState, *, by: Person, reason: str = "") -> Session:
    with locked(session.activity) as row:
        current = _reread(session, row)
        if current.state == state:
            return current
        refuse_if(current.state not in CHANGEABLE, _("It has been held or cancelled."))
        current.state, current.sequence = state, current.sequence + 1
        current.off_reason = reason[:200]
        current.save()
        audit_trail.record(f"session.{state}", current, by=by, sequence=current.sequence)
        release.session_off(current, by=by)
        notify.session_off(current, by=by)
    return current


def mark_held(session: Session, *, by: Person) -> Session:
    """It took place: the kind's follow-ups are created. Marking it twice is marking it once."""
    with locked(session.activity) as row:
        current = _reread(session, row)
        if current.state == SessionState.HELD:
            return current
        refuse_if(current.state not in CHANGEABLE, _("It has been cancelled."))
        refuse_if(row.state not in UNDER_WAY, _("The activity has not been started."))
        refuse_if(
            timezone.localdate(current.starts_at) > clock.today(),
            _("It lies in the future: move it first if it was held early."),
        )
        hold(current, Situation.of(row), by=by)
        light.go_on(row, by=by)
    return current


def hold(session: Session, situation: Situation, *, by: Person) -> None:
    """Mark a session of a locked, active activity as held, unless its kind has it locked."""
    declared = situation.kind.session(session.kind)
    blocks = checks.failing(declared.unlocked_by, situation) if declared else []
    if blocks:
        raise Blocked(blocks)
    session.state = SessionState.HELD
    session.held_at = min(clock.now(), session.ends_at)
    session.save()
    audit_trail.record("session.held", session, by=by, activity=session.activity_id)
    release.session_held(session, situation, by=by)
    booking.after_session(situation, session, by=by)


def held_visit(
    situation: Situation, *, by: Person, kind: str, observer: Person, observed: Person, day: date
) -> Session:
    """The held visit that a log is about: one that was planned, one held already, or a new one.
    What another kind of record is about is another visit."""
    key = (observer.pk, observed.pk)
    others = {record.session for record in situation.kind.records} - {kind}
    planned = situation.pairs_planned.get(key)
    if (
        planned is not None
        and planned.kind not in others
        and timezone.localdate(planned.starts_at) <= clock.today()
    ):
        planned.activity = situation.activity
        hold(planned, situation, by=by)
        return planned
    done = situation.pairs_held.get(key)
    if done is not None and done.kind not in others and timezone.localdate(done.starts_at) == day:
        return done
    declared = situation.kind.session(kind)
    minutes = declared.minutes if declared else 60
    starts_at = timezone.make_aware(datetime.combine(day, SCHOOL_MORNING))
    place = situation.place_of(observed.pk)
    session = Session(
        activity=situation.activity,
        cycle=situation.activity.cycle,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        organisation=place.organisation if place else None,
        observer=observer,
        observed=observed,
        time_known=False,
    )
    hold(session, situation, by=by)
    return session


def _check(
    session: Session,
    situation: Situation,
    by: Person,
    despite_conflicts: bool,
    accepting: Collection[str] = (),
) -> list[str]:
    """The slugs of the clashes in spite of which it is saved. Conflicts name all there are, those
    accepted too, when one is not."""
    refuse_unless_bookable(session.activity)
    declared = situation.kind.session(session.kind)
    refuse_if(declared is None, _("There is no such session here."))
    if declared is not None:
        _check_length(session, declared)
    pair = (session.observer_id, session.observed_id)
    if declared is not None and declared.pairs:
        possible = {(a.person_id, b.person_id) for a, b in situation.all_pairs(declared.slug)}
        refuse_if(pair not in possible, _("Choose two different people who can visit each other."))
    else:
        refuse_if(any(pair), _("This session is of everybody who takes part."))
    blocks = checks.rules_failing(situation, Moment.SESSION)
    if blocks:
        raise Blocked(blocks)
    # Two activities may want one person's hour at the same moment: one waits for the other.
    ids = [place.person_id for place in people_of(session, situation)]
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    clashes = clashes_of(session, situation, viewer=by)
    if any(clash.weight is Weight.NEVER for clash in clashes):
        raise Blocked(Block(clash.reason) for clash in clashes)
    if any(
        clash.weight is Weight.EXTRA_PAY
        or not (despite_conflicts or clash.slug in accepting or clash.key in accepting)
        for clash in clashes
    ):
        raise Conflicts(clashes)
    return sorted({clash.slug for clash in clashes})


def refuse_unless_bookable(activity: Activity) -> None:
    refuse_if(
        activity.state == ActivityState.PAUSED,
        _("It is paused: sessions are planned once it goes on."),
    )
    refuse_if(activity.state not in BOOKABLE, _("Sessions are planned once the plan is agreed."))


def _check_length(session: Session, declared: SessionKind) -> None:
    minutes = (session.ends_at - session.starts_at).total_seconds() / 60
    refuse_if(
        not declared.least_minutes <= minutes <= declared.most_minutes,
        _("It takes between %(least)d and %(most)d minutes.")
        % {"least": declared.least_minutes, "most": declared.most_minutes},
    )


def asdict_of(slot: Slot) -> dict[str, Any]:
    return {field.name: getattr(slot, field.name) for field in fields(slot)}


def _reread(session: Session, row: Activity) -> Session:
    rows = Session.objects.select_related("observer", "observed", "organisation")
    current: Session = rows.get(pk=session.pk)
    current.activity = row
    return current
