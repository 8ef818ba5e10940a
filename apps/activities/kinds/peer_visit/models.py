from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import ActivityState
from apps.activities.models.activity import Activity
from apps.activities.models.people import Participant
from apps.activities.models.sessions import Session
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Phase
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

MOST_PLACES = 12


class OpenSlotQuerySet(models.QuerySet["OpenSlot"]):
    def visible_to(self, person: Person) -> OpenSlotQuerySet:
        """To everybody of the alliance that it was published in."""
        return self.filter(
            Q(alliance_id__in=scope_of(person).visible_alliances)
            | Q(host_id=person.pk, organisation_id__in=scope_of(person).organisations())
        )

    def to_come(self, at: datetime) -> OpenSlotQuerySet:
        return self.filter(withdrawn_at__isnull=True, starts_at__gt=at)

    def matching(self, word: str) -> OpenSlotQuerySet:
        return self.filter(
            Q(topic__icontains=word)
            | Q(details__icontains=word)
            | Q(organisation__name__icontains=word)
        )

    def mine(self, person: Person) -> OpenSlotQuerySet:
        """Those that I opened, and those in which I have a place."""
        booked = SlotBooking.objects.standing().filter(visitor=person)
        return self.filter(Q(host=person) | Q(pk__in=booked.values("slot_id")))

    def with_taken(self) -> OpenSlotQuerySet:
        """Adds ``taken``: how many places are booked."""
        return self.annotate(taken=Coalesce(_booked(), 0))

    def with_room(self) -> OpenSlotQuerySet:
        full = self.alias(booked=Coalesce(_booked(), 0)).filter(booked__gte=models.F("places"))
        return self.exclude(pk__in=full.order_by().values("pk"))


def _booked() -> models.Subquery:
    rows = SlotBooking.objects.standing().filter(slot=models.OuterRef("pk")).order_by()
    return models.Subquery(
        rows.values("slot").annotate(n=models.Count("pk")).values("n"),
        output_field=models.IntegerField(),
    )


class OpenSlot(PublicIdModel, ClientKeyModel, CreatedModel):
    """An hour for which a host opens the classroom to colleagues of an alliance."""

    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="open_slots"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="open_slots")
    topic = models.CharField(_("what there is to see"), max_length=120)
    details = models.CharField(_("more about it"), max_length=300, blank=True)
    phase = models.CharField(_("phase"), max_length=16, choices=Phase.choices, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    places = models.PositiveSmallIntegerField(_("visitors at most"), default=2)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OpenSlotQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["alliance", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="openslot_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(places__range=(1, MOST_PLACES)), name="openslot_places"
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class SlotBookingQuerySet(models.QuerySet["SlotBooking"]):
    def standing(self) -> SlotBookingQuerySet:
        """Of those who still take part in a visit that still goes on."""
        here = Participant.objects.taking_part().filter(
            activity=models.OuterRef("activity"), person=models.OuterRef("visitor")
        )
        rows = self.filter(cancelled_at__isnull=True, slot__withdrawn_at__isnull=True)
        return rows.exclude(activity__state=ActivityState.CANCELLED).filter(models.Exists(here))


class SlotBooking(PublicIdModel, CreatedModel):
    """One visitor's place in an open classroom, and the visit that it belongs to."""

    slot = models.ForeignKey(OpenSlot, on_delete=models.PROTECT, related_name="bookings")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="slot_bookings")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = SlotBookingQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot", "visitor"],
                condition=Q(cancelled_at__isnull=True),
                name="slotbooking_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.visitor} to {self.slot}"


class SharingAnswer(models.Model):
    """Whether the host lets what is written about their school be read by others than the people
    taking part. No row: not asked or not answered, which means no."""

    activity = models.OneToOneField(
        Activity, on_delete=models.PROTECT, related_name="sharing_answer"
    )
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        app_label = "activities"

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.allowed}"
