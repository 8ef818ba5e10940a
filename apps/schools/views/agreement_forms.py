"""The form of one section, with its rows, kept whole when two people save at once."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Person
from apps.schools.actions import agreements as actions
from apps.schools.agreement_sections import Section, fingerprint, label_of, stored
from apps.schools.forms.agreements import SectionForm, rows_formset, rows_of
from apps.schools.models import Agreement

BLANK = 3


class SectionPage:
    """Binds, checks and saves; after a conflict it shows what is stored beside what was typed."""

    def __init__(self, agreement: Agreement, section: Section) -> None:
        self.agreement, self.section = agreement, section
        self.data: Any = None
        self.theirs: list[tuple[str, str]] = []
        self.form, self.rows = self._forms(None, agreement)

    def bind(self, data: Any) -> None:
        self.data = data
        self.form, self.rows = self._forms(data, self.agreement)

    def is_valid(self) -> bool:
        checks = [self.form.is_valid(), self.rows is None or self.rows.is_valid()]
        return all(checks)

    def save(self, by: Person) -> bool:
        """False after a conflict; saving again then replaces what the other one saved."""
        values = dict(self.form.cleaned_data)
        base = values.pop("base")
        values["rows"] = self.rows.values() if self.rows is not None else []
        try:
            actions.save_section(
                by=by, agreement=self.agreement, section=self.section, base=base, values=values
            )
        except actions.Conflict as conflict:
            self._show(conflict.agreement)
            return False
        return True

    @property
    def context(self) -> dict[str, Any]:
        return {"form": self.form, "rows": self.rows, "theirs": self.theirs}

    def _show(self, now: Agreement) -> None:
        held = stored(now, self.section)
        data = self.data.copy()
        data["base"] = fingerprint(held)
        self.form, self.rows = self._forms(data, now)
        self.is_valid()
        texts = [(label_of(name), str(held[name])) for name in self.section.fields]
        rows = [
            (str(row.get("text") or row.get("day") or ""), str(row.get("mitigation", "")))
            for row in (rows_of(now, self.section.rows) if self.rows is not None else [])
        ]
        self.theirs = texts + rows

    def _forms(self, data: Any, agreement: Agreement) -> tuple[SectionForm, Any]:
        form = SectionForm(
            data,
            instance=agreement,
            section=self.section,
            base=fingerprint(stored(agreement, self.section)),
        )
        if not self.section.rows:
            return form, None
        formset = rows_formset(self.section.rows, blank=BLANK)
        if data is not None:
            return form, formset(data, prefix="rows")
        return form, formset(initial=rows_of(agreement, self.section.rows), prefix="rows")
