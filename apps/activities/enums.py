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


class Strength(models.TextChoices):
    """How far figures of a source can be trusted to tell of a change."""

    STRONGER = "stronger", _("Stronger evidence")
    SOME = "some", _("Some evidence")
    WEAK = "weak", _("Weak evidence")


class Source(models.TextChoices):
    """Where the figures of a criterion come from, which decides how strong they are."""

    TASK = "task", _("A test or task, the same before and after")
    WORK = "work", _("Pupils’ work, the same points looked for before and after")
    SEEN = "seen", _("What somebody else saw in lessons")
    COUNTED = "counted", _("Counted from lists, registers or timetables")
    PUPILS_SAY = "pupils_say", _("What pupils say")
    STAFF_SAY = "staff_say", _("What colleagues say of themselves")
    REACTION = "reaction", _("What people thought of it")

    @property
    def strength(self) -> Strength:
        if self in (Source.TASK, Source.WORK):
            return Strength.STRONGER
        return Strength.SOME if self in (Source.SEEN, Source.COUNTED) else Strength.WEAK

    @property
    def why(self) -> str:
        """What the figures can show and what they cannot, for whoever chooses them."""
        words = {
            Source.TASK: _("The same task of the same people shows whether anything moved."),
            Source.WORK: _("Work shows what pupils can do, if it is the same pupils’ both times."),
            Source.SEEN: _("Another pair of eyes, but of few lessons."),
            Source.COUNTED: _("It shows that something happened, not what it changed."),
            Source.PUPILS_SAY: _("Opinions move easily; put their work beside it."),
            Source.STAFF_SAY: _("Self-report: put something seen, counted or tested beside it."),
            Source.REACTION: _("Liking something says little about learning from it."),
        }
        return str(words[self])


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
