from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activities.forms.records import CarefulText
from apps.core.forms import ClientKeyMixin

LONGEST = 2000


class MessageForm(ClientKeyMixin, CarefulText):
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "sentences"}),
    )


class ChangeMessageForm(CarefulText):
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your message"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )

    def newer(self, version: int) -> None:
        """Has it carry ``version``, so that the next saving replaces what was shown."""
        data: Any = self.data.copy()
        data["version"] = version
        self.data = data
