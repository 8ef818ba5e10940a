from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """Whether the making has failed is known to the report's job.

    A previewed report waits for its owner; one that they stopped is not sent, but kept.
    """

    WAITING = "waiting", _("Being made")
    PREVIEW = "preview", _("To be looked at")
    STOPPED = "stopped", _("Held back")
    READY = "ready", _("Ready")
    SUPERSEDED = "superseded", _("Corrected by a later report")


SENT = (ReportState.READY, ReportState.SUPERSEDED)  # what readers see
UNSENT = (ReportState.PREVIEW, ReportState.STOPPED)  # frozen, and seen by its makers alone
FROZEN = (*SENT, *UNSENT)


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("Every month")
    HALF_TERMLY = "half_termly", _("Every half-term")
    TERMLY = "termly", _("Every term")
    ONCE = "once", _("Once only")
