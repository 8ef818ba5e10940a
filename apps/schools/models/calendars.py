from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.schools.enums import TermDateKind
from apps.schools.models.organisations import Organisation


class TermDate(models.Model):
    """A term, half-term, INSET day or closure of one school; both ends inclusive."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="term_dates"
    )
    kind = models.CharField(max_length=10, choices=TermDateKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        ordering: ClassVar = ["starts_on", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "starts_on"], name="term_date_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_date_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on} - {self.ends_on}"
