from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import Grouping
from apps.audits.models.audits import Audit
from apps.core.models import CreatedModel
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable


class ReleasedTableQuerySet(models.QuerySet["ReleasedTable"]):
    def whole(self) -> ReleasedTableQuerySet:
        """Over everybody who answered, not one school of an alliance."""
        return self.filter(organisation__isnull=True)

    def of_schools(self, organisations: Iterable[int]) -> ReleasedTableQuerySet:
        return self.filter(organisation_id__in=organisations)


class ReleasedTable(CreatedModel):
    """Figures of a closed audit by one grouping, worked out once; a trigger keeps it as it is.

    ``data`` holds "groups", [{"key", "asked", "answered"}], and "questions": by code, by group's
    key a cell of numbers, or None where it is not shown. See `apps.audits.releasing.tables`.
    """

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="tables")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grouping = models.CharField(_("by"), max_length=12, choices=Grouping.choices)
    data = models.JSONField()

    objects = ReleasedTableQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["audit", "grouping", "organisation"],
                nulls_distinct=False,
                name="released_table_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} by {self.grouping}"


class ReleasedChart(CreatedModel):
    """A chart of released figures, drawn once."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="charts")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["audit", "name", "organisation"],
                nulls_distinct=False,
                name="released_chart_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.name}"
