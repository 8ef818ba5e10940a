from datetime import datetime, timedelta

from django.utils import timezone

from apps.activities import engine
from apps.activities.engine.quoting import keep_from_judges
from apps.activities.enums import ActivityState
from apps.activities.models import Activity
from apps.core.sweeps import sweep


@sweep("activities.review_due", every=timedelta(hours=1))
def review_due(at: datetime) -> int:
    """Call for a review of what is past its last day; the count of them."""
    past = Activity.objects.filter(state=ActivityState.ACTIVE, ends_on__lt=timezone.localdate(at))
    return sum(engine.call_review(activity) for activity in past)


@sweep("activities.keep_from_judges", every=timedelta(minutes=15))
def quoted(at: datetime) -> int:
    """Words of promises that somebody new to lead or judge must not read; the count of them."""
    return keep_from_judges()
