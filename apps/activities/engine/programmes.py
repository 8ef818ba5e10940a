"""Programmes: an alliance's dated groups of activities."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from apps.activities.models import Programme
from apps.core import audit_trail
from apps.schools.models import Alliance

if TYPE_CHECKING:
    from apps.accounts.models import Person


def create_programme(
    *,
    by: Person,
    alliance: Alliance,
    name: str,
    purpose: str,
    starts_on: date,
    ends_on: date,
    client_key: uuid.UUID,
) -> Programme:
    """The same ``client_key`` makes it once."""
    with transaction.atomic():
        programme, created = Programme.objects.get_or_create(
            client_key=client_key,
            defaults={
                "alliance": alliance,
                "name": name,
                "purpose": purpose,
                "starts_on": starts_on,
                "ends_on": ends_on,
            },
        )
        if created:
            audit_trail.record("programme.created", programme, by=by, alliance=alliance.pk)
    return programme
