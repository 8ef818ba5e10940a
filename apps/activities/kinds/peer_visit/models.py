from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models.activity import Activity
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
            Q(alliance_id__in=scope_of(person).visible_alliances) | Q(host_id=person.pk)
        )

    def to_come(self, at: datetime) -> OpenSlotQuerySet:
        return self.filter(withdrawn_at__isnull=True, starts_at__gt=at)

    def with_taken(self) -> OpenSlotQuerySet:
        """Adds ``taken``: how many places are booked."""
        standing = Q(bookings__cancelled_at__isnull=True, bookings__isnull=False)
        return self.annotate(taken=models.Count("bookings", filter=standing))

    def with_room(self) -> OpenSlotQuerySet:
        return self.with_taken().exclude(taken__gte=models.F("places"))


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
        return self.filter(cancelled_at__isnull=True, slot__withdrawn_at__isnull=True)


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
