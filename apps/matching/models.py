from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import CreatedModel


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
