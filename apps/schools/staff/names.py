"""Names of staff, where a text is looked through for those of pupils."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Person
from apps.schools.models import Membership


def names_of_staff(organisations: Collection[int] | QuerySet[Any, Any]) -> tuple[str, ...]:
    """Of everybody who belongs to one of the organisations now."""
    held = Membership.objects.current().filter(organisation_id__in=organisations)
    rows = Person.objects.filter(memberships__in=held).distinct().order_by()
    names = rows.values_list("given_name", "family_name")
    return tuple(f"{given} {family}" for given, family in names)
