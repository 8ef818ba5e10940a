from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class AuditMode(models.TextChoices):
    """Who can read one person's answers, and who knows whose they are."""

    NAMED = "named", _("Named to my CPD lead")
    CONFIDENTIAL = "confidential", _("Confidential: nobody reads one person's answers")
    ANONYMOUS = "anonymous", _("Anonymous: nobody can tell whose answers are whose")


class Purpose(models.TextChoices):
    REQUIRED = "required", _("Required")
    CHOSEN = "chosen", _("Chosen by the school")
    FREE = "free", _("Free to answer")


class SchoolState(models.TextChoices):
    """A school's place in an alliance's audit."""

    INVITED = "invited", _("Not answered yet")
    ACCEPTED = "accepted", _("Takes part")
    DECLINED = "declined", _("Does not take part")
    LAPSED = "lapsed", _("Did not answer in time")
    LEFT = "left", _("Has left the alliance")


class SmallChoice(models.TextChoices):
    """How a school protects groups of fewer than five in an alliance's audit."""

    TOTAL = "total", _("Counted in our school's totals only")
    NAMED = "named", _("With their names, to our own CPD lead")
    POOLED = "pooled", _("Pooled with other schools")
    AGREED = "agreed", _("One agreed answer from our leaders")


# What a school says that is in none of the figures by its name.
NOT_ALONE = (SmallChoice.POOLED, SmallChoice.AGREED)


class QuestionKind(models.TextChoices):
    GRID = "grid", _("Confidence and priority")
    OFFER = "offer", _("I can offer")
    CHOICE = "choice", _("Choose any that apply")
    SINGLE = "single", _("Choose one")
    SCALE = "scale", _("Scale")
    RANKING = "ranking", _("Put in order")
    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")


class NeedLevel(models.TextChoices):
    NATIONAL = "national", _("National")
    SCHOOL = "school", _("School")
    TEAM = "team", _("Team")
    INDIVIDUAL = "individual", _("Individual")


class NeedState(models.TextChoices):
    OPEN = "open", _("Open")
    PLANNED = "planned", _("Being worked on")
    MET = "met", _("Met")
    SET_ASIDE = "set_aside", _("Set aside")


class TopicArea(models.TextChoices):
    STANDARDS = "standards", _("Teachers' Standards")
    CURRICULUM = "curriculum", _("Curriculum")
    SEND = "send", _("SEND")
    BEHAVIOUR = "behaviour", _("Behaviour")
    INCLUSION = "inclusion", _("Inclusion and anti-racism")
    TECHNOLOGY = "technology", _("Technology")
    LEADERSHIP = "leadership", _("Leadership")
    SUPPORT = "support", _("Support roles")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OUT = "out", _("With the head")
    SIGNED = "signed", _("Signed")
    REPLACED = "replaced", _("Replaced by a later version")


class Together(models.TextChoices):
    TOGETHER = "together", _("With colleagues, over time")
    ALONE = "alone", _("On one's own")


class Progress(models.TextChoices):
    ON_TRACK = "on_track", _("Going as planned")
    SLOW = "slow", _("Slower than planned")
    CHANGED = "changed", _("Changed")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


class Grouping(models.TextChoices):
    """By what results are released, one at a time; nothing else can be asked for."""

    ALL = "all", _("All staff")
    ROLE = "role", _("Teaching and support staff")
    LEADERS = "leaders", _("Leaders and staff")
    PHASE = "phase", _("Phase")
    DEPARTMENT = "department", _("Department")
    STAGE = "career_stage", _("Career stage")
    SCHOOL = "school", _("School")
