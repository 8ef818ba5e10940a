from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import ActivityState, ParticipantState, Reason, SessionState
from apps.audits.models import Goal, Need
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
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
        invited = Participant.objects.exclude(state=ParticipantState.DECLINED)
        led = Participant.objects.filter(
            organisation_id__in=scope.organisations(Role.CPD_LEAD, Role.HEAD)
        )
        return self.filter(
            Q(organiser=person)
            | Q(pk__in=invited.filter(person=person).values("activity_id"))
            | Q(pk__in=led.values("activity_id"))
            | Q(organisation_id__in=scope.organisations(Role.CPD_LEAD, Role.HEAD))
            | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        )

    def live(self) -> ActivityQuerySet:
        return self.exclude(state__in=(ActivityState.CLOSED, ActivityState.CANCELLED))


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

    def __str__(self) -> str:
        return self.title


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def taking_part(self) -> ParticipantQuerySet:
        return self.filter(state=ParticipantState.ACCEPTED)

    def current(self) -> ParticipantQuerySet:
        return self.filter(state__in=(ParticipantState.INVITED, ParticipantState.ACCEPTED))


class Participant(PublicIdModel):
    """One person's place in an activity, for the school they come from."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participants"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=40)
    state = models.CharField(
        max_length=10, choices=ParticipantState.choices, default=ParticipantState.INVITED
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "activity"]),
            models.Index(fields=["person", "state"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "person", "role"], name="participant_once_a_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, person: Person) -> SessionQuerySet:
        return self.filter(activity__in=Activity.objects.visible_to(person).values("pk"))

    def planned(self) -> SessionQuerySet:
        return self.filter(state=SessionState.PLANNED)


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

    objects = SessionQuerySet.as_manager()

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
