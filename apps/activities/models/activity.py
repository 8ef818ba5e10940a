from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import ActivityState, Reason
from apps.activities.models.people import Participant, PlaceRequest
from apps.audits.models import Goal, Need
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, AllianceMember, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, person: Person) -> ProgrammeQuerySet:
        return self.filter(alliance_id__in=scope_of(person).visible_alliances)


class Programme(PublicIdModel, ClientKeyModel, CreatedModel):
    """An alliance's dated group of activities."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="programme_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, person: Person) -> ActivityQuerySet:
        """That it happens, who and when (never records): to those in it, to the CPD leads and
        heads of the schools in it, and to the coordinators of its alliance."""
        scope = scope_of(person)
        led = scope.organisations(Role.CPD_LEAD, Role.HEAD)
        asked = Participant.objects.current()  # who said no or has left sees it no longer
        return self.filter(
            Q(organiser=person, organisation_id__in=scope.organisations())
            | Q(organiser=person, alliance_id__in=scope.visible_alliances)
            | Q(pk__in=asked.of_members(person).values("activity_id"))
            | Q(pk__in=asked.filter(organisation_id__in=led).values("activity_id"))
            | Q(pk__in=PlaceRequest.objects.waiting_for(person).values("activity_id"))
            | Q(organisation_id__in=led)
            | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        )

    def live(self) -> ActivityQuerySet:
        return self.exclude(state__in=(ActivityState.CLOSED, ActivityState.CANCELLED))

    def under_way(self) -> ActivityQuerySet:
        return self.filter(state__in=(ActivityState.ACTIVE, ActivityState.REVIEW_DUE))

    def stuck(self, day: date) -> ActivityQuerySet:
        """Live, with a step that was due before ``day``."""
        return self.live().filter(next_step_on__lt=day)

    def in_state(self, state: str) -> ActivityQuerySet:
        return self.filter(state=state)

    def of_kind(self, slug: str) -> ActivityQuerySet:
        return self.filter(kind=slug)

    def of_school(self, organisation: Organisation) -> ActivityQuerySet:
        """Led by the school, or with somebody of the school in it."""
        here = Participant.objects.current().filter(organisation=organisation)
        return self.filter(Q(organisation=organisation) | Q(pk__in=here.values("activity_id")))

    def with_person(self, person: Person) -> ActivityQuerySet:
        """I take part, am invited, or organise."""
        here = Participant.objects.current().of_members(person)
        return self.filter(Q(organiser=person) | Q(pk__in=here.values("activity_id")))

    def taken_part_in_by(self, person: Person) -> ActivityQuerySet:
        here = Participant.objects.taking_part().of_members(person)
        return self.filter(pk__in=here.values("activity_id"))

    def current_step_of(self, person: Person) -> ActivityQuerySet:
        """What I am in the middle of, the most pressing step first."""
        rows = self.live().taken_part_in_by(person)
        return rows.order_by(models.F("next_step_on").asc(nulls_last=True), "pk")


class Activity(PublicIdModel, ClientKeyModel, CreatedModel):
    """Something people do together, of one kind, from draft to closed."""

    kind = models.SlugField(max_length=40)
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(
        max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT
    )
    stage = models.SlugField(max_length=40)
    cycle = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="activities"
    )  # the school that leads it
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="activities"
    )
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="activities"
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="organised"
    )
    reason = models.CharField(max_length=8, choices=Reason.choices, default=Reason.NEED)
    needs = models.ManyToManyField(Need, blank=True, related_name="activities")
    goals = models.ManyToManyField(Goal, blank=True, related_name="activities")
    focus = models.CharField(_("focus"), max_length=300, blank=True)
    pupil_outcome = models.CharField(_("intended pupil outcome"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    minutes_needed = models.PositiveIntegerField(
        _("release needed, minutes a person"), null=True, blank=True
    )
    minutes_available = models.PositiveIntegerField(
        _("release available, minutes a person"), null=True, blank=True
    )
    details = models.JSONField(default=dict, blank=True)  # what its kind's plan fields ask
    equality = models.CharField(_("equal opportunity"), max_length=300, blank=True)
    next_step_on = models.DateField(_("next step by"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["alliance", "state"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="activity_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""),
                name="activity_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="activity_dates_in_order",
            ),
        ]

    @cached_property
    def partner_schools(self) -> list[int]:
        """Ids of the other organisations that have joined its alliance."""
        if self.alliance_id is None:
            return []
        rows = AllianceMember.objects.joined().filter(alliance_id=self.alliance_id)
        ids = rows.exclude(organisation_id=self.organisation_id)
        return list(ids.order_by("pk").values_list("organisation_id", flat=True))

    def __str__(self) -> str:
        return self.title


class StageChange(models.Model):
    """Every change of state or stage, never changed or deleted (a trigger refuses it)."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=ActivityState.choices)
    from_stage = models.SlugField(max_length=40, blank=True)
    to_stage = models.SlugField(max_length=40)
    cycle = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_stage} -> {self.to_stage}"
