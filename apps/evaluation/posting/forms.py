"""Forms of schedules, and of what a school says about its own lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.forms import HubForm
from apps.core.permissions import Denied, Permission
from apps.evaluation.enums import Frequency
from apps.evaluation.forms import DateInput
from apps.evaluation.posting.lines import Line
from apps.evaluation.posting.models import LONGEST_PREVIEW
from apps.schools.enums import Role

LONGEST = timedelta(days=400)


class ScheduleForm(HubForm):
    """``recipients`` are the roles that may read reports of the kind; ``may_end_on`` says of a
    day and a frequency whether the next report may end then."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        initial=Frequency.TERMLY,
    )
    next_on = forms.DateField(
        label=gettext_lazy("Next report on"),
        widget=DateInput(),
        help_text=gettext_lazy(
            "It covers everything up to this day. Readers get it on the next open morning of "
            "their school."
        ),
    )
    preview_days = forms.IntegerField(
        label=gettext_lazy("Days to look at it first"),
        min_value=0,
        max_value=LONGEST_PREVIEW,
        initial=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who gets it"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        recipients: tuple[Role, ...],
        has_lines: bool,
        may_end_on: Callable[[date, str], Permission],
        **kwargs: Any,
    ) -> None:
        """``has_lines``: schools see, and comment on, what is said of them meanwhile."""
        super().__init__(*args, **kwargs)
        self.may_end_on = may_end_on
        roles: Any = self.fields["roles"]
        roles.choices = [(role.value, role.label) for role in recipients]
        roles.initial = [role.value for role in recipients]
        hint = _(
            "Open school days, up to 14. You can send it earlier or hold it back; otherwise it "
            "goes out when they are over. With 0 it goes out as soon as it is made."
        )
        more = _(
            "Heads and CPD leads see the lines about their own school meanwhile and can comment "
            "on them."
        )
        self.fields["preview_days"].help_text = f"{hint} {more}" if has_lines else hint

    def clean_next_on(self) -> date:
        found: date = self.cleaned_data["next_on"]
        if found < clock.today():
            raise forms.ValidationError(_("Choose today or a later day."))
        if found > clock.today() + LONGEST:
            raise forms.ValidationError(_("Choose a day within thirteen months."))
        allowed = self.may_end_on(found, self.cleaned_data.get("frequency", Frequency.TERMLY))
        if isinstance(allowed, Denied):
            raise forms.ValidationError(allowed.reason)
        return found

    def clean_roles(self) -> list[str]:
        return [role for role in Role.values if role in self.cleaned_data["roles"]]


class LinesForm(HubForm):
    """One text for each of the school's ``lines``; empty where it has nothing to say."""

    def __init__(self, *args: Any, lines: list[Line], said: dict[str, str], **kwargs: Any) -> None:
        """``said`` are the texts there are, by the slug of their line."""
        super().__init__(*args, **kwargs)
        self.slugs = {f"line_{at}": line.slug for at, line in enumerate(lines)}
        for (name, slug), line in zip(self.slugs.items(), lines, strict=True):
            self.fields[name] = forms.CharField(
                label=_("What the school says about “%(line)s”") % {"line": line.title},
                max_length=500,
                required=False,
                initial=said.get(slug, ""),
                help_text=_("Every reader of the report sees this. Do not name people."),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def texts(self) -> dict[str, str]:
        """By the slug of their line."""
        return {slug: self.cleaned_data[name] for name, slug in self.slugs.items()}
