"""Writing what matching keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.core import audit_trail
from apps.matching.malformed import Malformed, need
from apps.matching.models import SimilarValues
from apps.matching.similar import published

if TYPE_CHECKING:
    from apps.accounts.models import Person


def import_similar_values(
    rows: Sequence[Mapping[str, Any]], *, by: Person | None
) -> tuple[int, list[str]]:
    """Keep the DfE's values of schools, new ones in the place of old; how many, and what was
    wrong with the others. A second time changes nothing."""
    read: dict[str, published.Values] = {}
    wrong: list[str] = []
    for place, row in enumerate(rows):
        where = f"row {place + 1}"
        try:
            need(isinstance(row, dict), where, "expected an object")
            urn, values = published.read_row(row, where)
            read[urn] = values
        except Malformed as error:
            wrong.append(str(error))
    with transaction.atomic():
        SimilarValues.objects.bulk_create(
            [SimilarValues(urn=urn, values=values) for urn, values in read.items()],
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["urn"],
            update_fields=["values"],
        )
        last = SimilarValues.objects.filter(urn__in=read).order_by("urn").last()
        if last is not None:
            counts = {"kept": len(read), "rejected": len(wrong)}
            audit_trail.record("matching.similar_values", last, by=by, **counts)
    return len(read), wrong
