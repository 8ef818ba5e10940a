from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import ActivityState
from apps.activities.forming.enums import WeekTime
from apps.activities.models.activity import Activity
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

MOST_FOCI = 3


class CallQuerySet(models.QuerySet["GroupCall"]):
    def visible_to(self, person: Person) -> CallQuerySet:
        return self.filter(alliance_id__in=scope_of(person).visible_alliances)

    def closed(self) -> CallQuerySet:
        return self.filter(closed_at__isnull=False)


class GroupCall(PublicIdModel, ClientKeyModel, CreatedModel):
    """An alliance asks who would like to be in a group of a kind."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="group_calls")
    kind = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("what people should know"), max_length=300, blank=True)
    closes_on = models.DateField(_("wishes until"))
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["-closes_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    def takes_wishes(self, day: date) -> bool:
        return self.closed_at is None and day <= self.closes_on


class WishQuerySet(models.QuerySet["GroupWish"]):
    def visible_to(self, person: Person) -> WishQuerySet:
        """Whoever wishes, and the coordinators who bring people together: nobody else."""
        coordinated = scope_of(person).alliances(Role.COORDINATOR)
        return self.filter(Q(person=person) | Q(call__alliance_id__in=coordinated))

    def without_a_group(self) -> WishQuerySet:
        """One that was called off is none."""
        return self.filter(Q(activity__isnull=True) | Q(activity__state=ActivityState.CANCELLED))

    def waiting(self) -> WishQuerySet:
        """Without a group, of people who still work where they wished from, in a school that is
        still in the alliance."""
        here = {"organisation": OuterRef("organisation")}
        works = Membership.objects.current().filter(person=OuterRef("person"), **here)
        joined = AllianceMember.objects.joined().filter(alliance=OuterRef("call__alliance"), **here)
        rows = self.without_a_group().filter(person__is_active=True)
        return rows.filter(Exists(works), Exists(joined))


class GroupWish(PublicIdModel, ClientKeyModel, CreatedModel):
    """What somebody shares so that they can be brought together with others, until they take it
    back: then the row is gone. ``foci`` are slugs of topics or of problems of pupils, ranked;
    ``activity`` is the group."""

    call = models.ForeignKey(GroupCall, on_delete=models.PROTECT, related_name="wishes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_wishes"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    foci = ArrayField(models.SlugField(max_length=60), size=MOST_FOCI)
    times = ArrayField(models.CharField(max_length=6, choices=WeekTime.choices), size=15)
    most_miles = models.PositiveSmallIntegerField(_("travel limit"))
    school_only = models.BooleanField(_("with colleagues of my school only"), default=False)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = WishQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "person"], name="group_wish_once_a_call"),
            models.CheckConstraint(condition=Q(foci__len__gte=1), name="group_wish_has_a_focus"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"

    @property
    def group(self) -> Activity | None:
        called_off = self.activity and self.activity.state == ActivityState.CANCELLED
        return None if called_off else self.activity
