"""The form field of a question that a kind declares."""

from __future__ import annotations

from django import forms

from apps.activities.kinds.base import Field

LONGEST = 2000


def asked(field: Field) -> forms.Field:
    common = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.choices:
        return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **common)
    rows = 5 if field.long else 2
    return forms.CharField(
        max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **common
    )
