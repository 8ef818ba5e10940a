from django.db import models
from django.utils.translation import gettext_lazy as _


class FollowUpState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    MOVED = "moved", _("Moved")
    DROPPED = "dropped", _("Dropped")
