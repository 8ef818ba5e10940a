from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.collecting.guessing import AS_WRITTEN, MISSING, Codes, Seen
from apps.audits.collecting.mapping import UnusableMap, understood
from apps.audits.models import Audit
from apps.core.forms import ClientKeyMixin, HubForm, LongSelect


class AnswersUploadForm(ClientKeyMixin, HubForm):
    file = forms.FileField(
        label=gettext_lazy("File with the answers"),
        help_text=gettext_lazy(
            "A CSV file or an Excel workbook (.xlsx) of up to 5 MB, one person in each row."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )


class AnswerColumnsForm(HubForm):
    """One select a column of the file: which question it answers."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Seen],
        targets: Sequence[tuple[str, str]],
        mapping: dict[str, str],
        audit: Audit,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.audit = columns, audit
        choices = [("", _("Leave out")), *targets]
        for column in columns:
            self.fields[f"c{column.place}"] = forms.ChoiceField(
                label=column.header,
                choices=choices,
                required=False,
                initial=mapping.get(column.header, ""),
                widget=LongSelect(attrs={"class": "input"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [value for value in self.mapping().values() if value.startswith("@school")]
        if len(chosen) > 1:
            raise forms.ValidationError(_("Only one column can name the school."))
        columns = {h: t for h, t in self.mapping().items() if not t.startswith("@school")}
        try:
            understood({"columns": columns}, self.audit, [c.header for c in self.columns])
        except UnusableMap as error:
            raise forms.ValidationError(str(error)) from error
        return data

    def mapping(self) -> dict[str, str]:
        found = {c.header: self.cleaned_data.get(f"c{c.place}", "") for c in self.columns}
        return {header: target for header, target in found.items() if target}

    def rows(self) -> list[dict[str, Any]]:
        """For the table on the page: each column with its examples and its select."""
        return [{"column": c, "field": self[f"c{c.place}"]} for c in self.columns]


class AnswerCodesForm(HubForm):
    """One select for each value that stands in the file: which answer it means."""

    def __init__(self, *args: Any, codes: Sequence[Codes], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes
        for number, group in enumerate(codes):
            for place, (value, _n) in enumerate(group.values):
                known = value in group.readable
                first = [(AS_WRITTEN, _("As it is written"))] if known else [("", _("Choose"))]
                self.fields[f"v{number}-{place}"] = forms.ChoiceField(
                    label=value,
                    choices=[*first, (MISSING, _("No answer")), *group.answers],
                    initial=AS_WRITTEN if known else "",
                    error_messages={"required": _("Say what “%s” means.") % value[:60]},
                    widget=forms.Select(attrs={"class": "input"}),
                )

    def chosen(self) -> dict[tuple[int, str], str]:
        return {
            (number, value): self.cleaned_data[f"v{number}-{place}"]
            for number, group in enumerate(self.codes)
            for place, (value, _n) in enumerate(group.values)
        }

    def groups(self) -> list[dict[str, Any]]:
        return [
            {
                "label": group.label,
                "headers": group.headers,
                "rows": [
                    {"value": value, "n": n, "field": self[f"v{number}-{place}"]}
                    for place, (value, n) in enumerate(group.values)
                ],
            }
            for number, group in enumerate(self.codes)
        ]
