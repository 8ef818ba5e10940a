"""The ledger of release time: one row for each person and session, or for time without one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.activities.models.activity import Activity
from apps.activities.models.sessions import Session
from apps.activities.release.enums import (
    AHEAD,
    LIVE,
    Basis,
    Cover,
    InClass,
    Payer,
    ReleaseState,
    SupplyUnit,
)
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.core.years import year_bounds
from apps.schools.delegates import approves_for, covers_for
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, person: Person) -> ReleaseQuerySet:
        """My own; those of a school that I lead, head or decide for; those of what I organise."""
        scope = scope_of(person)
        led = scope.organisations(Role.CPD_LEAD, Role.HEAD) | approves_for(person)
        organised = Activity.objects.filter(organiser=person).filter(
            Q(organisation_id__in=scope.organisations())
            | Q(alliance_id__in=scope.visible_alliances)
        )
        return self.filter(
            Q(person=person)
            | Q(organisation_id__in=led)
            | Q(activity_id__in=organised.values("pk"))
        )

    def coverable_by(self, person: Person) -> ReleaseQuerySet:
        """Those whose cover the person sees to; of them cover managers learn only who and when."""
        return self.filter(organisation_id__in=covers_for(person))

    def waiting_for(self, person: Person) -> ReleaseQuerySet:
        """What the person is asked to decide; a delegate never decides about themselves."""
        headed = scope_of(person).organisations(Role.HEAD)
        delegated = approves_for(person) - headed
        return self.waiting().filter(
            Q(organisation_id__in=headed)
            | Q(organisation_id__in=delegated) & ~Q(person_id=person.pk)
        )

    def waiting(self) -> ReleaseQuerySet:
        return self.filter(state=ReleaseState.ASKED)

    def live(self) -> ReleaseQuerySet:
        """Asked, approved or used: what counts as planned."""
        return self.filter(state__in=LIVE)

    def ahead(self) -> ReleaseQuerySet:
        """Asked or approved: not over yet."""
        return self.filter(state__in=AHEAD)

    def from_work(self) -> ReleaseQuerySet:
        """Release proper: the person is needed at work then, or nobody knows."""
        return self.exclude(in_class=InClass.NO)

    def at(self, organisation: Organisation) -> ReleaseQuerySet:
        return self.filter(organisation=organisation)

    def between(self, first: date, last: date) -> ReleaseQuerySet:
        """Both days inclusive; a row without a day is in no span."""
        return self.filter(day__range=(first, last))

    def in_year(self, year: int) -> ReleaseQuerySet:
        return self.between(*year_bounds(year))

    def out_between(self, first: date, last: date) -> ReleaseQuerySet:
        """Who is to be out of class and may need cover, in the order of the days."""
        rows = self.between(first, last).ahead().from_work()
        return rows.order_by("day", F("starts_at").asc(nulls_first=True), "pk")


class Release(PublicIdModel, ClientKeyModel, CreatedModel):
    """One person's release for one session, or for time without a session.

    Minutes and pence; what is empty is not known. ``planned_minutes`` holds the way there and back
    (``travel_minutes``). The audit trail keeps what a correction replaces.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="releases"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )
    what_for = models.CharField(_("what for"), max_length=120, blank=True)
    day = models.DateField(_("day"), null=True, blank=True)
    starts_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    ends_at = models.DateTimeField(_("is back"), null=True, blank=True)
    planned_minutes = models.PositiveIntegerField(_("planned minutes"), null=True, blank=True)
    travel_minutes = models.PositiveIntegerField(
        _("of them on the way, there and back"), null=True, blank=True
    )
    extra_minutes = models.PositiveIntegerField(
        _("minutes outside paid hours, with extra pay"), null=True, blank=True
    )
    actual_minutes = models.PositiveIntegerField(_("actual minutes"), null=True, blank=True)
    in_class = models.CharField(
        _("in class or on duty then"),
        max_length=7,
        choices=InClass.choices,
        default=InClass.UNKNOWN,
    )
    cover = models.CharField(_("cover"), max_length=11, choices=Cover.choices, blank=True)
    supply_unit = models.CharField(
        _("supply by"), max_length=6, choices=SupplyUnit.choices, blank=True
    )
    supply_count = models.PositiveSmallIntegerField(_("how many"), null=True, blank=True)
    cover_pence = models.PositiveIntegerField(_("cost of cover"), null=True, blank=True)
    travel_pence = models.PositiveIntegerField(_("cost of travel"), null=True, blank=True)
    extra_pay_pence = models.PositiveIntegerField(_("extra pay"), null=True, blank=True)
    fee_pence = models.PositiveIntegerField(_("fee"), null=True, blank=True)
    payer = models.CharField(
        _("who pays"), max_length=8, choices=Payer.choices, default=Payer.OWN_SCHOOL
    )
    state = models.CharField(max_length=8, choices=ReleaseState.choices, default=ReleaseState.ASKED)
    basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        ordering: ClassVar = ["-day", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "day"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["person", "day"]),
            models.Index(fields=["activity", "state"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="release_once_a_session"),
            models.CheckConstraint(
                condition=Q(activity__isnull=False) | ~Q(what_for=""),
                name="release_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(activity__isnull=False),
                name="release_session_of_activity",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(reason="") & Q(decided_by__isnull=False)),
                name="release_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "refused")) | Q(decided_at__isnull=False),
                name="release_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(basis="by_hand") | Q(decided_by__isnull=False),
                name="release_by_hand_has_somebody",
            ),
            models.CheckConstraint(
                condition=(
                    Q(cover="supply", supply_count__gte=1) & ~Q(supply_unit="")
                    | ~Q(cover="supply") & Q(supply_unit="", supply_count__isnull=True)
                ),
                name="release_supply_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(cover="supply") | Q(cover_pence__isnull=True),
                name="release_only_supply_costs_cash",
            ),
            models.CheckConstraint(
                condition=Q(state="used") | Q(actual_minutes__isnull=True),
                name="release_actual_when_used",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="release_back_after_leaving",
            ),
            models.CheckConstraint(
                condition=Q(travel_minutes__isnull=True)
                | Q(planned_minutes__isnull=True)
                | Q(travel_minutes__lte=F("planned_minutes")),
                name="release_travel_within_planned",
            ),
        ]

    def __str__(self) -> str:
        return self.what_for or str(self.activity)

    @property
    def supply_words(self) -> str:
        """Such as "1 day"; empty where there is no supply."""
        count = self.supply_count or 0
        words = {
            SupplyUnit.DAY: ngettext("%(n)d day", "%(n)d days", count),
            SupplyUnit.HALF: ngettext("%(n)d half day", "%(n)d half days", count),
            SupplyUnit.LESSON: ngettext("%(n)d lesson", "%(n)d lessons", count),
        }
        return words[SupplyUnit(self.supply_unit)] % {"n": count} if count else ""

    @property
    def is_waiting(self) -> bool:
        return self.state == ReleaseState.ASKED

    @property
    def needs_release(self) -> bool:
        """False only where it is known that nobody has to stand in."""
        return self.in_class != InClass.NO
