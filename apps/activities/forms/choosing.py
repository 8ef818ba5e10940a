from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activities.choosing import Answers
from apps.activities.enums import Aim, Problem, Reach, Staff
from apps.core.forms import HubForm

TIMES = (
    (60, _("About an hour")),
    (180, _("About three hours")),
    (480, _("About a day: eight hours")),
    (960, _("About two days")),
    (2400, _("A week or more over the year")),
)


def _asked(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)


class ChooseForm(HubForm):
    """Five questions; any may stay open. Sent by GET, so that an address holds the answers."""

    problem = _asked(_("What holds pupils back most?"), Problem.choices)
    staff = _asked(_("Who would take part?"), Staff.choices)
    minutes = _asked(_("How much time is there for each person, all told?"), TIMES)
    reach = _asked(_("Near or far?"), Reach.choices)
    aim = _asked(_("Something new, or getting better at what you do?"), Aim.choices)

    @property
    def answers(self) -> Answers:
        """What was answered; an answer that makes no sense counts as none."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name, "") for name in self.fields}
        minutes = int(found.pop("minutes") or 0) or None
        return Answers(minutes=minutes, **found)

    @property
    def said(self) -> list[tuple[Any, Any]]:
        """Question and answer of each that was answered, in the words of the page."""
        return [
            (field.label, {str(key): words for key, words in field.choices}[value])
            for name, field in self.fields.items()
            if isinstance(field, forms.ChoiceField) and (value := self.cleaned_data.get(name, ""))
        ]
