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
