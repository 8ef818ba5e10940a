from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.models.audits import Audit, Standing
from apps.audits.models.bank import Asking, BankQuestion
from apps.core import clock
from apps.schools.models import Organisation


class Question(Asking):
    """One question; a grid asks for confidence and priority (1 to 4 each) on one topic."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="questions")
    bank = models.ForeignKey(
        BankQuestion, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    code = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    section = models.CharField(_("section"), max_length=120)
    required = models.BooleanField(_("must be answered"), default=False)
    # Roles and job roles, any of which is asked; empty: everybody.
    for_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=~Q(kind="grid") | Q(topic__isnull=False), name="question_grid_has_topic"
            ),
            models.CheckConstraint(
                condition=~Q(kind="scale") | Q(steps__range=(2, 11)),
                name="question_scale_has_steps",
            ),
        ]

    def is_for(self, role: str, job_role: str = "") -> bool:
        return not self.for_roles or role in self.for_roles or job_role in self.for_roles


class Response(Standing):
    """One person's answers, with their standing on the day of asking.

    Without a person: an anonymous audit's, or a row of a file from elsewhere.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responses",
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reached = models.PositiveSmallIntegerField(default=0)  # the last section saved
    started_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "person"], name="response_once")
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.pk}"


class Answer(models.Model):
    """One answer. Missing is no row or null, never zero; "not my role" is said, not guessed.

    ``chosen`` of a ranking is in its order, the first choice first.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    not_my_role = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # the step of a scale
    chosen = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__range=(1, 4)),
                name="answer_confidence_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__range=(1, 4)),
                name="answer_priority_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}/{self.question_id}"

    @property
    def is_half(self) -> bool:
        """One of the two ratings of a grid is missing, so it cannot be counted."""
        return (self.confidence is None) != (self.priority is None)
