"""The base of our forms: plain words for what is missing, drawn by our own field template."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class HubFormMixin:
    """The server checks and answers in the error summary, so browsers do not check first."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_what_is_missing(field)

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


def _missing_words(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return _("Tick “%(label)s”.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose an answer for “%(label)s”.")
    return _("Fill in “%(label)s”.")
