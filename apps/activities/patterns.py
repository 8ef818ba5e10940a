"""When many let go of what an activity asks of them: a sign about its plan, never about a person.

Counts only, and only where at least five people have let something go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from apps.activities.engine.notify import url_of
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.core.models import Notice
from apps.core.sweeps import sweep
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp

if TYPE_CHECKING:
    from apps.accounts.models import Person

KIND = "activities.pattern"
FEWEST = 5
LATE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Of ``due`` promises that have fallen due, ``let_go`` were dropped, or are weeks late."""

    due: int
    let_go: int
    people: int

    @property
    def is_one(self) -> bool:
        return self.people >= FEWEST and 3 * self.let_go >= self.due


def pattern_of(activity: Activity, day: date) -> Pattern:
    types = ContentType.objects.get_for_models(Activity, Session, Record)
    rows = FollowUp.objects.filter(
        Q(source_type=types[Activity], source_id=activity.pk)
        | Q(source_type=types[Session], source_id__in=activity.sessions.values("pk"))
        | Q(source_type=types[Record], source_id__in=activity.records.values("pk"))
    )
    let_go = rows.filter(
        Q(state=FollowUpState.DROPPED) | Q(state=FollowUpState.OPEN, due__lt=day - LATE)
    )
    due = rows.filter(Q(due__lt=day) | Q(state=FollowUpState.DROPPED))
    return Pattern(
        due=due.exclude(state=FollowUpState.MOVED).count(),
        let_go=let_go.count(),
        people=let_go.values("owner").distinct().count(),
    )


def told_to(person: Person) -> QuerySet[Notice]:
    """What its organiser was told of late, that its page may say the same; no figure of it, since
    they know the promises that are shared and could take those away."""
    return Notice.objects.filter(
        person=person, kind=KIND, created_at__gt=clock.now() - timedelta(days=31)
    )


@sweep("activities.patterns", every=timedelta(hours=6))
def tell_patterns(at: datetime) -> int:
    """A notice to the organiser, once a month while it lasts; how many hold."""
    day = timezone.localdate(at)
    done = 0
    crowded = Activity.objects.live().annotate(n=Count("participants")).filter(n__gte=FEWEST)
    for activity in crowded.select_related("organiser"):
        if pattern_of(activity, day).is_one:
            Notice.objects.get_or_create(
                person=activity.organiser,
                kind=KIND,
                thing=activity.public_id,
                period=f"{day:%Y-%m}",
                defaults={"url": url_of(activity)},
            )
            done += 1
    return done
