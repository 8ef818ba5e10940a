from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.schools.enums import Tie
from apps.schools.models.people import Membership


class OversightQuerySet(models.QuerySet["Oversight"]):
    def since(self, moment: Any) -> OversightQuerySet:
        """In force at ``moment`` (a datetime or an expression) or at any time after it."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=moment))


class Oversight(models.Model):
    """That somebody manages, appraises or tutors somebody, and until when.

    A trigger keeps it whenever a membership is written, however it is written; nothing else
    writes it. So a tie that is taken away and put back leaves its mark.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="oversight")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="judged_by"
    )
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tie = models.CharField(max_length=15, choices=Tie.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = OversightQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["judge", "person"])]

    def __str__(self) -> str:
        return f"{self.judge_id} {self.tie} {self.person_id}"
