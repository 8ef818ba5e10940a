from django.db import models
from django.utils.translation import gettext_lazy as _


class Aim(models.TextChoices):
    REFINE = "refine", _("Refine: see somebody do what we do, and do ours better")
    CONTRAST = "contrast", _("Contrast: see somebody do it quite differently")


class Decision(models.TextChoices):
    ADOPT = "adopt", _("Adopt it as it is")
    ADAPT = "adapt", _("Adapt it to our school")
    REJECT = "reject", _("Leave it: it is not for us")
