from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ClientKeyMixin, HubForm


class RegisterUploadForm(ClientKeyMixin, HubForm):
    file = forms.FileField(
        label=_("Download of the register"),
        help_text=_(
            "A CSV file of schools or of links from Get Information about Schools, up to 100 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,.xlsx"}),
    )
