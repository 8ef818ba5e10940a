"""Rows that several home pages show. Each asks the database once, however many rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Extract
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.activities.enums import SessionState
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Participant, Session
from apps.audits.models import Audit
from apps.audits.reading import answered_counts
from apps.core import clock
from apps.core.ui.parts import stages
from apps.core.years import academic_year, year_bounds
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.home.pages.parts import link
from apps.schools.models import Organisation


def follow_up_rows(found: QuerySet[FollowUp], most: int) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {
            "who": row.owner.name,
            "promise": row.promise,
            "due": row.due,
            "state": "overdue" if row.due < today else "due",
            "url": link("followups:detail", row.public_id),
        }
        for row in found.select_related("owner").order_by("due", "pk")[:most]
    ]


def audit_rows(found: QuerySet[Audit]) -> list[dict[str, Any]]:
    audits = list(found.order_by("closes_on", "pk")[:5])
    counts = answered_counts(audits)
    return [{"audit": audit, "counts": counts[audit.pk]} for audit in audits]


def activity_rows(found: QuerySet[Activity], most: int) -> list[dict[str, Any]]:
    """Live activities with their stages; the kind says what the stages are called."""
    rows = []
    for activity in found.order_by(F("next_step_on").asc(nulls_last=True), "pk")[:most]:
        declared = kind_of(activity.kind).stages
        at = next((n for n, stage in enumerate(declared) if stage.slug == activity.stage), 0)
        rows.append(
            {
                "activity": activity,
                "stages": stages([stage.name for stage in declared], at),
                "url": link("activities:detail", activity.public_id),
            }
        )
    return rows


def session_rows(activities: QuerySet[Activity], days: int, most: int = 8) -> list[Session]:
    """What is planned in the next ``days``, earliest first."""
    now = clock.now()
    return list(
        Session.objects.planned()
        .filter(activity__in=activities.values("pk"))
        .filter(starts_at__gte=now, starts_at__lt=now + timedelta(days=days))
        .select_related("activity", "organisation")
        .order_by("starts_at")[:most]
    )


def release(activities: QuerySet[Activity], school: Organisation) -> dict[str, float] | None:
    """Hours of release this academic year for the staff of ``school``; None when none is planned.

    Planned: minutes agreed a person x people taking part. Used and booked: the length of
    the sessions held and to come in which they leave their own class to observe.
    """
    first, last = year_bounds(academic_year(clock.today()))
    mine = Participant.objects.taking_part().filter(
        organisation=school, activity__in=activities.values("pk")
    )
    planned = mine.filter(activity__starts_on__range=(first, last)).aggregate(
        minutes=Sum("activity__minutes_available")
    )["minutes"]
    if not planned:
        return None
    sessions = Session.objects.filter(
        activity__in=activities.values("pk"),
        starts_at__range=(_midnight(first), _midnight(last + timedelta(days=1))),
        observer_id__in=mine.values("person_id"),
    )
    length = Extract("ends_at", "epoch") - Extract("starts_at", "epoch")
    seconds = sessions.aggregate(
        used=Sum(length, filter=Q(state=SessionState.HELD)),
        booked=Sum(length, filter=Q(state=SessionState.PLANNED)),
    )
    return {
        "planned": round(planned / 60, 1),
        "used": _hours(seconds["used"]),
        "booked": _hours(seconds["booked"]),
    }


def follow_up_trend(found: QuerySet[FollowUp]) -> str:
    """One sentence: what was settled in the last four weeks beside the four before."""
    now = clock.now()
    month = timedelta(days=28)
    done = Q(state=FollowUpState.DONE)
    counts = found.aggregate(
        late=Count("pk", filter=done & Q(settled_at__gt=now - month)),
        before=Count(
            "pk", filter=done & Q(settled_at__gt=now - 2 * month, settled_at__lte=now - month)
        ),
    )
    return (
        _("%(late)d follow-ups done in the last four weeks, %(before)d in the four before.")
        % counts
    )


def _hours(seconds: Any) -> float:
    return round(float(seconds or 0) / 3600, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
