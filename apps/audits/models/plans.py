from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import NeedLevel, PlanState, Progress, Purpose, Together
from apps.audits.models.audits import Audit
from apps.audits.models.needs import Goal, Need
from apps.audits.planning import PURPOSES
from apps.core import clock
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

RESERVE = 20  # per cent of the time, for what individuals choose


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, person: Person) -> PlanQuerySet:
        """Those I lead; my school's as its head, once sent; signed ones as its staff."""
        scope = scope_of(person)
        return self.filter(
            Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | ~Q(state=PlanState.DRAFT) & Q(organisation_id__in=scope.organisations(Role.HEAD))
            | Q(state__in=(PlanState.SIGNED, PlanState.REPLACED), signature__isnull=False)
            & Q(organisation_id__in=scope.staffed)
        )

    def drafts(self) -> PlanQuerySet:
        return self.filter(state=PlanState.DRAFT)

    def signed(self) -> PlanQuerySet:
        return self.filter(state=PlanState.SIGNED)

    def out(self) -> PlanQuerySet:
        return self.filter(state=PlanState.OUT)


class Plan(PublicIdModel, ClientKeyModel, CreatedModel):
    """A school's CPD plan of one academic year, in versions; what has been sent stays as it is."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("academic year"))
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.DRAFT)
    reserve = models.PositiveSmallIntegerField(_("kept for individuals (%)"), default=RESERVE)
    standard = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    standard_note = models.TextField(_("what is not met yet, and what we do about it"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-year", "-number", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "year", "number"], name="plan_number_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(state__in=("draft", "out")),
                name="plan_one_in_hand",
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(state="signed"),
                name="plan_one_signed",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False), name="plan_sent_has_time"
            ),
            models.CheckConstraint(condition=Q(reserve__lte=100), name="plan_reserve_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.year}/{self.number}"


class PlanLine(PublicIdModel, ClientKeyModel, CreatedModel):
    """One thing the plan will do: for which need, by whom, how long, what success is."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    statement = models.CharField(_("what we will do"), max_length=300)
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_lines"
    )
    goal = models.ForeignKey(
        Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_lines"
    )
    level = models.CharField(_("whose need"), max_length=10, choices=NeedLevel.choices)
    purpose = models.CharField(_("why"), max_length=8, choices=Purpose.choices)
    together = models.CharField(_("how people learn"), max_length=8, choices=Together.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hours = models.DecimalField(
        _("staff time in hours"), max_digits=7, decimal_places=1, null=True, blank=True
    )
    cost = models.DecimalField(_("cost (£)"), max_digits=9, decimal_places=2, null=True, blank=True)
    for_pupils = models.CharField(_("what changes for pupils"), max_length=300, blank=True)
    baseline = models.CharField(_("where we start from"), max_length=300, blank=True)
    success = models.CharField(_("how we will know"), max_length=300, blank=True)
    follow_up_on = models.DateField(_("follow-up"), null=True, blank=True)
    evidence = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_lines"
    )
    why_none = models.CharField(_("why no audit stands behind it"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(evidence__isnull=False, why_none="")
                | Q(evidence__isnull=True) & ~Q(why_none=""),
                name="plan_line_cites_or_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def purpose_words(self) -> str:
        return str(PURPOSES[Purpose(self.purpose)])


class PlanSignature(models.Model):
    """The head's signature on one version; never changed."""

    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="signature")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_name = models.CharField(_("name"), max_length=160)
    signed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.signed_name}, {self.plan_id}"


class PlanReview(ClientKeyModel, CreatedModel):
    """What a termly look at one line found; never changed, only followed by another."""

    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="reviews")
    progress = models.CharField(max_length=8, choices=Progress.choices)
    text = models.CharField(_("what we saw, and what we change"), max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.progress}"
