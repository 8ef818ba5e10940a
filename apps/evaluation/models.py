from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, Criterion, Programme
from apps.audits.models import Audit
from apps.core.models import ClientKeyModel, CreatedModel, Job, JobState, PublicIdModel
from apps.evaluation.comparisons.models import Comparison  # noqa: F401  registers the table
from apps.evaluation.enums import Frequency, ReportState
from apps.evaluation.process.models import Adjustment, Review  # noqa: F401  registers the tables
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.evaluation.reports.base import About, ReportKind


# What a report may be about: of these columns of Report one is filled in.
SUBJECTS = ("alliance", "organisation", "activity", "programme", "person")


def _about_one_thing() -> Q:
    found = Q()
    for one in SUBJECTS:
        found |= Q(**{f"{name}__isnull": name != one for name in SUBJECTS})
    return found


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, person: Person) -> MeasurementQuerySet:
        mine = Activity.objects.visible_to(person).values("pk")
        return self.filter(criterion__activity_id__in=mine)

    def current(self) -> MeasurementQuerySet:
        """Those that no correction has replaced."""
        return self.filter(corrected_by__isnull=True)


class Measurement(PublicIdModel, ClientKeyModel, CreatedModel):
    """One value of a criterion on one date. A correction points at what it replaces.

    ``audit`` is the one whose released figure it is. Evidence is a link: no file is kept here.
    A database trigger keeps all of it as it was entered; only the note and link can be blanked.
    """

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="measurements")
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=2)
    n = models.PositiveIntegerField(_("how many people or pupils"), null=True, blank=True)
    measured_on = models.DateField(_("measured on"))
    note = models.CharField(_("where it comes from"), max_length=300, blank=True)
    link = models.URLField(
        _("link to the evidence"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    link_label = models.CharField(_("what lies there"), max_length=120, blank=True)
    audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-measured_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["criterion", "audit"], name="measurement_audit_once")
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.measured_on}"


class ReportQuerySet(models.QuerySet["Report"]):
    """The filters of the list page; numbers on home pages count with them."""

    def visible_to(self, person: Person) -> ReportQuerySet:
        """By its kind: its makers see it from the beginning, its readers once it is finished."""
        from apps.evaluation import reports  # they are made from models

        finished = Q(state__in=(ReportState.READY, ReportState.SUPERSEDED))
        mine = Q(pk__in=())
        for kind in reports.all_kinds():
            made, read = kind.made_or_read_by(person)
            mine |= made | finished & read
        return self.filter(mine)

    def ready(self) -> ReportQuerySet:
        """Finished and not corrected since."""
        return self.filter(state=ReportState.READY)

    def being_made(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING).exclude(job__state=JobState.FAILED)

    def failed(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING, job__state=JobState.FAILED)

    def of_alliances(self, pks: Iterable[int]) -> ReportQuerySet:
        return self.filter(alliance_id__in=list(pks))

    def about(self, about: About) -> ReportQuerySet:
        """Of whatever kind."""
        fields: dict[type[Any], str] = {
            Alliance: "alliance",
            Organisation: "organisation",
            Activity: "activity",
            Programme: "programme",
        }
        return self.filter(**{fields.get(type(about), "person"): about})

    def same_sort(self, report: Report) -> ReportQuerySet:
        """Of the same kind about the same thing."""
        keys = {f"{name}_id": getattr(report, f"{name}_id") for name in SUBJECTS}
        return self.filter(kind=report.kind, **keys)

    def before(self, report: Report) -> ReportQuerySet:
        """Finished ones of the same sort about an earlier time, newest first."""
        return (
            self.ready()
            .same_sort(report)
            .filter(period_end__lt=report.period_start)
            .order_by("-period_end", "-frozen_at")
        )

    def for_lists(self) -> ReportQuerySet:
        """Without the snapshots, which are large."""
        return (
            self.with_subjects()
            .select_related("job", "corrected_by")
            .defer("snapshot", "corrected_by__snapshot")
        )

    def with_subjects(self) -> ReportQuerySet:
        return self.select_related(*SUBJECTS, "activity__organisation", "programme__alliance")


def private_place(report: Report, name: str) -> str:
    """Where a PDF lies: a random name in a folder that no URL serves."""
    return f"reports/{secrets.token_hex(16)}.pdf"


class Report(PublicIdModel, ClientKeyModel, CreatedModel):
    """A report frozen at one moment: page, PDF and mail all read the same snapshot.

    ``kind`` is one of `apps.evaluation.reports`; it is about one of SUBJECTS. ``asked`` is what
    whoever asked for it chose beside the days.

    Once it is ready a database trigger keeps all of it as it is, but for its being superseded.
    Only what is about one person is theirs to delete.
    """

    kind = models.SlugField(max_length=40)
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_reports",
    )
    asked = models.JSONField(default=dict, blank=True)
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
            models.CheckConstraint(condition=_about_one_thing(), name="report_of_one_thing"),
            models.UniqueConstraint(
                fields=["schedule", "period_end"],
                condition=Q(schedule__isnull=False, corrects__isnull=True),
                name="report_once_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_start} - {self.period_end}"

    @property
    def rules(self) -> ReportKind:
        """What its kind says."""
        from apps.evaluation import reports  # they are made from models

        return reports.kind_of(self.kind)

    @property
    def subject(self) -> About:
        """What it is about."""
        found: About = next(thing for name in SUBJECTS if (thing := getattr(self, name)))
        return found

    @property
    def place(self) -> Alliance | Organisation | Programme | Person:
        """What it is about, of an activity the school that leads it."""
        return self.subject.organisation if isinstance(self.subject, Activity) else self.subject

    @property
    def is_demo(self) -> bool:
        place = self.place
        return place.alliance.is_demo if isinstance(place, Programme) else place.is_demo

    @property
    def title(self) -> str:
        return self.rules.title(self.subject)

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
    kind = models.SlugField(max_length=40, default="alliance")
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
