from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, Criterion
from apps.core.models import ClientKeyModel, CreatedModel, Job, JobState, PublicIdModel
from apps.evaluation.enums import Frequency, ReportKind, ReportState
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
    """One value of a criterion on one date. A correction points at what it replaces.

    A database trigger keeps the numbers as they were entered; only the note can be blanked.
    """

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
    """The filters of the list page; numbers on home pages count with them."""

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
        """Finished and not corrected since."""
        return self.filter(state=ReportState.READY)

    def being_made(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING).exclude(job__state=JobState.FAILED)

    def failed(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING, job__state=JobState.FAILED)

    def of_alliances(self, pks: Iterable[int]) -> ReportQuerySet:
        return self.filter(alliance_id__in=list(pks))

    def newest(self) -> ReportQuerySet:
        """The newest finished report of each alliance and kind."""
        return (
            self.ready()
            .order_by("alliance_id", "kind", "-period_end", "-frozen_at")
            .distinct("alliance_id", "kind")
        )

    def before(self, report: Report) -> ReportQuerySet:
        """Finished ones of the same sort about an earlier time, newest first."""
        return (
            self.ready()
            .filter(
                alliance_id=report.alliance_id,
                kind=report.kind,
                period_end__lt=report.period_end,
            )
            .exclude(pk=report.corrects_id or 0)
            .order_by("-period_end", "-frozen_at")
        )

    def for_lists(self) -> ReportQuerySet:
        """Without the snapshots, which are large."""
        return self.select_related("alliance", "job", "corrected_by").defer(
            "snapshot", "corrected_by__snapshot"
        )


def private_place(report: Report, name: str) -> str:
    """Where a PDF lies: a random name in a folder that no URL serves."""
    return f"reports/{secrets.token_hex(16)}.pdf"


class Report(PublicIdModel, ClientKeyModel, CreatedModel):
    """A report frozen at one moment: page, PDF and mail all read the same snapshot.

    Once it is ready a database trigger keeps all of it as it is, but for its being superseded.
    """

    kind = models.SlugField(max_length=40, choices=ReportKind.choices)
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="reports")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    state = models.CharField(
        max_length=10, choices=ReportState.choices, default=ReportState.WAITING
    )
    snapshot = models.JSONField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    pdf = models.FileField(upload_to=private_place, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction = models.CharField(_("what was wrong"), max_length=300, blank=True)
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

    @property
    def is_frozen(self) -> bool:
        return self.state in (ReportState.READY, ReportState.SUPERSEDED)

    @property
    def has_failed(self) -> bool:
        return not self.is_frozen and self.job is not None and self.job.state == JobState.FAILED

    @property
    def successor(self) -> Report | None:
        """The finished report that corrects this one."""
        later: Report | None = getattr(self, "corrected_by", None)
        return later if later and later.is_frozen else None


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def running(self) -> ReportScheduleQuerySet:
        return self.filter(ended_at__isnull=True)

    def due(self, day: date) -> ReportScheduleQuerySet:
        return self.running().filter(next_on__lte=day)


class ReportSchedule(PublicIdModel, CreatedModel):
    """When an alliance's report is made and mailed, and to which roles."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="schedules")
    kind = models.SlugField(max_length=40, choices=ReportKind.choices, default=ReportKind.ALLIANCE)
    frequency = models.CharField(
        _("how often"), max_length=12, choices=Frequency.choices, default=Frequency.TERMLY
    )
    next_on = models.DateField(_("next report on"))
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

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
