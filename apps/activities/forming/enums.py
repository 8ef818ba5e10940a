from django.db import models
from django.utils.translation import gettext_lazy as _


class WeekTime(models.TextChoices):
    MON_AM = "0am", _("Monday morning")
    MON_PM = "0pm", _("Monday afternoon")
    MON_AFTER = "0after", _("Monday after school")
    TUE_AM = "1am", _("Tuesday morning")
    TUE_PM = "1pm", _("Tuesday afternoon")
    TUE_AFTER = "1after", _("Tuesday after school")
    WED_AM = "2am", _("Wednesday morning")
    WED_PM = "2pm", _("Wednesday afternoon")
    WED_AFTER = "2after", _("Wednesday after school")
    THU_AM = "3am", _("Thursday morning")
    THU_PM = "3pm", _("Thursday afternoon")
    THU_AFTER = "3after", _("Thursday after school")
    FRI_AM = "4am", _("Friday morning")
    FRI_PM = "4pm", _("Friday afternoon")
    FRI_AFTER = "4after", _("Friday after school")
