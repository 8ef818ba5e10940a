from django.db import models
from django.utils.translation import gettext_lazy as _


class Strand(models.TextChoices):
    SENIOR = "senior", _("Senior leaders")
    MIDDLE = "middle", _("Middle leaders")
    ASPIRANT = "aspirant", _("Aspiring leaders")


class Focus(models.TextChoices):
    """What somebody would like to see, and what a host can show."""

    TEACHING = "teaching", _("Leading teaching and colleagues’ development")
    CURRICULUM = "curriculum", _("Leading a subject or the curriculum")
    ASSESSMENT = "assessment", _("Assessment and using data")
    BEHAVIOUR = "behaviour", _("Behaviour and attendance")
    INCLUSION = "inclusion", _("SEND and inclusion")
    PASTORAL = "pastoral", _("Safeguarding and pastoral care")
    EARLY = "early", _("Early years")
    TRANSITION = "transition", _("Transition between phases")
    STAFF = "staff", _("People: appointing, managing, well-being")
    RESOURCES = "resources", _("Finance, estates and operations")
    COMMUNITY = "community", _("Families and the community")
    GOVERNANCE = "governance", _("Governance and trust leadership")
    CHANGE = "change", _("Leading change and school improvement")


class HalfDay(models.TextChoices):
    MON_AM = "0am", _("Monday morning")
    MON_PM = "0pm", _("Monday afternoon")
    TUE_AM = "1am", _("Tuesday morning")
    TUE_PM = "1pm", _("Tuesday afternoon")
    WED_AM = "2am", _("Wednesday morning")
    WED_PM = "2pm", _("Wednesday afternoon")
    THU_AM = "3am", _("Thursday morning")
    THU_PM = "3pm", _("Thursday afternoon")
    FRI_AM = "4am", _("Friday morning")
    FRI_PM = "4pm", _("Friday afternoon")


class RoundState(models.TextChoices):
    OPEN = "open", _("Open")
    PUBLISHED = "published", _("Placements published")
    CLOSED = "closed", _("Closed")


class ApplicationState(models.TextChoices):
    ASKED = "asked", _("Waiting for the head")
    APPROVED = "approved", _("Approved by the head")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlacementState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed, not published")
    PUBLISHED = "published", _("Waiting for answers")
    ACCEPTED = "accepted", _("Accepted by all")
    REFUSED = "refused", _("Not possible")
    WITHDRAWN = "withdrawn", _("Taken back")


LIVE = (PlacementState.PROPOSED, PlacementState.PUBLISHED, PlacementState.ACCEPTED)
SEEN = (PlacementState.PUBLISHED, PlacementState.ACCEPTED, PlacementState.REFUSED)


class Part(models.TextChoices):
    """Who says yes to a placement. The values name columns of Placement with ``_said_at``."""

    SHADOW = "shadow", _("The one who shadows")
    HOST = "host", _("The host")
    HOME_HEAD = "home_head", _("Their own head")
    HOST_HEAD = "host_head", _("The host’s head")


class Item(models.TextChoices):
    """The briefing: what host and shadow both tick before the first day."""

    IDENTITY = "identity", _("Identity checked, and the employer’s DBS assurance seen")
    SAFEGUARDING = "safeguarding", _("Safeguarding briefing given and understood")
    DSL = "dsl", _("The designated safeguarding lead is named and known by sight")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality statement signed by the shadow")
    FIRE = "fire", _("Fire and emergency: alarm, exits, meeting point")
    TIMETABLE = "timetable", _("A timetable of the days is agreed")
    ASK = "ask", _("Whom to ask, and where to wait, eat and park")
