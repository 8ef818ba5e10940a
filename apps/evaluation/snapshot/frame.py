"""What a report is about: an alliance or a school, and the days from start to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Participant, StageChange
from apps.schools.models import Alliance, AllianceMember, Organisation

NOT_HAPPENING = (ActivityState.DRAFT, ActivityState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Days:
    """``at`` is the moment at which it is frozen. Both days are inclusive."""

    start: date
    end: date
    at: datetime

    def activities(self) -> QuerySet[Activity]:
        raise NotImplementedError

    def under_way(self) -> QuerySet[Activity]:
        """Those that people take part in: neither being planned nor cancelled."""
        return self.activities().exclude(state__in=NOT_HAPPENING)

    def there(self, rows: QuerySet[Activity]) -> QuerySet[Activity]:
        """Those of ``rows`` that were there on any day of the period."""
        cancelled_before = StageChange.objects.filter(
            activity=OuterRef("pk"),
            to_state=ActivityState.CANCELLED,
            at__date__lt=self.start,
        )
        over = Q(state=ActivityState.CLOSED, closed_at__date__lt=self.start) | Q(
            Exists(cancelled_before), state=ActivityState.CANCELLED
        )
        return rows.filter(created_at__date__lte=self.end).exclude(over)


@dataclass(frozen=True, kw_only=True)
class Frame(Days):
    """One alliance and its joined schools."""

    alliance: Alliance

    @cached_property
    def members(self) -> list[AllianceMember]:
        """Everybody invited or joined, by name."""
        rows = AllianceMember.objects.filter(alliance=self.alliance).select_related("organisation")
        return [row for row in rows if row.state != "left"]

    @cached_property
    def schools(self) -> list[tuple[int, str]]:
        """Id and name of those that have joined."""
        return [
            (row.organisation_id, row.organisation.name)
            for row in self.members
            if row.state == "joined"
        ]

    @cached_property
    def school_ids(self) -> list[int]:
        return [pk for pk, _name in self.schools]

    def activities(self) -> QuerySet[Activity]:
        """Its cross-school activities."""
        return self.there(Activity.objects.filter(alliance=self.alliance))


@dataclass(frozen=True, kw_only=True)
class SchoolFrame(Days):
    """One school: what it leads or its staff take part in, alone or with other schools."""

    school: Organisation

    def activities(self) -> QuerySet[Activity]:
        here = Participant.objects.taking_part().filter(organisation=self.school)
        mine = Q(organisation=self.school) | Q(pk__in=here.values("activity_id"))
        return self.there(Activity.objects.filter(mine))


@dataclass(frozen=True, kw_only=True)
class ActivityFrame(Days):
    """One activity, from its beginning."""

    activity: Activity

    def activities(self) -> QuerySet[Activity]:
        return Activity.objects.filter(pk=self.activity.pk)
