from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import AgreementState, Position, Role
from apps.schools.models.alliances import Alliance
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, person: Person) -> AgreementQuerySet:
        """Drafts to coordinators; what is or was out for signature to heads and CPD leads too."""
        scope = scope_of(person)
        mine = Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        party = Q(alliance_id__in=scope.alliances_through(Role.HEAD, Role.CPD_LEAD, Role.GOVERNOR))
        return self.filter(mine | (party & ~Q(state=AgreementState.DRAFT)))

    def with_parts(self) -> AgreementQuerySet:
        return self.select_related("alliance").prefetch_related(
            "goals__positions",
            "contributions__organisation",
            "obstacles__cleared_by",
            "evaluation_dates",
        )

    def out(self) -> AgreementQuerySet:
        return self.filter(state=AgreementState.OUT)

    def signed_by(self, organisation_id: int) -> AgreementQuerySet:
        signed = Q(signatures__withdrawn_at=None, signatures__organisation=organisation_id)
        return self.filter(signed)


class Agreement(PublicIdModel, CreatedModel):
    """One version of an alliance's partnership agreement; frozen once out for signature."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)  # of the text, for edits that meet
    sponsor = models.CharField(_("sponsor"), max_length=120, blank=True)
    coordinator = models.CharField(_("coordinator"), max_length=120, blank=True)
    distributed_leads = models.TextField(_("distributed leads"), blank=True)
    communication = models.TextField(_("how we keep in touch"), blank=True)
    communication_frequency = models.CharField(_("how often"), max_length=200, blank=True)
    communication_owner = models.CharField(_("who sees to it"), max_length=120, blank=True)
    participation = models.TextField(_("participation and team-building"), blank=True)
    equality = models.TextField(_("who may take part"), blank=True)
    part_timers = models.TextField(_("how part-timers take part"), blank=True)
    support_staff = models.TextField(_("how support staff take part"), blank=True)
    access = models.TextField(_("access needs and how we meet them"), blank=True)
    enthusiasm = models.TextField(_("keeping up enthusiasm"), blank=True)
    adjustment = models.TextField(_("how we adjust the plan"), blank=True)
    success_criteria = models.TextField(_("success criteria"), blank=True)
    pupil_weight = models.PositiveSmallIntegerField(_("weight of pupil outcomes"), default=60)
    staff_weight = models.PositiveSmallIntegerField(_("weight of staff outcomes"), default=40)
    costs = models.TextField(_("costs and who pays"), blank=True)
    data_annex = models.TextField(_("data protection"), blank=True)
    safeguarding = models.TextField(_("safeguarding"), blank=True)
    review_and_exit = models.TextField(_("review and exit"), blank=True)
    no_obstacles = models.BooleanField(_("we see no obstacles"), default=False)
    sent_out_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alliance", "number"], name="agreement_number_once"),
            models.UniqueConstraint(
                fields=["alliance"], condition=Q(state="out"), name="agreement_one_out"
            ),
            models.UniqueConstraint(
                fields=["alliance"], condition=Q(state="draft"), name="agreement_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(staff_weight=100 - models.F("pupil_weight")),
                name="agreement_weights_total_100",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_out_at__isnull=False),
                name="agreement_out_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alliance}, version {self.number}"


class AgreementGoal(models.Model):
    """A goal or value, on which each party takes a position."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(_("goal or value"), max_length=300)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text


class GoalPosition(models.Model):
    goal = models.ForeignKey(AgreementGoal, on_delete=models.CASCADE, related_name="positions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=10, choices=Position.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["goal", "organisation"], name="goal_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.position}"


class Contribution(models.Model):
    """One party: what it gives, what it expects in return, and who signs for it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="contributions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    hours = models.PositiveIntegerField(_("hours a year"), null=True, blank=True)
    money = models.DecimalField(
        _("money a year (£)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    expertise = models.CharField(_("expertise"), max_length=300, blank=True)
    hosting = models.CharField(_("hosting"), max_length=300, blank=True)
    expected_return = models.CharField(_("expected return"), max_length=300, blank=True)
    signatory = models.CharField(_("who signs"), max_length=160, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="contribution_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}"


class Obstacle(PublicIdModel):
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="obstacles")
    text = models.CharField(_("obstacle"), max_length=300)
    mitigation = models.CharField(_("what we do about it"), max_length=300, blank=True)
    must_clear = models.BooleanField(_("must be cleared before we start"), default=False)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
                name="obstacle_cleared_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.text


class EvaluationDate(models.Model):
    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="evaluation_dates"
    )
    day = models.DateField(_("date"))

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return str(self.day)


class SignatureManager(models.Manager["Signature"]):
    def get_queryset(self) -> models.QuerySet[Signature]:
        """Those that count: a withdrawn one is kept for the trail alone."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Signature(models.Model):
    """A head's signature on one version for one organisation; never changed, and withdrawn only
    where whoever signed was no head of it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_name = models.CharField(_("name"), max_length=160)
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureManager()
    with_withdrawn: ClassVar = models.Manager()

    class Meta:
        ordering: ClassVar = ["signed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                condition=Q(withdrawn_at__isnull=True),
                name="signature_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.signed_name}, {self.organisation}"
