"""The choice of one of the alliances that somebody coordinates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core.forms import HubForm
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of


class OfAnAllianceForm(HubForm):
    """``alliances`` by their public ids; nothing is asked where there is but one."""

    alliance = forms.ChoiceField(label=_("Alliance"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = scope_of(person).alliances(Role.COORDINATOR)
        self.alliances = {a.public_id: a for a in Alliance.objects.filter(pk__in=mine)}
        field: Any = self.fields["alliance"]
        field.choices = [(pid, a.name) for pid, a in self.alliances.items()]
        if len(self.alliances) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("alliance", next(iter(self.alliances)))
