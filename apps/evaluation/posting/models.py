"""How reports go out: their schedules, and what schools say about their own lines beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CreatedModel, PublicIdModel
from apps.evaluation.enums import Frequency
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.evaluation.models import Report
    from apps.evaluation.reports.base import About, ReportKind

LONGEST_PREVIEW = 14  # open days
SPEAKERS = (Role.HEAD, Role.CPD_LEAD)  # who comments for their school


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def running(self) -> ReportScheduleQuerySet:
        return self.filter(ended_at__isnull=True)

    def due(self, day: date) -> ReportScheduleQuerySet:
        return self.running().filter(next_on__lte=day)

    def of(self, kind: ReportKind, about: About) -> ReportScheduleQuerySet:
        return self.filter(kind=kind.slug, subject_id=about.pk)

    def of_kinds(self, slugs: Iterable[str], subjects: Iterable[int]) -> ReportScheduleQuerySet:
        """Those of ``slugs`` about any of ``subjects``, which are keys of one model."""
        return self.filter(kind__in=list(slugs), subject_id__in=list(subjects))


class ReportSchedule(PublicIdModel, CreatedModel):
    """When the reports of one kind about one thing are made and mailed, and to which roles.

    The kind says of which model ``subject_id`` is a key. Each report waits ``preview_days`` open
    days for its owner, whoever set the schedule last, before it goes out.
    """

    kind = models.SlugField(max_length=40)
    subject_id = models.PositiveBigIntegerField()
    frequency = models.CharField(
        _("how often"), max_length=12, choices=Frequency.choices, default=Frequency.TERMLY
    )
    next_on = models.DateField(_("next report on"))
    preview_days = models.PositiveSmallIntegerField(
        _("days of preview"), default=0, validators=[MaxValueValidator(LONGEST_PREVIEW)]
    )
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(ended_at__isnull=True),
                name="schedule_one_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(preview_days__lte=LONGEST_PREVIEW), name="schedule_short_preview"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.frequency}"

    @property
    def rules(self) -> ReportKind:
        from apps.evaluation import reports  # they are made from models

        return reports.kind_of(self.kind)

    @property
    def subject(self) -> About:
        found: About = self.rules.subject.model._default_manager.get(pk=self.subject_id)
        return found


class SchoolCommentQuerySet(models.QuerySet["SchoolComment"]):
    def visible_to(self, person: Person) -> SchoolCommentQuerySet:
        """With the report they stand in; before it is sent, to its makers and their own school."""
        from apps.evaluation.models import Report

        theirs = scope_of(person).organisations(*SPEAKERS)
        return self.filter(
            Q(report__in=Report.objects.visible_to(person)) | Q(organisation_id__in=theirs)
        )

    def of(self, report: Report) -> SchoolCommentQuerySet:
        rows = self.filter(report=report).select_related("organisation")
        return rows.order_by("organisation__name", "pk")


class SchoolComment(models.Model):
    """What a school says about one line about itself, until the report is sent.

    ``line`` is its slug (`lines.about`). The frozen snapshot is not touched: a database trigger
    keeps comments as they are once the report has gone out, but lets their text be blanked.
    """

    report = models.ForeignKey("evaluation.Report", on_delete=models.PROTECT, related_name="said")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=90)
    text = models.CharField(_("comment"), max_length=500)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    said_at = models.DateTimeField()

    objects = SchoolCommentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "organisation", "line"], name="comment_one_a_line"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.line}"
