"""The code that hangs on the wall: who enters it while the session lasts is there.

The code is made from the session's name and the site's secret, so nothing is stored, and a guess
is held only against the sessions that the guesser is booked for that day.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.engine import answer_invitation
from apps.activities.engine.attendance import record_attendance
from apps.activities.engine.refusals import refuse_if, required
from apps.activities.enums import ActivityState, ParticipantState, SessionState
from apps.activities.kinds import kind_of
from apps.activities.models import Participant, Session
from apps.core import clock

LETTERS = "BCDFGHJKLMNPQRTVWXYZ2346789"  # none that looks like another, and no words
LENGTH = 6
EARLY, LATE = timedelta(hours=1), timedelta(minutes=30)  # before it begins, after it ends
MOST_TRIES, WINDOW = 10, timedelta(minutes=10)
OVER = (ActivityState.CLOSED, ActivityState.CANCELLED)


def has_code(session: Session) -> bool:
    declared = kind_of(session.activity.kind).session(session.kind)
    return declared is not None and declared.wall_code


def code_of(session: Session) -> str:
    digest = salted_hmac("activities.wall", session.public_id, algorithm="sha256").digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])


def tidy(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


def enter(*, by: Person, code: str) -> Session:
    """Mark ``by`` present at their session of today that has this code; Blocked when there is none.
    To be there is to say yes to an invitation."""
    refuse_if(_tried_too_often(by), _("That was tried too often. Wait ten minutes."))
    place, session = required(
        _found(by, tidy(code)),
        _(
            "No session of yours has that code now. Look at it again, or ask the organiser: they "
            "see who is on the list, and record who was there once it is over."
        ),
    )
    refuse_if(
        session.attendance.filter(person=by, present=False).exists(),
        _("The organiser has recorded that you were not there. If you were, ask them to mend it."),
    )
    if place.state == ParticipantState.INVITED:
        answer_invitation(place, by=by, accept=True)
    record_attendance(session, by=by, answers={by.pk: True}, early=EARLY)
    return session


def _found(person: Person, code: str) -> tuple[Participant, Session] | None:
    first = timezone.make_aware(datetime.combine(clock.today(), time.min))
    rows = Session.objects.filter(
        Q(time_known=False) | Q(ends_at__gte=clock.now() - LATE),
        state__in=(SessionState.PLANNED, SessionState.HELD),
        starts_at__gte=first,
        starts_at__lt=first + timedelta(days=1),
    ).exclude(activity__state__in=OVER)
    places = Participant.objects.current().of_members(person).select_related("activity", "person")
    by_activity = {place.activity_id: place for place in places}
    for session in rows.filter(activity_id__in=by_activity):
        if has_code(session) and constant_time_compare(code_of(session), code):
            return by_activity[session.activity_id], session
    return None


def _tried_too_often(person: Person) -> bool:
    seconds = int(WINDOW.total_seconds())
    key = f"wall:{person.pk}:{int(clock.now().timestamp()) // seconds}"
    # Each try takes a place that nobody else can take: a number counted up could be read twice.
    return not any(cache.add(f"{key}:{n}", 1, timeout=seconds) for n in range(MOST_TRIES))
