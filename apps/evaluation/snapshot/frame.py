"""What a report is about, such as an alliance or a school, and the days from start to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import Person
from apps.activities.enums import ActivityState, ParticipantState
from apps.activities.models import Activity, Participant, Programme, Release, StageChange
from apps.activities.release.models import ReleaseQuerySet
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

    def under_way_beside(self) -> QuerySet[Activity]:
        """What a report of something larger has of the same days beyond those under way."""
        return Activity.objects.none()

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

    @property
    def measured_to(self) -> date:
        """The last day whose measurements count."""
        return self.end

    def released(self) -> ReleaseQuerySet:
        """The ledger's rows of the period."""
        raise NotImplementedError

    def released_beside(self) -> ReleaseQuerySet:
        """What a report of something larger has of the same days beyond those rows."""
        return Release.objects.none()


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

    def released(self) -> ReleaseQuerySet:
        rows = Release.objects.filter(activity__alliance=self.alliance)
        return rows.between(self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class SchoolFrame(Days):
    """One school: what it leads or its staff take part in, alone or with other schools."""

    school: Organisation

    def activities(self) -> QuerySet[Activity]:
        here = Participant.objects.taking_part().filter(organisation=self.school)
        mine = Q(organisation=self.school) | Q(pk__in=here.values("activity_id"))
        return self.there(Activity.objects.filter(mine))

    def released(self) -> ReleaseQuerySet:
        return Release.objects.at(self.school).between(self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class ActivityFrame(Days):
    """One activity, from its beginning."""

    activity: Activity

    def activities(self) -> QuerySet[Activity]:
        return Activity.objects.filter(pk=self.activity.pk)

    @property
    def measured_to(self) -> date:
        """What pupils gain is measured long after: a correction has the newest values."""
        return timezone.localdate(self.at)


@dataclass(frozen=True, kw_only=True)
class ProgrammeFrame(Frame):
    """One programme of an alliance."""

    programme: Programme

    def activities(self) -> QuerySet[Activity]:
        return self.there(Activity.objects.filter(programme=self.programme))

    def released(self) -> ReleaseQuerySet:
        return super().released().filter(activity__programme=self.programme)

    def under_way_beside(self) -> QuerySet[Activity]:
        rows = super().activities().exclude(state__in=NOT_HAPPENING)
        return rows.exclude(programme=self.programme)

    def released_beside(self) -> ReleaseQuerySet:
        rest = Q(activity__programme__isnull=True) | ~Q(activity__programme=self.programme)
        return super().released().filter(rest)


@dataclass(frozen=True, kw_only=True)
class OwnFrame(Days):
    """What one person did, for themselves; ``asked`` is what they chose to have in it."""

    person: Person
    asked: dict[str, Any]

    def activities(self) -> QuerySet[Activity]:
        """What they took part in, for a while at least, or organised: also of schools that they
        have left since."""
        there = (ParticipantState.ACCEPTED, ParticipantState.WITHDRAWN)
        mine = Participant.objects.filter(person=self.person, state__in=there)
        rows = Activity.objects.filter(Q(organiser=self.person) | Q(pk__in=mine.values("activity")))
        return self.there(rows).exclude(state__in=NOT_HAPPENING)
