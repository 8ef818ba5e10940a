from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import PublicIdModel
from apps.schools.enums import DelegateKind, Role
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

DIRECTED_HOURS = 1265


class SupplyRateQuerySet(models.QuerySet["SupplyRate"]):
    def on(self, day: date) -> SupplyRateQuerySet:
        """In force on ``day``, the latest first."""
        return self.filter(starts_on__lte=day).order_by("-starts_on")


class SupplyRate(models.Model):
    """What a day of supply costs a school, in pence, from a day on; and its lessons a day; and
    an hour's extra pay of its support staff, where that is known."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="supply_rates"
    )
    starts_on = models.DateField(_("from"))
    pence = models.PositiveIntegerField(_("cost of a day, in pence"))
    lessons = models.PositiveSmallIntegerField(
        _("lessons in a day"), default=5, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    extra_hour_pence = models.PositiveIntegerField(
        _("an hour outside paid hours, in pence"), null=True, blank=True
    )

    objects = SupplyRateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "starts_on"], name="supply_rate_once"),
            models.CheckConstraint(
                condition=Q(lessons__gte=1, lessons__lte=12), name="supply_rate_lessons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} {self.starts_on}"


class TimeBudget(models.Model):
    """A school's time for CPD in one academic year; what is empty has not been decided.

    ``directed_hours`` are those of a full-time teacher and ``cpd_hours`` what of them is set aside
    for CPD. Release within ``term_minutes`` a term, for the whole school, is approved by itself.
    No more than ``most_out`` colleagues are placed in other schools on one day.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="time_budgets"
    )
    year = models.PositiveSmallIntegerField(_("academic year"))
    directed_hours = models.PositiveSmallIntegerField(
        _("directed hours of a full-time teacher"),
        default=DIRECTED_HOURS,
        validators=[MaxValueValidator(2000)],
    )
    cpd_hours = models.PositiveSmallIntegerField(
        _("of these set aside for CPD"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(2000)],
    )
    term_minutes = models.PositiveIntegerField(
        _("allowance a term, in minutes"), null=True, blank=True
    )
    most_out = models.PositiveSmallIntegerField(
        _("most colleagues out on one day"), null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "year"], name="time_budget_once"),
            models.CheckConstraint(
                condition=Q(cpd_hours__isnull=True) | Q(cpd_hours__lte=models.F("directed_hours")),
                name="time_budget_cpd_within_directed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def current(self, day: date | None = None) -> DelegateQuerySet:
        """In force on ``day`` (both ends inclusive), today unless given."""
        day = day or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def visible_to(self, person: Person) -> DelegateQuerySet:
        led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
        return self.filter(organisation_id__in=led)


class Delegate(PublicIdModel):
    """Somebody of the school to whom its head has given a part of release time, dated.

    It counts only while the person belongs to the school (see `apps.schools.delegates`).
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="delegates"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("may"), max_length=8, choices=DelegateKind.choices)
    starts_on = models.DateField(_("from"), default=clock.today)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = DelegateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "starts_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "kind"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "kind"],
                condition=Q(ends_on__isnull=True),
                name="delegate_once_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="delegate_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_kind_display()})"
