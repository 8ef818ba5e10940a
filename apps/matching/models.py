from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class SimilarValues(CreatedModel):
    """What the DfE publishes of a school so that it can be compared: public, by URN, whether or
    not the school is in the register here. ``values`` by the DfE's names."""

    urn = models.CharField(max_length=6, unique=True)
    values = models.JSONField()

    class Meta:
        verbose_name_plural = "similar values"
        constraints = (
            models.CheckConstraint(
                condition=Q(urn__regex=r"^[0-9]{5,6}$"), name="similar_values_urn_digits"
            ),
        )

    def __str__(self) -> str:
        return self.urn


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, person: Person) -> ProposalQuerySet:
        """The alliance's coordinators, and nobody who takes part."""
        return self.filter(alliance_id__in=scope_of(person).alliances(Role.COORDINATOR))

    def of_round(self, kind: str, round_id: str) -> ProposalQuerySet:
        return self.filter(kind=kind, round_id=round_id)

    def before(self, proposal: Proposal) -> Proposal | None:
        rows = self.of_round(proposal.kind, proposal.round_id)
        return rows.filter(number__lt=proposal.number).order_by("-number").first()


class Proposal(PublicIdModel, ClientKeyModel, CreatedModel):
    """What a solver proposed for a round: written once, with all that is needed to solve it again.

    ``round_id`` is the round's public id; ``number`` counts the proposals of a round from 1;
    ``client_key`` is that of the job. What people are called stands in no column.
    """

    kind = models.CharField(max_length=40)
    round_id = models.CharField(max_length=12)
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    seed = models.PositiveIntegerField()
    wishes = models.JSONField()
    inputs = models.JSONField()
    result = models.JSONField()
    quality = models.JSONField()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "round_id", "number"], name="proposal_number_once_a_round"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="proposal_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.round_id} {self.number}"
