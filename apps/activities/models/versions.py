from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.activities.models.records import Record


class RecordVersion(models.Model):
    """How a joint text stood after one saving; kept as long as the text is."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    data = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "version"], name="record_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.version}"
