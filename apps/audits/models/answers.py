from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.models.audits import Audit
from apps.audits.models.topics import Topic
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Organisation


class Question(models.Model):
    """One question; a grid asks for confidence and priority (1 to 4 each) on one topic."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    section = models.CharField(_("section"), max_length=120)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("question"), max_length=300)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    for_roles = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=~Q(kind="grid") | Q(topic__isnull=False), name="question_grid_has_topic"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Response(models.Model):
    """One person's answers. ``role`` and ``organisation`` are as on the day of asking."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="responses"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
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
    """One answer. Missing is no row or null, never zero; "not my role" is said, not guessed."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    not_my_role = models.BooleanField(default=False)
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
