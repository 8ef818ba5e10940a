from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.models.topics import Topic
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


# What makes a question the same one: with other words its answers cannot be compared.
WORDING = ("kind", "topic", "text", "hint", "choices", "steps", "low", "high")


class Asking(models.Model):
    """How a question is put. Choices are any, one, or to be put in order; a scale has steps."""

    kind = models.CharField(_("kind of question"), max_length=10, choices=QuestionKind.choices)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("question"), max_length=300)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    steps = models.PositiveSmallIntegerField(_("steps of the scale"), null=True, blank=True)
    low = models.CharField(_("what the lowest step means"), max_length=60, blank=True)
    high = models.CharField(_("what the highest step means"), max_length=60, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class BankQuerySet(models.QuerySet["BankQuestion"]):
    def visible_to(self, person: Person) -> BankQuerySet:
        """The product's, those of schools whose CPD I lead and of their alliances, and mine."""
        scope = scope_of(person)
        alliances = scope.alliances(Role.COORDINATOR) | scope.alliances_through(Role.CPD_LEAD)
        return self.filter(
            Q(organisation__isnull=True, alliance__isnull=True)
            | Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(alliance_id__in=alliances)
        )

    def kept_by(self, person: Person) -> BankQuerySet:
        """Those that ``person`` may retire: of the schools and alliances whose audits they run."""
        scope = scope_of(person)
        return self.filter(
            Q(organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        )

    def of_the_product(self) -> BankQuerySet:
        return self.filter(organisation__isnull=True, alliance__isnull=True)

    def offered(self) -> BankQuerySet:
        return self.filter(retired_at__isnull=True)


class BankQuestion(PublicIdModel, CreatedModel, Asking):
    """A question kept for later audits, never reworded, so that its answers can be compared.

    Of one school, of one alliance, or of neither: then it comes with the product.
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = BankQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["text", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "organisation", "alliance"],
                nulls_distinct=False,
                name="bank_code_once",
            )
        ]
