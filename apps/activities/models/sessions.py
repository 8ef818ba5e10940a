from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import SessionState
from apps.activities.models.activity import Activity
from apps.activities.models.people import Participant
from apps.core.models import ClientKeyModel, PublicIdModel
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from apps.accounts.models import Person


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, person: Person) -> SessionQuerySet:
        return self.filter(activity__in=Activity.objects.visible_to(person).values("pk"))

    def planned(self) -> SessionQuerySet:
        return self.filter(state=SessionState.PLANNED)

    def of_person(self, person: Person) -> SessionQuerySet:
        """My visits, and the meetings of everybody in what I take part in."""
        mine = Participant.objects.taking_part().of_members(person).values("activity_id")
        return self.filter(activity_id__in=mine).filter(
            Q(observer=person) | Q(observed=person) | Q(observer__isnull=True)
        )

    def upcoming(self, at: datetime) -> SessionQuerySet:
        return self.planned().filter(ends_at__gte=at).order_by("starts_at", "pk")

    def next_for(self, person: Person, at: datetime) -> Session | None:
        rows = self.of_person(person).upcoming(at)
        return rows.select_related("activity", "organisation", "observer", "observed").first()

    def unmarked(self, at: datetime) -> SessionQuerySet:
        """Planned, over by the clock, and neither held nor moved."""
        return self.planned().filter(ends_at__lt=at)


class SessionManager(models.Manager.from_queryset(SessionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> SessionQuerySet:
        """With the activity: no session is ever shown without its title."""
        return super().get_queryset().select_related("activity")


class Session(PublicIdModel, ClientKeyModel):
    """One meeting of an activity: an observation, a discussion, a planning hour."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    cycle = models.PositiveSmallIntegerField(default=1)
    kind = models.SlugField(max_length=40)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    link = models.URLField(_("online at"), blank=True)
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    observed = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    sequence = models.PositiveSmallIntegerField(default=0)
    held_at = models.DateTimeField(null=True, blank=True)
    time_known = models.BooleanField(default=True)  # not when only the day was logged
    off_reason = models.CharField(_("why it is postponed or cancelled"), max_length=200, blank=True)
    extra_pay = models.BooleanField(default=False)  # recorded for those outside their paid hours

    objects = SessionManager()

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(observer__isnull=True) | ~Q(observer=models.F("observed")),
                name="session_nobody_observes_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"


class Attendance(models.Model):
    """Whether somebody came to a session; no row: not recorded, which is not absent."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    present = models.BooleanField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.person_id}"
