"""How a form field is drawn: label, hint, error, then the control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

SHORT = 20  # characters; shorter answers get a shorter control


@dataclass(frozen=True, slots=True)
class Choice:
    control: SafeString
    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; ``target`` is an element's id, or empty."""

    target: str
    text: str


def kind_of(field: BoundField) -> str:
    """ "choices", "checkbox", "group" (several controls) or "control"."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "control"


def control(field: BoundField) -> SafeString:
    # The label and the hint say it; a placeholder goes away when it is needed.
    attrs: dict[str, Any] = {"class": _classes(field), "placeholder": False}
    limit = counted_limit(field)
    if limit:
        # The browser would cut a pasted text without a word; the counter tells, the form checks.
        attrs |= {"maxlength": False, "data-limit": str(limit)}
        attrs["aria-describedby"] = f"{field.aria_describedby} {field.auto_id}_counter".strip()
    return field.as_widget(attrs=attrs)


def counted_limit(field: BoundField) -> int | None:
    """The most characters of a long text, None for other fields."""
    if isinstance(field.field.widget, forms.Textarea):
        return getattr(field.field, "max_length", None)
    return None


def choices(field: BoundField) -> list[Choice]:
    """The radios or checkboxes; ``widget.choice_hints`` maps values to hints."""
    hints: dict[str, str] = getattr(field.field.widget, "choice_hints", {})
    rows = []
    for sub in field.subwidgets:
        hint = str(hints.get(str(sub.data["value"]), ""))
        sub.data["attrs"].pop("aria-invalid", None)  # belongs to the group
        if hint:
            sub.data["attrs"]["aria-describedby"] = f"{sub.id_for_label}_hint"
        rows.append(Choice(sub.tag(), sub.id_for_label, sub.choice_label, hint))
    return rows


def filters_on(form: forms.BaseForm) -> list[str]:
    """The filters of a list that are set, in words; a select's first choice is "not set"."""
    return [words for field in form.visible_fields() for words in _set_to(field)]


def _set_to(field: BoundField) -> list[str]:
    value = field.value()
    if not isinstance(field.field, forms.ChoiceField):
        if isinstance(field.field, forms.BooleanField):
            return [str(field.label)] if value else []
        return [str(value).strip()] if str(value or "").strip() else []
    if value in (None, "", []):
        return []  # without reading the choices, which may take a query
    known: dict[Any, Any] = dict(field.field.choices)  # type: ignore[arg-type]
    values = {str(v) for v in value} if isinstance(value, list | tuple) else {str(value or "")}
    first = "" if isinstance(field.field, forms.MultipleChoiceField) else str(next(iter(known), ""))
    return [str(label) for key, label in known.items() if str(key) in values - {first}]


def problems(source: Any) -> list[Problem]:
    """Every error of a form, a formset or an iterable of them, in the order of the page."""
    if isinstance(source, forms.BaseForm):
        return _form_problems(source)
    if isinstance(source, forms.BaseFormSet):
        own = [Problem("", str(error)) for error in source.non_form_errors()]
        return own + _all_problems(source.forms)
    return _all_problems(source)


def _all_problems(sources: Iterable[Any]) -> list[Problem]:
    return [problem for source in sources for problem in problems(source)]


def _form_problems(form: forms.BaseForm) -> list[Problem]:
    if not form.is_bound:
        return []
    found = [Problem("", str(error)) for error in form.non_field_errors()]
    for field in form:
        found += [Problem(_target(field), _sentence(field, str(e))) for e in field.errors]
    return found


def _target(field: BoundField) -> str:
    """The first control of the field: a group of radios has no element of its own."""
    if field.is_hidden:
        return ""
    if field.use_fieldset and kind_of(field) == "choices":
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def _sentence(field: BoundField, error: str) -> str:
    label = str(field.label)
    if not label or label in error:
        return error
    if label.endswith(("?", "…")):
        return f"{label} {error}"
    return _("%(label)s: %(error)s") % {"label": label, "error": error}


def _classes(field: BoundField) -> str:
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    if isinstance(widget, forms.CheckboxInput):
        return str(own)
    extra = ["input"]
    if isinstance(widget, forms.DateInput | forms.TimeInput | forms.DateTimeInput):
        extra.append("input-date")
    elif isinstance(widget, forms.NumberInput) or _is_short(field):
        extra.append("input-short")
    return " ".join([*extra, str(own)]).strip()


def _is_short(field: BoundField) -> bool:
    if not isinstance(field.field.widget, forms.TextInput):
        return False
    return 0 < (getattr(field.field, "max_length", None) or 0) <= SHORT
