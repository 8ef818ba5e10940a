from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import PollChoice, PollState
from apps.activities.models.activity import Activity
from apps.activities.models.people import Participant
from apps.activities.models.sessions import Session
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from apps.accounts.models import Person


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, person: Person) -> PollQuerySet:
        """To those asked, and to the organiser, who sees the activity anyway."""
        places = Participant.objects.taking_part().of_members(person).values("activity_id")
        asked = Q(observer__isnull=True) | Q(observer=person) | Q(observed=person)
        visible = Activity.objects.visible_to(person).filter(organiser=person)
        return self.filter(
            Q(activity_id__in=places) & asked
            | Q(activity_id__in=places, asked_by=person)
            | Q(activity_id__in=visible.values("pk"))
        )

    def unanswered_by(self, person: Person) -> PollQuerySet:
        """Open, and ``person`` is asked and has not said anything yet."""
        places = Participant.objects.taking_part().of_members(person).values("activity_id")
        asked = Q(observer__isnull=True) | Q(observer=person) | Q(observed=person)
        said = PollAnswer.objects.filter(person=person).values("option__poll_id")
        return self.open().filter(asked, activity_id__in=places).exclude(pk__in=said)

    def open(self) -> PollQuerySet:
        return self.filter(state=PollState.OPEN)


class Poll(PublicIdModel, ClientKeyModel, CreatedModel):
    """Times proposed for one session, for those of whose times nothing is known."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="polls")
    kind = models.SlugField(max_length=40)
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    observed = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    link = models.URLField(_("online at"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, choices=PollState.choices, default=PollState.OPEN)
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="polls"
    )

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(session__isnull=False),
                name="poll_planned_has_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class PollOption(models.Model):
    """One time that is proposed."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "starts_at"], name="poll_option_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="poll_option_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class PollAnswer(models.Model):
    """What somebody says of one time; no row: no answer yet."""

    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=10, choices=PollChoice.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["option", "person"], name="poll_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.option_id} {self.choice}"
