from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseState(models.TextChoices):
    ASKED = "asked", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Used")
    NOT_USED = "not_used", _("Not used")


LIVE = (ReleaseState.ASKED, ReleaseState.APPROVED, ReleaseState.USED)  # counts as planned
AHEAD = (ReleaseState.ASKED, ReleaseState.APPROVED)


class Basis(models.TextChoices):
    """What an approval rests on."""

    BY_HAND = "by_hand", _("Approved by hand")
    ALLOWANCE = "allowance", _("Within the allowance")
    NO_RELEASE = "no_release", _("No release is needed")


class InClass(models.TextChoices):
    """Whether the person would otherwise be teaching or at their duties."""

    YES = "yes", _("Yes, release is needed")
    NO = "no", _("No release is needed")
    UNKNOWN = "unknown", _("Not known")


class Cover(models.TextChoices):
    NONE = "none", _("None needed")
    INTERNAL = "internal", _("Internal: a colleague, no cash")
    COVER_STAFF = "cover_staff", _("Cover staff of the school")
    SUPPLY = "supply", _("Supply")


class SupplyUnit(models.TextChoices):
    DAY = "day", _("Days")
    HALF = "half", _("Half days")
    LESSON = "lesson", _("Lessons")


class Payer(models.TextChoices):
    OWN_SCHOOL = "own", _("Their own school")
    HOST = "host", _("The host school")
    ALLIANCE = "alliance", _("The alliance")
    GRANT = "grant", _("A grant")
