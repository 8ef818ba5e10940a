from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import HubForm


class MeasurementFileForm(HubForm):
    file = forms.FileField(
        label=_("File of measurements"),
        help_text=_(
            "CSV or Excel, to 1 MB: a row for each value, with the columns Indicator or ID, "
            "Measured on and Value; How many and Where it comes from, if known. Nothing is stored "
            "before you have seen it."
        ),
    )
