"""What one person did, promised and wrote: for them alone to take away.

Everything here is about that person, and nothing of it was written by somebody else: a title that
names another person in the activity is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.activities import kinds
from apps.activities.enums import ParticipantState, RecordForm, SessionState
from apps.activities.models import Activity, Attendance, Participant, Record, Session
from apps.activities.own_words import answers_of, in_one_text
from apps.evaluation.snapshot.frame import OwnFrame
from apps.evaluation.snapshot.outcomes import names_in, without
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.schools.models import Membership

Facts = dict[str, Any]


@dataclass
class Came:
    """Which sessions of an activity somebody came to, by day. ``unknown``: of so many that were
    held nobody has said who came."""

    days: list[date] = field(default_factory=list)
    time: timedelta = timedelta()
    unknown: int = 0

    @property
    def hours(self) -> float | None:
        return round(self.time.total_seconds() / 3600, 2) if self.days else None


def places(frame: OwnFrame) -> list[Facts]:
    """The roles held at schools in the period, the latest first."""
    rows = (
        Membership.objects.filter(person=frame.person, organisation__isnull=False)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start), starts_on__lte=frame.end)
        .select_related("organisation")
        .order_by("-starts_on", "pk")
    )
    return [
        {
            "school": row.organisation.name,
            "role": row.role,
            "job_role": row.job_role,
            "job_title": row.job_title,
            "from": row.starts_on.isoformat(),
            "to": row.ends_on.isoformat() if row.ends_on else None,
        }
        for row in rows
        if row.organisation is not None
    ]


def activities(frame: OwnFrame) -> list[Facts]:
    """Each that has begun, with the roles held in it, and the days and hours of the sessions come
    to, in the order of the days; ``hours`` None: nobody has recorded any. ``goes_on``: its last
    day is still to come."""
    found = list(frame.activities().select_related("organisation").order_by("pk"))
    keys = [activity.pk for activity in found]
    roles, came, names = _roles(frame, keys), _came(frame, keys), _others(frame, keys)
    rows = [
        _told(one, roles.get(one.pk, []), came.get(one.pk, Came()), names.get(one.pk, []))
        for one in found
        if _is_theirs(one, frame, roles, came)
    ]
    end = frame.end.isoformat()
    begun = [row | {"goes_on": (row["last"] or "") > end} for row in rows if _day(row) <= end]
    return sorted(begun, key=_day)


def _day(row: Facts) -> str:
    """The first, as text that sorts; empty where it is not known."""
    return row["first"] or ""


def _is_theirs(
    one: Activity, frame: OwnFrame, roles: dict[int, list[str]], came: dict[int, Came]
) -> bool:
    """Once it has begun; whoever withdrew was in it as far as they came."""
    if came.get(one.pk):
        return True
    if one.starts_on is not None and one.starts_on > frame.end:
        return False
    return bool(roles.get(one.pk)) or one.organiser_id == frame.person.pk


def _told(one: Activity, roles: Sequence[str], came: Came, names: Sequence[str]) -> Facts:
    kind = kinds.kind_of(one.kind)
    hours = came.hours
    if kind.entry is not None and came.days:
        logged = one.details.get(kind.entry.hours)
        hours = float(Decimal(logged)) if logged else hours
    first = min(came.days, default=one.starts_on)
    last = max(came.days, default=one.ends_on or one.starts_on)
    return {
        "title": without(one.title, names),
        "kind": one.kind,
        "school": one.organisation.name,
        "state": one.state,
        "roles": [str(kind.role_name(role)) for role in roles],
        "is_training": kind.entry is not None,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "sessions": len(came.days),
        "unknown": came.unknown,
        "hours": hours,
    }


def _roles(frame: OwnFrame, keys: Collection[int]) -> dict[int, list[str]]:
    rows = Participant.objects.filter(
        person=frame.person, activity__in=keys, state=ParticipantState.ACCEPTED
    ).order_by("pk")
    found = defaultdict(list)
    for activity, role in rows.values_list("activity_id", "role"):
        found[activity].append(role)
    return dict(found)


def _came(frame: OwnFrame, keys: Collection[int]) -> dict[int, Came]:
    """Held sessions of the period: one's own visits, and the meetings that one came to."""
    held = Session.objects.filter(
        Q(observer=frame.person) | Q(observed=frame.person) | Q(observer__isnull=True),
        activity__in=keys,
        state=SessionState.HELD,
        starts_at__date__range=(frame.start, frame.end),
    ).order_by("starts_at")
    said = dict(
        Attendance.objects.filter(person=frame.person, session__activity__in=keys).values_list(
            "session_id", "present"
        )
    )
    found: dict[int, Came] = defaultdict(Came)
    for one in held:
        present = said.get(one.pk, True if one.observer_id else None)
        if present is None:
            found[one.activity_id].unknown += 1
        elif present:
            found[one.activity_id].days.append(timezone.localdate(one.starts_at))
            found[one.activity_id].time += one.ends_at - one.starts_at
    return dict(found)


def _others(frame: OwnFrame, keys: Sequence[int]) -> dict[int, list[str]]:
    """The names of everybody else in each activity."""
    mine = {frame.person.given_name, frame.person.family_name}
    return {
        activity: [name for name in names if name not in mine]
        for activity, names in names_in(keys).items()
    }


def promises(frame: OwnFrame) -> list[Facts]:
    """What fell due in the period, as it stands: shared ones, and ``asked["private"]`` the others
    too; with ``asked["words"]`` what they wrote of it. Those moved to a later day stand there."""
    rows = FollowUp.objects.owned_by(frame.person).exclude(state=FollowUpState.MOVED)
    rows = rows.filter(due__range=(frame.start, frame.end)).order_by("due", "pk")
    if not frame.asked.get("private"):
        rows = rows.filter(shared=True)
    named = _said_of_others(frame)
    return [
        {
            "promise": None if any(words in row.promise for words in named) else row.promise,
            "due": row.due.isoformat(),
            "state": row.state,
            "shared": row.shared,
            "outcome": row.outcome if frame.asked.get("words") else "",
        }
        for row in rows
    ]


def _said_of_others(frame: OwnFrame) -> list[str]:
    """Full names of the others in one's activities, and the titles that name one of them."""
    here = dict(frame.activities().values_list("pk", "title"))
    others = _others(frame, list(here))
    titles = [title for pk, title in here.items() if without(title, others.get(pk, [])) is None]
    people = Participant.objects.filter(activity__in=here).exclude(person=frame.person)
    names = people.values_list("person__given_name", "person__family_name").distinct()
    return titles + [f"{given} {family}" for given, family in names]


def reflections(frame: OwnFrame) -> list[Facts]:
    """Those that were ticked, if they are still there and their own."""
    rows = own_reflections(frame.person).filter(public_id__in=frame.asked.get("reflections", []))
    named = _said_of_others(frame)
    return [
        {
            "day": row.happened_on.isoformat(),
            "about": _about(row, named),
            "kind": row.activity.kind if row.activity else "",
            "text": in_one_text(answers_of(row)),
        }
        for row in rows.order_by("happened_on", "pk")
    ]


def _about(row: Record, named: Collection[str]) -> str | None:
    if row.activity is None:
        return ""
    return None if row.activity.title in named else row.activity.title


def own_reflections(person: Any) -> Any:
    """Reflections that ``person`` wrote alone."""
    rows = Record.objects.filter(owner=person, author=person, joint=False)
    return rows.filter(form=RecordForm.REFLECTION).select_related("activity")


def total_hours(found: Iterable[Facts]) -> float | None:
    known = [row["hours"] for row in found if row["hours"] is not None]
    return round(sum(known), 2) if known else None
