from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityState(models.TextChoices):
    """The same seven for every kind; ``stage`` belongs to the kind."""

    DRAFT = "draft", _("Being planned")
    AGREED = "agreed", _("Agreed")
    ACTIVE = "active", _("Under way")
    REVIEW_DUE = "review_due", _("Review due")
    CLOSED = "closed", _("Closed")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")


class Reason(models.TextChoices):
    """Why there is an activity, said honestly."""

    NEED = "need", _("It serves a need")
    REQUIRED = "required", _("It is required of us")
    CHOSEN = "chosen", _("We chose it freely")


class ParticipantState(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Taking part")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlaceRequestState(models.TextChoices):
    OPEN = "open", _("Waiting for an answer")
    FILLED = "filled", _("Somebody was named")
    DECLINED = "declined", _("Nobody can")


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class Audience(models.TextChoices):
    """Who can read a record, from the narrowest. The owner alone widens it."""

    ONLY_ME = "only_me", _("Only me")
    PAIR = "pair", _("The two of us")
    PARTICIPANTS = "participants", _("The people taking part")
    CPD_LEAD = "cpd_lead", _("The people taking part and my CPD lead")
    SCHOOLS = "schools", _("Staff of the schools taking part")
    ALLIANCE = "alliance", _("The alliance library")


class RecordForm(models.TextChoices):
    OBSERVATION = "observation", _("Observation")
    REFLECTION = "reflection", _("Reflection")
    NOTE = "note", _("Shared note")


class OutcomeLevel(models.TextChoices):
    PUPIL = "pupil", _("Pupils")
    STAFF = "staff", _("Staff")
    ORGANISATION = "organisation", _("School")


class Direction(models.TextChoices):
    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")
