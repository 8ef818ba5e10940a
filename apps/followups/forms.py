from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin
from apps.core.ui import dates
from apps.followups.enums import FollowUpState
from apps.followups.policies import open_day
from apps.schools.models import Organisation

FURTHEST = timedelta(days=730)

DUE = (
    ("", gettext_lazy("Any date")),
    ("now", gettext_lazy("Due by today")),
    ("overdue", gettext_lazy("Overdue")),
    ("today", gettext_lazy("Due today")),
    ("week", gettext_lazy("Due in the next seven days")),
)
WHOSE = (
    ("", gettext_lazy("All I can see")),
    ("mine", gettext_lazy("Mine")),
    ("shared", gettext_lazy("Shared with me")),
)


class FilterForm(forms.Form):
    """Read from the address: what it does not know counts as not chosen."""

    whose = forms.ChoiceField(label=gettext_lazy("Whose"), choices=WHOSE, required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), choices=DUE, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[*FollowUpState.choices, ("all", gettext_lazy("All states"))],
        required=False,
    )
    school = forms.ChoiceField(label=gettext_lazy("School"), required=False)

    def __init__(self, data: Any, *, schools: list[Organisation]) -> None:
        super().__init__({"state": FollowUpState.OPEN} | data.dict())
        choices = [("", _("All schools")), *((s.ref, s.name) for s in schools)]
        self.fields["school"].choices = choices  # type: ignore[attr-defined]
        if len(schools) < 2:
            self.fields["school"].widget = forms.HiddenInput()

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        values = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return values | {"state": values["state"] or FollowUpState.OPEN}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def check_due(day: date) -> None:
    today = clock.today()
    if day < today:
        raise ValidationError(_("Choose today or a later day."))
    if day > today + FURTHEST:
        raise ValidationError(_("Choose a day within two years."))


def check_open(form: Any, owner: Any, organisation: Any) -> None:
    """Say which day would do, where the school is closed or the owner does not work."""
    day = form.cleaned_data.get("due")
    if day is None or organisation is None:
        return
    better = open_day(day, organisation, owner)
    if better != day:
        words = _(
            "The school is closed that day, or you do not work. The next that suits: %(day)s."
        )
        form.add_error("due", words % {"day": dates.day(better)})


def _words(label: Any, hint: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=hint, max_length=1000, widget=area)


class DoneForm(Careful):
    careful_of = ("outcome",)  # type: ignore[assignment]

    outcome = _words(
        gettext_lazy("What happened?"),
        gettext_lazy("A sentence or two: what you did, and what you noticed. Do not name pupils."),
    )


class DropForm(Careful):
    careful_of = ("reason",)  # type: ignore[assignment]

    reason = _words(
        gettext_lazy("Why is it dropped?"),
        gettext_lazy("Plans change. A plain reason is enough. Do not name pupils."),
    )


class MoveForm(Careful):
    careful_of = ("reason",)  # type: ignore[assignment]

    due = forms.DateField(
        label=gettext_lazy("New date"), widget=DateInput(), validators=[check_due]
    )
    reason = _words(gettext_lazy("Why does it move?"), gettext_lazy("Do not name pupils."))
    place: tuple[Any, Any] = (None, None)  # its owner and their school

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_open(self, *self.place)
        return values


class PromiseForm(ClientKeyMixin, Careful):
    careful_of = ("promise",)  # type: ignore[assignment]

    promise = forms.CharField(
        label=gettext_lazy("What do you promise to do?"),
        help_text=gettext_lazy("So that you can say later whether you did it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due = forms.DateField(
        label=gettext_lazy("By when?"), widget=DateInput(), validators=[check_due]
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("At which school?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=gettext_lazy("Choose a school"),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("My CPD lead may see this"),
        help_text=gettext_lazy("Otherwise only you can see it."),
        required=False,
    )

    owner: Any = None

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = organisations  # type: ignore[attr-defined]
        rows = list(organisations[:2])
        if len(rows) == 1:
            field.initial = rows[0].ref
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.owner is not None:
            check_open(self, self.owner, values.get("organisation"))
        return values
