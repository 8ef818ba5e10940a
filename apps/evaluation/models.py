from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, Criterion
from apps.core.models import ClientKeyModel, CreatedModel, Job, PublicIdModel
from apps.evaluation.enums import Frequency, ReportState
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, person: Person) -> MeasurementQuerySet:
        mine = Activity.objects.visible_to(person).values("pk")
        return self.filter(criterion__activity_id__in=mine)

    def current(self) -> MeasurementQuerySet:
        """Those that no correction has replaced."""
        return self.filter(corrected_by__isnull=True)


class Measurement(PublicIdModel, ClientKeyModel, CreatedModel):
    """One value of a criterion on one date. A correction points at what it replaces."""

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="measurements")
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=2)
    n = models.PositiveIntegerField(_("how many people or pupils"), null=True, blank=True)
    measured_on = models.DateField(_("measured on"))
    note = models.CharField(_("where it comes from"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-measured_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.value} on {self.measured_on}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Person) -> ReportQuerySet:
        """Coordinators see all of theirs; CPD leads, heads and governors those that are ready."""
        scope = scope_of(person)
        readers = scope.alliances_through(Role.HEAD, Role.GOVERNOR, Role.CPD_LEAD)
        return self.filter(
            Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
            | Q(
                alliance_id__in=readers,
                state__in=(ReportState.READY, ReportState.SUPERSEDED),
            )
        )

    def ready(self) -> ReportQuerySet:
        return self.filter(state=ReportState.READY)


class Report(PublicIdModel, ClientKeyModel, CreatedModel):
    """A report frozen at one moment: page, PDF and mail all read the same snapshot."""

    kind = models.SlugField(max_length=40)
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="reports")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    state = models.CharField(
        max_length=10, choices=ReportState.choices, default=ReportState.WAITING
    )
    snapshot = models.JSONField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    pdf = models.FileField(upload_to="reports/", blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    schedule = models.ForeignKey(
        "ReportSchedule", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-period_end", "-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=("ready", "superseded"))
                | Q(snapshot__isnull=False, frozen_at__isnull=False) & ~Q(pdf=""),
                name="report_ready_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=models.F("period_start")), name="report_period_in_order"
            ),
            models.UniqueConstraint(
                fields=["schedule", "period_end"],
                condition=Q(schedule__isnull=False, corrects__isnull=True),
                name="report_once_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_start} - {self.period_end}"


class ReportSchedule(PublicIdModel, CreatedModel):
    """When an alliance's report is made and mailed, and to which roles."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="schedules")
    kind = models.SlugField(max_length=40)
    frequency = models.CharField(max_length=12, choices=Frequency.choices)
    next_on = models.DateField(_("next report on"))
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alliance", "kind"],
                condition=Q(ended_at__isnull=True),
                name="schedule_one_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.frequency}"
