from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, Criterion, Programme
from apps.audits.models import Audit
from apps.core.models import ClientKeyModel, CreatedModel, Job, JobState, PublicIdModel
from apps.evaluation.comparisons.models import Comparison  # noqa: F401  registers the table
from apps.evaluation.enums import FROZEN, SENT, UNSENT, ReportState
from apps.evaluation.posting.models import SPEAKERS, ReportSchedule, SchoolComment  # noqa: F401
from apps.evaluation.process.models import Adjustment, Review  # noqa: F401  registers the tables
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

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
        """By its kind: its makers see it from the beginning, its readers once it has gone out."""
        from apps.evaluation import reports  # they are made from models

        finished = Q(state__in=SENT)
        mine = Q(pk__in=())
        for kind in reports.all_kinds():
            made, read = kind.made_or_read_by(person)
            mine |= made | finished & read
        return self.filter(mine)

    def ready(self) -> ReportQuerySet:
        """Gone out and not corrected since."""
        return self.filter(state=ReportState.READY)

    def being_made(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING).exclude(job__state=JobState.FAILED)

    def failed(self) -> ReportQuerySet:
        return self.filter(state=ReportState.WAITING, job__state=JobState.FAILED)

    def seen_in_part_by(self, person: Person) -> ReportQuerySet:
        """Those, sent or not, in which ``person`` reads first what is said of their school."""
        mine = scope_of(person).alliances_through(*SPEAKERS)
        theirs = Q(alliance_id__in=mine) | Q(programme__alliance_id__in=mine)
        return self.filter(theirs, state__in=FROZEN)

    def looked_at(self, at: datetime) -> ReportQuerySet:
        """Those whose preview is over by ``at``."""
        return self.filter(state=ReportState.PREVIEW, goes_at__lte=at)

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
            .select_related("job", "corrects", "corrected_by")
            .defer("snapshot", "corrects__snapshot", "corrected_by__snapshot")
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

    Once it is frozen a database trigger keeps all of it as it is, but for its going out and its
    being superseded. Only what is about one person is theirs to delete.
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
    # When a previewed one goes out by itself; and its paper with what schools said meanwhile.
    goes_at = models.DateTimeField(null=True, blank=True)
    said_pdf = models.FileField(upload_to=private_place, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction = models.CharField(_("what was wrong"), max_length=300, blank=True)
    schedule = models.ForeignKey(
        ReportSchedule, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-period_end", "-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=("ready", "superseded", "preview", "stopped"))
                | Q(snapshot__isnull=False, frozen_at__isnull=False) & ~Q(pdf=""),
                name="report_ready_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="preview") | Q(goes_at__isnull=False),
                name="report_preview_ends",
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
    def file_name(self) -> str:
        """Of its files, without what says of which sort they are."""
        name = slugify(self.place.name)[:60]
        return f"{self.rules.file}-{name}-{self.period_end.isoformat()}"

    @property
    def is_frozen(self) -> bool:
        return self.state in FROZEN

    @property
    def is_sent(self) -> bool:
        """Whether its readers see it."""
        return self.state in SENT

    @property
    def is_unsent(self) -> bool:
        """Frozen, and not gone out."""
        return self.state in UNSENT

    @property
    def paper(self) -> FieldFile:
        return self.said_pdf or self.pdf

    @property
    def replaces(self) -> Report | None:
        """What its readers read before; nobody read what was held back in between."""
        earlier = self.corrects
        while earlier is not None and not earlier.is_sent:
            earlier = earlier.corrects
        return earlier

    @property
    def why_corrected(self) -> str:
        """What was wrong in the report that it replaces; empty when it replaces none."""
        if self.replaces is None:
            return ""
        earlier, reasons = self.corrects, [self.correction]
        while earlier is not None and not earlier.is_sent:
            reasons.insert(0, earlier.correction)
            earlier = earlier.corrects
        return " ".join(reasons)

    @property
    def has_failed(self) -> bool:
        return not self.is_frozen and self.job is not None and self.job.state == JobState.FAILED

    @property
    def successor(self) -> Report | None:
        """The report that corrects this one, once it has gone out."""
        later: Report | None = getattr(self, "corrected_by", None)
        while later is not None and not later.is_sent:
            later = getattr(later, "corrected_by", None)
        return later
