from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import public_id


class PublicIdModel(models.Model):
    """A row that appears in URLs under a random identifier."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)

    class Meta:
        abstract = True


class CreatedModel(models.Model):
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


class ClientKeyModel(models.Model):
    """A row that people create: the same form sent twice makes it once."""

    client_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """Who did what to which row, and when. Append-only: a database trigger refuses the rest.

    ``data`` holds keys, states and counts, never what somebody wrote.
    """

    at = models.DateTimeField(default=clock.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class MailState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    NOT_NEEDED = "not_needed", _("No longer needed")


class OutboundEmailQuerySet(models.QuerySet["OutboundEmail"]):
    def due(self, at: datetime) -> OutboundEmailQuerySet:
        return self.filter(state=MailState.QUEUED, due_at__lte=at)

    def tried_before(self) -> OutboundEmailQuerySet:
        """Waiting for another attempt: the server could not be reached, or asked to wait."""
        return self.filter(state=MailState.QUEUED).exclude(last_error="")

    def leading(self, at: datetime) -> OutboundEmailQuerySet:
        """Without those that go out with another: the same mail sent again, or an earlier one that
        gathers for the same person."""
        earlier = OutboundEmail.objects.filter(state=MailState.QUEUED, pk__lt=models.OuterRef("pk"))
        again = earlier.filter(message_id=models.OuterRef("message_id"))
        gathering = earlier.filter(
            person=models.OuterRef("person"), gathers=True, attempts=0, due_at__lte=at
        )
        return self.exclude(
            Q(gathers=True) & (models.Exists(again) | Q(attempts=0) & models.Exists(gathering))
        )

    def oldest(self, at: datetime) -> datetime | None:
        """Since when the mail waits that is due longest."""
        found: datetime | None = self.due(at).aggregate(at=models.Min("due_at"))["at"]
        return found

    def stuck(self, at: datetime, lease: timedelta) -> OutboundEmailQuerySet:
        """Claimed longer ago than ``lease``: the worker that had them is gone."""
        return self.filter(state=MailState.SENDING, claimed_at__lt=at - lease)


class OutboundEmail(models.Model):
    """One e-mail to be sent once: a template and keys, rendered when it is sent.

    No private text and no token ever lies in the row.
    """

    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=80)
    keys = models.JSONField(default=dict, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.EmailField(blank=True)
    # What its reader chooses about it by; none of those that are always sent.
    kind = models.CharField(max_length=40, blank=True, editable=False)
    # Goes out in the morning, in one mail with all else that then waits for the same person.
    gathers = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        max_length=10, choices=MailState.choices, default=MailState.QUEUED, editable=False
    )
    due_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    message_id = models.CharField(max_length=200, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    objects = OutboundEmailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="mail_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="mail_sending"),
            models.Index(fields=["message_id"], name="mail_message_id"),
            models.Index(
                fields=["person", "id"],
                condition=Q(state="queued", gathers=True),
                name="mail_gathers",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(address=""), name="mail_has_recipient"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="mail_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
                name="mail_sending_has_claim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.key}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)


class Notice(PublicIdModel, CreatedModel):
    """Something a person is told in the app, once per (person, kind, thing, period)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=60)
    thing = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    url = models.CharField(max_length=200)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "thing", "period"], name="notice_once_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


HANDED_OVER = timedelta(minutes=1)


STOPPED = "stopped"  # in the result of a job that its owner stopped


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, person: Any) -> JobQuerySet:
        return self.filter(owner=person)

    def abandoned(self, at: datetime, lease: timedelta) -> JobQuerySet:
        """Begun and silent for ``lease``, or handed over a while ago and not begun."""
        return self.filter(
            Q(state=JobState.WAITING, heartbeat_at__isnull=True)
            | Q(state=JobState.WAITING, heartbeat_at__lt=at - HANDED_OVER)
            | Q(state=JobState.RUNNING, heartbeat_at__lt=at - lease)
        )


class Job(PublicIdModel, ClientKeyModel, CreatedModel):
    """Long work with progress, done by a worker, seen by the one who asked for it.

    ``kind`` names a handler in apps.core.jobs; ``params`` holds keys, never texts.
    """

    kind = models.CharField(max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="jobs"
    )
    params = models.JSONField(default=dict, blank=True)
    upload = models.FileField(upload_to="uploads/", blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="job_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def look(self) -> str:
        """Its state as shown: what its owner stopped has not failed."""
        was_stopped = self.state == JobState.FAILED and self.result.get(STOPPED)
        return "cancelled" if was_stopped else self.state
