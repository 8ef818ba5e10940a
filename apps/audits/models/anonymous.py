"""What belongs to answering without a name, and to answering with a code from paper.

Neither table holds a time.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from apps.audits.models.audits import Audit, Participation


class HeldAnswers(models.Model):
    """What one person sent to an anonymous audit, until it is mixed with what others sent.

    ``key`` is made on the person's device, so that a form sent twice is held once; it stays,
    without the answers, until the audit closes. Nothing here leads to who sent it.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="held")
    sheet = models.JSONField(null=True)  # {"standing": {...}, "answers": {question: {...}}}

    def __str__(self) -> str:
        return str(self.audit_id)


class AnswerCode(models.Model):
    """A code on paper that lets one person answer one audit, once; only its digest is kept.

    Once the code has been entered, ``digest`` is of the key that this one session holds. What is
    entered there waits on ``sheet`` until it is sent, apart from what the person enters in any
    other way; of an anonymous audit nothing does (a trigger sees to it).
    """

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="code"
    )
    digest = models.CharField(max_length=64, unique=True)
    sheet = models.JSONField(default=dict, blank=True)  # {question: what was answered}

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.participation_id)
