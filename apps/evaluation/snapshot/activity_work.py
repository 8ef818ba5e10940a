"""What one activity did: who took part from where, what it cost, what was promised."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from apps.activities.models import Activity, Criterion, Participant, Record, Release, Session
from apps.activities.release.figures import kept_back_of
from apps.evaluation.snapshot import school_work, work
from apps.evaluation.snapshot.frame import ActivityFrame
from apps.followups.models import FollowUp


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
    found = school_work.ledger(Release.objects.filter(activity=frame.activity))
    unpriced = school_work.HIDDEN if found["unpriced"] else 0
    return found | {"rate": None, "unpriced": unpriced}


def promises(frame: ActivityFrame) -> dict[str, Any]:
    """Shared follow-ups of the activity, its sessions, records and measures, due by now."""
    here = frame.activity
    of = ContentType.objects.get_for_models(Activity, Session, Record, Criterion)
    about = (
        Q(source_type=of[Activity], source_id=here.pk)
        | Q(source_type=of[Session], source_id__in=here.sessions.values("pk"))
        | Q(source_type=of[Record], source_id__in=here.records.values("pk"))
        | Q(source_type=of[Criterion], source_id__in=here.criteria.values("pk"))
    )
    return work.told(FollowUp.objects.filter(about, due__lte=frame.end), frame)
