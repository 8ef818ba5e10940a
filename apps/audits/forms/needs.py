from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.audits.forms.building import date_input
from apps.audits.models import Goal, Topic
from apps.core.forms import ClientKeyMixin, HubForm, HubModelForm


class GoalForm(ClientKeyMixin, HubModelForm):
    class Meta:
        model = Goal
        fields = ["statement", "due"]
        widgets = {"due": date_input()}
        help_texts = {
            "statement": gettext_lazy("What will be different, and for which pupils or colleagues?")
        }


class OfferForm(ClientKeyMixin, HubForm):
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose a topic"),
    )
    text = forms.CharField(
        label=gettext_lazy("What could you show or share?"), max_length=300, required=False
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Schools of our alliance may see my name and this offer"),
        required=False,
        help_text=gettext_lazy("Otherwise only the CPD lead of my school sees it."),
    )

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
