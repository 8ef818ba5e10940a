from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.core.models import CreatedModel


class CalendarFeed(CreatedModel):
    """The one address at which a person's calendar programs read their dates.

    Only a digest of the secret in the address is kept: the address is shown once. A new one
    replaces the row, and the old address is unknown from then on.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)

    def __str__(self) -> str:
        return f"feed of {self.person}"
