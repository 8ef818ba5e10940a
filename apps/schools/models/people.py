from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import PublicIdModel
from apps.schools.enums import (
    ALLIANCE_ROLES,
    STAFF_ROLES,
    CareerStage,
    JobRole,
    Phase,
    Role,
)
from apps.schools.models.alliances import Alliance
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


def weekdays() -> list[int]:
    return [0, 1, 2, 3, 4]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, day: date | None = None) -> MembershipQuerySet:
        """In force on ``day`` (both ends inclusive), today unless given."""
        day = day or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def staff(self) -> MembershipQuerySet:
        return self.filter(role__in=STAFF_ROLES)

    def at(self, organisation: Organisation) -> MembershipQuerySet:
        return self.filter(organisation=organisation)

    def left(self, day: date | None = None) -> MembershipQuerySet:
        return self.filter(ends_on__lt=day or clock.today())

    def part_time(self) -> MembershipQuerySet:
        """Where FTE or working days say so; people of whom nothing is known are not counted."""
        return self.filter(Q(fte__lt=1) | Q(working_days__len__lt=len(weekdays())))

    def not_signed_in(self) -> MembershipQuerySet:
        return self.filter(person__last_login__isnull=True)

    def with_bounced_email(self) -> MembershipQuerySet:
        return self.filter(person__bounced_email=F("person__email"))

    def without_email(self) -> MembershipQuerySet:
        return self.filter(person__email__isnull=True, claimed_email="")

    def with_email(self) -> MembershipQuerySet:
        return self.exclude(person__email__isnull=True, claimed_email="")

    def addressed(self, email: str) -> MembershipQuerySet:
        """Whose `Membership.address` it is."""
        return self.filter(Q(person__email__iexact=email) | Q(claimed_email__iexact=email))

    def matching(self, text: str) -> MembershipQuerySet:
        """By name, staff ID or e-mail address; every word must match somewhere."""
        found = self
        for word in text.split()[:6]:
            found = found.filter(
                Q(person__given_name__icontains=word)
                | Q(person__family_name__icontains=word)
                | Q(person__email__icontains=word)
                | Q(claimed_email__icontains=word)
                | Q(staff_id__istartswith=word)
            )
        return found

    def visible_to(self, person: Person) -> MembershipQuerySet:
        """Staff rows of the schools whose CPD I lead or which I head, and my own."""
        led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
        return self.filter(Q(person=person) | Q(organisation_id__in=led))


class Membership(PublicIdModel):
    """One role of one person in one organisation or alliance, dated: the source of permission."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    starts_on = models.DateField(_("from"), default=clock.today)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    staff_id = models.CharField(_("staff ID"), max_length=60, blank=True)
    job_role = models.CharField(_("job role"), max_length=20, choices=JobRole.choices, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phase = models.CharField(_("phase"), max_length=16, choices=Phase.choices, blank=True)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    career_stage = models.CharField(
        _("career stage"), max_length=12, choices=CareerStage.choices, blank=True
    )
    line_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    appraiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    induction_tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    fte = models.DecimalField(
        "FTE",
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    paid_hours = models.DecimalField(
        _("paid hours a week"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    # The address given for somebody whose account the school does not know. Until its owner
    # accepts, a person of the school's own making stands in for them, so that nobody finds out
    # by a staff list who has an account, or puts people on a list without their knowledge.
    claimed_email = models.EmailField(blank=True, editable=False)
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("working days"), default=weekdays
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "role"]),
            models.Index(fields=["organisation", "role"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, alliance__isnull=False)
                | Q(organisation__isnull=False, alliance__isnull=True),
                name="membership_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(alliance__isnull=True) | Q(role__in=ALLIANCE_ROLES),
                name="membership_alliance_role",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | ~Q(role__in=ALLIANCE_ROLES),
                name="membership_organisation_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ends_on__isnull=True, organisation__isnull=False),
                name="membership_once_a_role",
            ),
            models.UniqueConstraint(
                fields=["person", "alliance", "role"],
                condition=Q(ends_on__isnull=True, alliance__isnull=False),
                name="membership_once_an_alliance_role",
            ),
            models.UniqueConstraint(
                fields=["organisation", "staff_id"],
                condition=Q(ends_on__isnull=True) & ~Q(staff_id="") & Q(role__in=STAFF_ROLES),
                name="membership_staff_id_once",
            ),
            models.CheckConstraint(
                condition=Q(fte__isnull=True) | Q(fte__gt=0, fte__lte=1), name="membership_fte"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def address(self) -> str:
        """As the school knows it, whosever account it is."""
        return self.person.email or self.claimed_email

    def end_at_once(self) -> None:
        """As of yesterday, so that it gives nothing from the next request on."""
        yesterday = clock.today() - timedelta(days=1)
        self.starts_on = min(self.starts_on, yesterday)
        self.ends_on = yesterday
        self.save(update_fields=["starts_on", "ends_on"])


class StaffMapping(models.Model):
    """How a school's staff file names its columns: remembered for the next import."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="staff_mapping"
    )
    columns = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.organisation)
