from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """Whether the making has failed is known to the report's job."""

    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    SUPERSEDED = "superseded", _("Corrected by a later report")


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("Every month")
    HALF_TERMLY = "half_termly", _("Every half-term")
    TERMLY = "termly", _("Every term")
