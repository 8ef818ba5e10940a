from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.activities.models.activity import Activity
from apps.core.models import CreatedModel


class JudgeAdmitted(CreatedModel):
    """``owner`` lets ``judge``, who takes part in the activity and manages, appraises or tutors
    them, read what they share with those who take part. Without such a row nobody who judges
    the owner reads it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "owner", "judge"], name="judge_admitted_once"
            ),
            models.CheckConstraint(
                condition=~Q(owner=models.F("judge")), name="judge_admitted_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge} by {self.owner}"
