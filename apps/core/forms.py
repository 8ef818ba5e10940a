"""The base of our forms: plain words for what is missing, drawn by our own field template."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

DASHES = BLANK_CHOICE_DASH[0][1]
TOO_LONG = _("Use at most %(limit_value)d characters. There are %(show_value)d.")
TOO_LITTLE = _("It cannot be less than %(limit_value)s.")
TOO_MUCH = _("It cannot be more than %(limit_value)s.")


class HubFormMixin:
    """The server checks and answers in the error summary, so browsers do not check first."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_what_is_missing(field)
            say_it_plainly(field)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class LongSelect(forms.Select):
    """For lists as long as a school's staff: rendering a template for each option takes as long
    as all the rest of such a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, flatatt({"selected": str(key) in chosen}), label)
                for key, label in self.choices
            ),
        )
        known = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>\n{}\n</select>", flatatt(known), options)


class HubForm(HubFormMixin, forms.Form):
    pass


class HubModelForm(HubFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    pass


class ClientKeyMixin(forms.Form):
    """Adds the key by which a form sent twice is known; a draft keeps its own."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def relabel(field: forms.Field, label: Any) -> None:
    """Another label, and the words for leaving it empty with it."""
    field.label = label
    field.error_messages["required"] = forms.Field.default_error_messages["required"]
    name_what_is_missing(field)


def name_what_is_missing(field: forms.Field) -> None:
    django_words = forms.Field.default_error_messages["required"]
    if field.label and field.error_messages.get("required") == django_words:
        field.error_messages["required"] = _missing_words(field) % {"label": field.label}


def say_it_plainly(field: forms.Field) -> None:
    """Where Django would show its own words: of limits, and of a list in which nothing is
    chosen."""
    if isinstance(field, forms.CharField):
        field.error_messages.setdefault("max_length", TOO_LONG)
    if isinstance(field, forms.IntegerField):
        field.error_messages.setdefault("min_value", TOO_LITTLE)
        field.error_messages.setdefault("max_value", TOO_MUCH)
    if not isinstance(field.widget, forms.Select) or field.widget.allow_multiple_selected:
        return
    nothing = _("Choose") if field.required else _("Not chosen")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = nothing
    elif isinstance(field, forms.ChoiceField):
        choices = list(field.choices)
        if choices and choices[0] == ("", DASHES):
            field.choices = [("", nothing), *choices[1:]]


def _missing_words(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return _("Tick “%(label)s”.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose an answer for “%(label)s”.")
    return _("Fill in “%(label)s”.")
