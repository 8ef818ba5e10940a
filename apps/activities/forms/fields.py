"""The form field of a question that a kind declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from apps.activities.kinds.base import Field
from apps.core.forms import name_what_is_missing

LONGEST, LINE = 2000, 120


def asked(field: Field) -> forms.Field:
    made = _made(field)
    name_what_is_missing(made)
    return made


def _made(field: Field) -> forms.Field:
    common = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.choices:
        return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **common)
    if field.read is not None:
        line = forms.CharField(max_length=LINE, **common)
        line.clean = _reading(line.clean, field.read)  # type: ignore[method-assign]
        return line
    rows = 5 if field.long else 2
    return forms.CharField(
        max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **common
    )


def _reading(clean: Callable[[Any], Any], read: Callable[[str], str]) -> Callable[[Any], str]:
    def cleaned(value: Any) -> str:
        text = clean(value)
        try:
            return read(text) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    return cleaned
