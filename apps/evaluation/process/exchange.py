"""Give and take between the schools: where they met, who came, who hosted. Never a person.

What one school gives another one takes, so a figure that few people stand behind could be worked
out from the others: they are all shown, or none is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.activities.enums import ParticipantState
from apps.activities.models import Participant
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.suppression import of_few

Facts = dict[str, Any]
HIDDEN: Facts = {"hidden": True}
HOST = "host"  # the role of whoever receives a visitor, in every kind that has one

# Who was there at sessions held; of a visit of one to another, only those two.
_PRESENT = """
SELECT s.id, s.organisation_id, extract(epoch FROM s.ends_at - s.starts_at) / 3600,
       p.organisation_id, p.person_id, s.observer_id IS NOT NULL
FROM activities_session s
JOIN activities_activity a ON a.id = s.activity_id AND a.alliance_id = %(alliance)s
JOIN activities_participant p ON p.activity_id = a.id AND p.state = 'accepted'
  AND (s.observer_id IS NULL OR p.person_id IN (s.observer_id, s.observed_id))
WHERE s.state = 'held' AND s.starts_at >= %(first)s AND s.starts_at < %(after)s
  AND s.organisation_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM activities_attendance t
                  WHERE t.session_id = s.id AND t.person_id = p.person_id AND NOT t.present)
"""


class Met:
    """What one school gave, or took: the things with their hours, and who met whom.

    Guests and hosts stand beside the other school, whose people know of this meeting.
    """

    def __init__(self) -> None:
        self.hours: dict[int, float] = {}
        self.guests: set[tuple[int, int]] = set()
        self.hosts: set[tuple[int, int]] = set()

    @property
    def of_few(self) -> bool:
        return of_few(self.guests) or of_few(self.hosts)


Exchange = dict[tuple[int, bool], Met]  # (school, whether it is the one that gives)


def facts(frame: Frame) -> list[Facts]:
    """A row a school: sessions hosted for others and gone to, with their hours; and activities
    under way in which it receives a visitor, or sends one. ``gives`` and ``takes`` say whether."""
    sessions, placements = _sessions(frame), _placements(frame)
    many = not any(met.of_few for met in sessions.values())
    many_placed = not any(met.of_few for met in placements.values())
    rows = []
    for pk, name in frame.schools:
        hosted, visited = sessions.get((pk, True), Met()), sessions.get((pk, False), Met())
        gave, took = placements.get((pk, True), Met()), placements.get((pk, False), Met())
        rows.append(
            {
                "school": name,
                "gives": bool(hosted.hours or gave.hours),
                "takes": bool(visited.hours or took.hours),
                "hosted": len(hosted.hours) if many else HIDDEN,
                "hosted_hours": _sum(hosted) if many else HIDDEN,
                "visited": len(visited.hours) if many else HIDDEN,
                "visited_hours": _sum(visited) if many else HIDDEN,
                "gave": len(gave.hours) if many_placed else HIDDEN,
                "took": len(took.hours) if many_placed else HIDDEN,
            }
        )
    return rows


def _sum(met: Met) -> float:
    return round(sum(met.hours.values()), 1)


def _meet(found: Exchange, thing: int, hours: float, host: tuple[int, set[int]],
          guests: dict[int, set[int]]) -> None:  # fmt: skip
    """Everybody of one session or activity."""
    place, hosts = host
    for school, people in guests.items():
        for whose, other in (((place, True), school), ((school, False), place)):
            met = found.setdefault(whose, Met())
            met.hours[thing] = hours
            met.guests.update((other, person) for person in people)
            met.hosts.update((other, person) for person in hosts)


def _sessions(frame: Frame) -> Exchange:
    values: dict[str, Any] = {
        "alliance": frame.alliance.pk,
        "first": _midnight(frame.start),
        "after": _midnight(frame.end + timedelta(days=1)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, values)
        rows = cursor.fetchall()
    there: dict[int, tuple[int, float, set[int], dict[int, set[int]]]] = {}
    for session, place, hours, school, person, of_two in rows:
        _place, _hours, hosts, guests = there.setdefault(session, (place, float(hours), set(), {}))
        if school != place:
            guests.setdefault(school, set()).add(person)
        elif of_two:
            hosts.add(person)
    found: Exchange = {}
    for session, (place, length, hosts, guests) in there.items():
        _meet(found, session, length, (place, hosts), guests)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _placements(frame: Frame) -> Exchange:
    """Activities with a host."""
    received = Participant.objects.taking_part().filter(role=HOST)
    rows = (
        Participant.objects.filter(state=ParticipantState.ACCEPTED)
        .filter(activity__in=frame.under_way().values("pk"))
        .filter(activity__in=received.values("activity"))
        .order_by()
        .values_list("activity_id", "organisation_id", "person_id", "role")
    )
    there: dict[int, tuple[dict[int, set[int]], dict[int, set[int]]]] = {}
    for activity, school, person, role in rows:
        hosts, guests = there.setdefault(activity, ({}, {}))
        (hosts if role == HOST else guests).setdefault(school, set()).add(person)
    found: Exchange = {}
    for activity, (hosts, guests) in there.items():
        for place, people in hosts.items():
            _meet(found, activity, 0, (place, people), guests)
    return found
