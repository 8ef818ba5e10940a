from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.schools.enums import Role
from apps.schools.staff.columns import FIELDS, problems

ACCEPT = {"accept": ".csv,.txt,.xlsx,text/csv"}


class StaffUploadForm(ClientKeyMixin, HubForm):
    file = forms.FileField(
        label=_("Staff list"),
        help_text=_(
            "A CSV file or an Excel workbook (.xlsx) of up to 5 MB, one person in each row."
        ),
        widget=forms.ClearableFileInput(attrs=ACCEPT),
    )
    roles_file = forms.FileField(
        label=_("Second file with roles"),
        required=False,
        help_text=_("Only if your export has one, such as roles.csv of School Data Sync."),
        widget=forms.ClearableFileInput(attrs=ACCEPT),
    )


class ColumnsForm(HubForm):
    """One select a column of the file, and what people are where the file does not say."""

    default_role = forms.ChoiceField(
        label=_("Where the list does not say, people are"),
        choices=[(Role.TEACHER.value, _("Teachers")), (Role.SUPPORT.value, _("Support staff"))],
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, columns: list[dict[str, Any]], mapping: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [("", _("Leave out")), *((field.name, field.label) for field in FIELDS)]
        for column in columns:
            self.fields[f"column_{column['place']}"] = forms.ChoiceField(
                label=column["header"],
                choices=choices,
                required=False,
                initial=mapping.get(column["place"], ""),
                widget=forms.Select(attrs={"class": "input"}),
            )
        self.order_fields([*(f"column_{c['place']}" for c in columns), "default_role"])

    def clean(self) -> dict[str, Any]:
        for problem in problems(self.mapping()):
            self.add_error(None, problem)
        return self.cleaned_data

    def mapping(self) -> dict[int, str]:
        found = {
            c["place"]: self.cleaned_data.get(f"column_{c['place']}", "") for c in self.columns
        }
        return {place: name for place, name in found.items() if name}

    def rows(self) -> list[dict[str, Any]]:
        """For the table on the page: each column with its examples and its select."""
        return [{**c, "field": self[f"column_{c['place']}"]} for c in self.columns]


class SchoolsForm(HubForm):
    schools = forms.MultipleChoiceField(
        label=_("Which of these is your school?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the code of your school.")},
    )

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["schools"]
        field.choices = [
            (
                code,
                ngettext("%(code)s: %(n)d row", "%(code)s: %(n)d rows", n)
                % {"code": code or _t("No school given"), "n": n},
            )
            for code, n in counts.items()
        ]


class ConfirmForm(forms.Form):
    """Who of the leavers has left, and when."""

    leavers = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    left_on = forms.DateField(
        label=_("Their last day"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, leavers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leavers"]
        field.choices = [(membership.public_id, membership.person.name) for membership in leavers]
