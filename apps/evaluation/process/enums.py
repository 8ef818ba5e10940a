from django.db import models
from django.utils.translation import gettext_lazy as _


class Aspect(models.TextChoices):
    """What of working together an adjustment is about."""

    COMMITMENT = "commitment", _("What each school gives")
    COMMUNICATION = "communication", _("How we keep in touch")
    EQUALITY = "equality", _("Who can take part")
    OBSTACLES = "obstacles", _("What stands in the way")
    ENERGY = "energy", _("Energy and enthusiasm")
    TRUST = "trust", _("Trust between the schools")
    LEADERS = "leaders", _("Leaders taking part themselves")
    CAPITAL = "capital", _("What people know, whom they know, how they decide")
    EXCHANGE = "exchange", _("Give and take between the schools")
    PLAN = "plan", _("What we do, when and where")
