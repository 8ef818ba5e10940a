from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.models.topics import Topic
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.models import Alliance, Organisation


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

    class Meta:
        ordering: ClassVar = ["text", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "organisation", "alliance"],
                nulls_distinct=False,
                name="bank_code_once",
            )
        ]
