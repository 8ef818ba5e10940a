from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.activities.enums import ActivityState, ParticipantState, PlaceRequestState
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def taking_part(self) -> ParticipantQuerySet:
        return self.filter(state=ParticipantState.ACCEPTED)

    def current(self) -> ParticipantQuerySet:
        return self.filter(state__in=(ParticipantState.INVITED, ParticipantState.ACCEPTED))

    def of_members(self, person: Person) -> ParticipantQuerySet:
        """The places of ``person`` for schools that they still belong to."""
        return self.filter(person=person, organisation_id__in=scope_of(person).organisations())

    def invitations_for(self, person: Person) -> ParticipantQuerySet:
        """Invitations to what still goes on, waiting for an answer."""
        over = (ActivityState.CLOSED, ActivityState.CANCELLED)
        waiting = self.of_members(person).filter(state=ParticipantState.INVITED)
        return waiting.exclude(activity__state__in=over)


class Participant(PublicIdModel):
    """One person's place in an activity, for the school they come from."""

    activity = models.ForeignKey(
        "activities.Activity", on_delete=models.PROTECT, related_name="participants"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participants"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=40)
    state = models.CharField(
        max_length=10, choices=ParticipantState.choices, default=ParticipantState.INVITED
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    access_needs = models.CharField(max_length=300, blank=True)  # the organiser's; erased at close
    invitations = models.PositiveSmallIntegerField(default=1)  # how often asked

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "activity"]),
            models.Index(fields=["person", "state"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "person", "role"], name="participant_once_a_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


class PlaceRequestQuerySet(models.QuerySet["PlaceRequest"]):
    def open(self) -> PlaceRequestQuerySet:
        return self.filter(state=PlaceRequestState.OPEN)

    def waiting_for(self, person: Person) -> PlaceRequestQuerySet:
        """Open ones put to schools whose CPD I lead."""
        led = scope_of(person).organisations(Role.CPD_LEAD)
        return self.open().filter(organisation_id__in=led)

    def visible_to(self, person: Person) -> PlaceRequestQuerySet:
        return self.filter(organisation_id__in=scope_of(person).organisations(Role.CPD_LEAD))


class PlaceRequest(PublicIdModel, CreatedModel):
    """Another school's CPD lead is asked to name a colleague: its staff are theirs to show."""

    activity = models.ForeignKey(
        "activities.Activity", on_delete=models.PROTECT, related_name="place_requests"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=40)
    state = models.CharField(
        max_length=8, choices=PlaceRequestState.choices, default=PlaceRequestState.OPEN
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "organisation"],
                condition=Q(state="open"),
                name="place_request_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} asks {self.organisation}"
