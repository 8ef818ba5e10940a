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


class Problem(models.TextChoices):
    """What pupils need most: the first question of the guided choice."""

    LEARNING = "learning", _("Pupils do not learn a particular thing as well as they should")
    TEACHING = "teaching", _("A way of teaching or supporting works for some, not for all")
    BEHAVIOUR = "behaviour", _("Behaviour, attendance or how pupils feel gets in the way")
    INCLUSION = "inclusion", _("Some groups of pupils are not well served")
    LEADING = "leading", _("The way we lead or organise something holds pupils back")
    KNOWLEDGE = "knowledge", _("We do not know enough about it yet")


class Staff(models.TextChoices):
    TEACHERS = "teachers", _("Teachers")
    ECTS = "ects", _("Early career teachers")
    SUPPORT = "support", _("Support staff")
    LEADERS = "leaders", _("Leaders, or those who want to lead")
    EVERYBODY = "everybody", _("A whole staff or a large group")


class Reach(models.TextChoices):
    OWN = "own", _("Within our school")
    NEAR = "near", _("With schools near by")
    FAR = "far", _("With schools further away, or online")


class Aim(models.TextChoices):
    REFINE = "refine", _("Get better at something we do already")
    NEW = "new", _("Find or learn something new")


class PollState(models.TextChoices):
    OPEN = "open", _("Open")
    PLANNED = "planned", _("A time is planned")
    CLOSED = "closed", _("Closed without a time")


class PollChoice(models.TextChoices):
    YES = "yes", _("Yes")
    IF_NEED_BE = "if_need_be", _("If need be")
    NO = "no", _("No")
