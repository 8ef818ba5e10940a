"""Give and take between the schools: where they met, who came, who hosted. Never a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, Value, When
from django.utils import timezone

from apps.activities.enums import ParticipantState
from apps.activities.models import Participant
from apps.evaluation.snapshot.frame import Frame

Facts = dict[str, Any]
HOST = "host"  # the role of whoever receives a visitor, in every kind that has one

# Sessions held at a school with somebody of another one; each once for a school, whoever came.
_SESSIONS = """
WITH visits AS (
    SELECT DISTINCT s.id, s.organisation_id AS place, p.organisation_id AS guest,
           extract(epoch FROM s.ends_at - s.starts_at) / 3600 AS hours
    FROM activities_session s
    JOIN activities_activity a ON a.id = s.activity_id AND a.alliance_id = %(alliance)s
    JOIN activities_participant p ON p.activity_id = a.id AND p.state = 'accepted'
      AND p.organisation_id <> s.organisation_id
      AND (s.observer_id IS NULL OR p.person_id IN (s.observer_id, s.observed_id))
    WHERE s.state = 'held' AND s.starts_at >= %(first)s AND s.starts_at < %(after)s
      AND NOT EXISTS (SELECT 1 FROM activities_attendance t
                      WHERE t.session_id = s.id AND t.person_id = p.person_id AND NOT t.present)
)
SELECT 'hosted', place, count(*), sum(hours)
FROM (SELECT DISTINCT id, place, hours FROM visits) sessions GROUP BY place
UNION ALL
SELECT 'visited', guest, count(*), sum(hours) FROM visits GROUP BY guest
"""


def facts(frame: Frame) -> list[Facts]:
    """A row a school: sessions hosted for others and gone to, with their hours; and activities
    under way in which it receives a visitor, or sends one."""
    sessions, placements = _sessions(frame), _placements(frame)
    rows = []
    for pk, name in frame.schools:
        hosted, hosted_hours = sessions.get(("hosted", pk), (0, 0.0))
        visited, visited_hours = sessions.get(("visited", pk), (0, 0.0))
        rows.append(
            {
                "school": name,
                "hosted": hosted,
                "hosted_hours": hosted_hours,
                "visited": visited,
                "visited_hours": visited_hours,
                "gave": placements.get((pk, True), 0),
                "took": placements.get((pk, False), 0),
            }
        )
    return rows


def _sessions(frame: Frame) -> dict[tuple[str, int], tuple[int, float]]:
    values: dict[str, Any] = {
        "alliance": frame.alliance.pk,
        "first": _midnight(frame.start),
        "after": _midnight(frame.end + timedelta(days=1)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, values)
        rows = cursor.fetchall()
    return {(way, school): (n, round(float(hours), 1)) for way, school, n, hours in rows}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _placements(frame: Frame) -> dict[tuple[int, bool], int]:
    """How many activities with a host, by school and whether it is the one that hosts."""
    received = Participant.objects.taking_part().filter(role=HOST)
    hosts = Case(When(role=HOST, then=Value(True)), default=False, output_field=BooleanField())
    rows = (
        Participant.objects.filter(state=ParticipantState.ACCEPTED)
        .filter(activity__in=frame.under_way().values("pk"))
        .filter(activity__in=received.values("activity"))
        .order_by()
        .values_list("organisation_id", hosts)
        .annotate(n=Count("activity", distinct=True))
    )
    return {(school, is_host): n for school, is_host, n in rows}
