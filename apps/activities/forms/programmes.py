from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.forms.planning import DayInput
from apps.activities.models import Programme
from apps.core.forms import ClientKeyMixin, HubModelForm
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of


class ProgrammeForm(ClientKeyMixin, HubModelForm):
    alliance = forms.ModelChoiceField(
        label=_("Alliance"), queryset=Alliance.objects.none(), to_field_name="public_id"
    )

    class Meta:
        model = Programme
        fields = ("alliance", "name", "purpose", "starts_on", "ends_on")
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Alliance.objects.filter(pk__in=scope_of(person).alliances(Role.COORDINATOR))
        self.fields["alliance"].queryset = mine  # type: ignore[attr-defined]
        if len(mine) == 1:
            self.initial.setdefault("alliance", mine[0].public_id)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})
        return data
