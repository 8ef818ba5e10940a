"""What one activity did: who took part from where, what it cost, what was promised."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Min, Q, QuerySet

from apps.activities.models import Activity, Criterion, Participant, Record, Release, Session
from apps.activities.release import behind
from apps.activities.release.figures import kept_back_of
from apps.activities.release.models import ReleaseQuerySet
from apps.core.years import academic_year
from apps.evaluation.periods import periods_of
from apps.evaluation.snapshot import school_work, work
from apps.evaluation.snapshot.frame import ActivityFrame, Frame
from apps.followups.models import FollowUp, FollowUpQuerySet


def people(frame: ActivityFrame) -> dict[str, Any]:
    """How many take part by school; None where too few do, or the total would tell of them."""
    rows = (
        Participant.objects.taking_part()
        .filter(activity=frame.activity)
        .values("organisation__ref", "organisation__name")
        .annotate(people=Count("person", distinct=True))
        .order_by("organisation__name")
    )
    sizes = {row["organisation__ref"]: row["people"] for row in rows}
    out, is_safe = kept_back_of(sizes)
    return {
        "total": sum(sizes.values()) if is_safe else None,
        "schools": [
            {
                "school": row["organisation__name"],
                "people": None if row["organisation__ref"] in out else row["people"],
            }
            for row in rows
        ],
    }


def release(frame: ActivityFrame) -> dict[str, Any]:
    """As of a school; how many costs are not known is not said, since one may be one person's."""
    rows = Release.objects.filter(activity=frame.activity)
    found = school_work.ledger(rows, _given_away(frame.activity, rows))
    unpriced = school_work.HIDDEN if found["unpriced"] else 0
    return found | {"rate": None, "unpriced": unpriced}


def _given_away(activity: Activity, rows: ReleaseQuerySet) -> set[str]:
    """What tells of few others beside a report of its alliance, or its school, about a time that
    all of it lies in: those sums less the activity's."""
    days = rows.aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is None:
        return set()
    others = Release.objects.exclude(activity=activity)
    if activity.alliance_id:
        others = others.filter(activity__alliance=activity.alliance_id)
    else:
        others = others.filter(organisation=activity.organisation_id)
    return {
        name
        for period in periods_of(academic_year(days["first"]))
        if period.first <= days["first"] and days["last"] <= period.last
        for name in behind.of_few(others.between(period.first, period.last))
    }


def promises(frame: ActivityFrame) -> dict[str, Any]:
    """Shared follow-ups of the activity, its sessions, records and measures, due by now."""
    mine = chasing(frame.activities())
    return work.told(mine.filter(due__lte=frame.end), frame)


def promises_of(frame: Frame) -> dict[str, Any]:
    """The same of several of an alliance, that fell due in the period; nothing where the
    alliance's report, which has them among others, would tell what few of the others promised."""
    mine = chasing(frame.activities()).filter(due__range=(frame.start, frame.end))
    if work.are_of_few(work.shared_promises(frame).exclude(pk__in=mine.values("pk"))):
        return {"hidden": True}
    return work.told(mine, frame)


def chasing(activities: QuerySet[Activity]) -> FollowUpQuerySet:
    """Follow-ups of these, of their sessions, records and measures."""
    of = ContentType.objects.get_for_models(Activity, Session, Record, Criterion)
    keys = activities.order_by().values("pk")
    found = Q(source_type=of[Activity], source_id__in=keys)
    for model in (Session, Record, Criterion):
        parts = model._default_manager.filter(activity__in=keys).order_by().values("pk")
        found |= Q(source_type=of[model], source_id__in=parts)
    return FollowUp.objects.filter(found)
