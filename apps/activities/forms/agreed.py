from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.models import Participant
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin
from apps.followups.forms import DateInput, check_due, check_open


class _Places(forms.ModelChoiceField):
    def label_from_instance(self, place: Any) -> str:
        return f"{place.person.name}, {place.organisation.name}"


class AgreedForm(ClientKeyMixin, Careful):
    """Who does what by when."""

    careful_of = ("promise",)  # type: ignore[assignment]

    owner = _Places(
        label=gettext_lazy("Who does it?"),
        queryset=Participant.objects.none(),
        to_field_name="public_id",
        empty_label=gettext_lazy("Choose a person"),
    )
    promise = forms.CharField(
        label=gettext_lazy("What was agreed?"),
        help_text=gettext_lazy("So that its owner can say later whether it was done."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due = forms.DateField(
        label=gettext_lazy("By when?"), widget=DateInput(), validators=[check_due]
    )
    private = forms.BooleanField(
        label=gettext_lazy("Only I can see it"),
        help_text=gettext_lazy(
            "For what you promise yourself. Otherwise its owner, the organiser and the CPD lead of "
            "the owner’s school see who, what and by when."
        ),
        required=False,
    )

    def __init__(self, *args: Any, places: Any, me: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me = me
        self.fields["owner"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        owner = values.get("owner")
        if owner is None:
            return values
        if values.get("private") and owner.person_id != self.me.pk:
            self.add_error("private", _("Only what you promise yourself can be private."))
        check_open(self, owner.person, owner.organisation)
        return values
