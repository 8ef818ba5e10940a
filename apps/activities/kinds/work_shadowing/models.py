from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.kinds.work_shadowing.enums import (
    LIVE,
    SEEN,
    ApplicationState,
    Focus,
    HalfDay,
    Item,
    Part,
    PlacementState,
    RoundState,
    Strand,
)
from apps.activities.models.activity import Activity
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


def words(choices: type[models.TextChoices], size: int) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=20, choices=choices.choices), size=size)


class RoundQuerySet(models.QuerySet["ShadowingRound"]):
    def visible_to(self, person: Person) -> RoundQuerySet:
        return self.filter(alliance_id__in=scope_of(person).visible_alliances)

    def coordinated_by(self, person: Person) -> RoundQuerySet:
        return self.filter(alliance_id__in=scope_of(person).alliances(Role.COORDINATOR))

    def current(self) -> RoundQuerySet:
        return self.exclude(state=RoundState.CLOSED)


class ShadowingRound(PublicIdModel, ClientKeyModel, CreatedModel):
    """An alliance asks who would like to shadow and who would host, and brings them together.

    ``most_miles`` caps every applicant's own travel limit, in a straight line; empty: no cap.
    """

    alliance = models.ForeignKey(
        Alliance, on_delete=models.PROTECT, related_name="shadowing_rounds"
    )
    name = models.CharField(_("name"), max_length=120)
    strands = words(Strand, 3)
    rules = models.TextField(_("rules"), max_length=2000, blank=True)
    closes_on = models.DateField(_("applications and offers until"))
    starts_on = models.DateField(_("placements from"))
    ends_on = models.DateField(_("placements to"))
    most_miles = models.PositiveSmallIntegerField(
        _("no placement further than"), null=True, blank=True
    )
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.OPEN)
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="shadowinground_dates"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gt=models.F("closes_on")),
                name="shadowinground_closes_before_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def strand_words(self) -> list[str]:
        return [str(Strand(strand).label) for strand in self.strands]

    def takes_entries(self, day: date) -> bool:
        return self.state == RoundState.OPEN and day <= self.closes_on


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, person: Person) -> ApplicationQuerySet:
        """The applicant, the head of their own school and the round's coordinators: nobody else,
        since a career goal is in it."""
        scope = scope_of(person)
        return self.filter(
            Q(person=person)
            | Q(organisation_id__in=scope.organisations(Role.HEAD))
            | Q(round__alliance_id__in=scope.alliances(Role.COORDINATOR))
        )

    def waiting_for(self, person: Person) -> ApplicationQuerySet:
        """Those that a head is asked to approve."""
        headed = scope_of(person).organisations(Role.HEAD)
        return self.filter(state=ApplicationState.ASKED, organisation_id__in=headed)

    def standing(self) -> ApplicationQuerySet:
        return self.filter(state__in=(ApplicationState.ASKED, ApplicationState.APPROVED))


class Application(PublicIdModel, ClientKeyModel, CreatedModel):
    """Somebody asks to shadow: in a round, or for an activity that two people began themselves.

    ``foci`` are ranked; ``half_days`` how many they ask for, ``possible`` on which of a week.
    """

    round = models.ForeignKey(
        ShadowingRound, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="application"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shadowing_applications"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    strand = models.CharField(_("strand"), max_length=10, choices=Strand.choices)
    foci = words(Focus, 3)
    career_goal = models.CharField(_("career goal"), max_length=300)
    pupil_outcome = models.CharField(_("what pupils should gain"), max_length=300)
    most_miles = models.PositiveSmallIntegerField(_("travel limit"))
    half_days = models.PositiveSmallIntegerField(_("half-days"), default=4)
    possible = words(HalfDay, 10)
    other_phase = models.BooleanField(_("would like to see another phase"), default=False)
    # Schools where they would rather not go: read by nobody but them, forgotten with the round.
    apart = ArrayField(models.BigIntegerField(), size=2, default=list, blank=True)
    state = models.CharField(
        max_length=10, choices=ApplicationState.choices, default=ApplicationState.ASKED
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=~Q(state="withdrawn"),
                name="application_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False) | Q(activity__isnull=False),
                name="application_for_something",
            ),
            models.CheckConstraint(
                condition=Q(half_days__range=(1, 20)), name="application_half_days"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "refused")) | Q(decided_at__isnull=False),
                name="application_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}"

    @property
    def focus_words(self) -> list[str]:
        return [str(Focus(focus).label) for focus in self.foci]

    @property
    def possible_words(self) -> list[str]:
        return [str(HalfDay(half).label) for half in self.possible]


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, person: Person) -> OfferQuerySet:
        """The host, whoever offered, heads and CPD leads of the school, coordinators."""
        scope = scope_of(person)
        mine = Q(organisation_id__in=scope.organisations())  # nobody who has left the school
        return self.filter(
            mine & (Q(host=person) | Q(offered_by=person))
            | Q(organisation_id__in=scope.organisations(Role.HEAD, Role.CPD_LEAD))
            | Q(round__alliance_id__in=scope.alliances(Role.COORDINATOR))
        )

    def standing(self) -> OfferQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Offer(PublicIdModel, ClientKeyModel, CreatedModel):
    """A school's offer to host: who, what there is to see, how many people, on which half-days."""

    round = models.ForeignKey(ShadowingRound, on_delete=models.PROTECT, related_name="offers")
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shadowing_offers"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    foci = words(Focus, 5)
    possible = words(HalfDay, 10)
    capacity = models.PositiveSmallIntegerField(_("how many people"), default=1)
    details = models.CharField(_("more about it"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "host"],
                condition=Q(withdrawn_at__isnull=True),
                name="offer_once_a_round",
            ),
            models.CheckConstraint(condition=Q(capacity__range=(1, 10)), name="offer_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.host}"

    @property
    def focus_words(self) -> list[str]:
        return [str(Focus(focus).label) for focus in self.foci]


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, person: Person) -> PlacementQuerySet:
        """Nobody but the coordinators sees one before it is published."""
        scope = scope_of(person)
        headed = scope.organisations(Role.HEAD)
        party = (
            Q(application__person=person)
            | Q(offer__host=person)
            | Q(application__organisation_id__in=headed)
            | Q(offer__organisation_id__in=headed)
        )
        here = Q(round__alliance_id__in=scope.visible_alliances)  # nobody who has left it
        return self.filter(
            Q(round__alliance_id__in=scope.alliances(Role.COORDINATOR))
            | party & here & Q(state__in=SEEN)
        )

    def live(self) -> PlacementQuerySet:
        return self.filter(state__in=LIVE)

    def waiting_for(self, person: Person) -> PlacementQuerySet:
        """Published, and ``person`` has something to say to them."""
        scope = scope_of(person)
        headed = scope.organisations(Role.HEAD)
        here = Q(round__alliance_id__in=scope.visible_alliances)
        return self.filter(here, state=PlacementState.PUBLISHED).filter(
            Q(application__person=person, shadow_said_at__isnull=True)
            | Q(offer__host=person, host_said_at__isnull=True)
            | Q(application__organisation_id__in=headed, home_head_said_at__isnull=True)
            | Q(offer__organisation_id__in=headed, host_head_said_at__isnull=True)
        )


class Placement(PublicIdModel, CreatedModel):
    """One applicant with one offer. All four parts say yes before it becomes an activity."""

    round = models.ForeignKey(ShadowingRound, on_delete=models.PROTECT, related_name="placements")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="placements"
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="placements")
    state = models.CharField(
        max_length=10, choices=PlacementState.choices, default=PlacementState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    shadow_said_at = models.DateTimeField(null=True, blank=True)
    host_said_at = models.DateTimeField(null=True, blank=True)
    home_head_said_at = models.DateTimeField(null=True, blank=True)
    host_head_said_at = models.DateTimeField(null=True, blank=True)
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="placement"
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        app_label = "activities"
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=("proposed", "published", "accepted")),
                name="placement_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="placement_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(
                    shadow_said_at__isnull=False,
                    host_said_at__isnull=False,
                    home_head_said_at__isnull=False,
                    host_head_said_at__isnull=False,
                    activity__isnull=False,
                ),
                name="placement_accepted_by_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} with {self.offer}"

    def said_yes(self, part: str) -> bool:
        return getattr(self, f"{part}_said_at") is not None

    @property
    def waiting_parts(self) -> list[Part]:
        return [part for part in Part if not self.said_yes(part)]


class Briefing(models.Model):
    """What host and shadow have ticked before the first day, each for themselves."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="briefing")
    dsl_name = models.CharField(_("designated safeguarding lead"), max_length=120, blank=True)
    ask_name = models.CharField(_("whom to ask"), max_length=120, blank=True)
    host_ticks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    shadow_ticks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    confidential_at = models.DateTimeField(null=True, blank=True)  # when the shadow signed
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "activities"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confidential_at__isnull=False)
                | ~Q(shadow_ticks__contains=["confidentiality"]),
                name="briefing_signed_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"briefing {self.activity_id}"

    def missing(self, role: str) -> list[Item]:
        ticked = self.host_ticks if role == "host" else self.shadow_ticks
        return [item for item in Item if item not in ticked]
