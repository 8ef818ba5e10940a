from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.activities.enums import Audience
from apps.activities.models.activity import Activity
from apps.activities.models.people import Participant
from apps.activities.models.records import Record
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel

if TYPE_CHECKING:
    from apps.accounts.models import Person


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: Person) -> MessageQuerySet:
        """Of the thread: to those who take part now. On a record: to those of its readers whom it
        was shared with when this was said; who reads it later does not read what was said before.
        """
        mine = Participant.objects.taking_part().of_members(person).values("activity_id")
        readable = Record.objects.visible_to(person).values("pk")
        said_to_them = (
            Q(audience=F("record__audience"))
            | Q(author=person)
            | Q(record__owner=person)
            | Q(record__author=person)
            | Q(activity_id__in=mine) & ~Q(audience=Audience.PAIR)
        )
        return self.filter(
            Q(record__isnull=True, activity_id__in=mine) | Q(record_id__in=readable) & said_to_them
        )

    def of_thread(self, activity: Activity) -> MessageQuerySet:
        return self.filter(activity=activity, record__isnull=True)


class Message(PublicIdModel, ClientKeyModel, CreatedModel):
    """Something said in an activity's thread, or (with ``record``) about a shared record.

    Its author may change it, and take it back: then the text is gone and the row says so.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="messages")
    record = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="comments"
    )
    audience = models.CharField(max_length=12, choices=Audience.choices, blank=True)  # back then
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["activity", "created_at"]),
            models.Index(fields=["record", "created_at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) ^ Q(text=""), name="message_deleted_is_blank"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"
