from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts import mail_kinds
from apps.accounts.models import Person
from apps.core.forms import HubForm


class MailPreferencesForm(HubForm):
    """One question a kind of e-mail."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(person.mail_preferences.values_list("kind", "frequency"))
        for kind in mail_kinds.KINDS.values():
            self.fields[kind.slug] = forms.ChoiceField(
                label=kind.name,
                help_text=kind.hint,
                choices=[(f.value, f.label) for f in kind.frequencies],
                initial=chosen.get(kind.slug, kind.default.value),
                widget=forms.RadioSelect,
            )
