"""Which people of a proposal a coordinator looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.matchmaking import Who
from apps.matching import words
from apps.schools.enums import Phase

STATES = [
    ("", gettext_lazy("Any")),
    ("placed", gettext_lazy("Placed")),
    ("waiting", gettext_lazy("Without a place")),
]


class PeopleFilter(forms.Form):
    """Read from the address. A group of staff is offered where it and all others are five or
    more, so that nothing is told of one."""

    state = forms.ChoiceField(label=gettext_lazy("Place"), choices=STATES, required=False)
    school = forms.ChoiceField(label=gettext_lazy("School"), required=False)
    phase = forms.ChoiceField(label=gettext_lazy("Phase of their school"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Staff"), required=False)
    focus = forms.ChoiceField(label=gettext_lazy("Would like to see"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        inputs: Mapping[str, Any],
        people: Mapping[int, Who],
        placed: set[int],
        focus_words: Callable[[str], str],
    ) -> None:
        super().__init__(data)
        self.inputs, self.placed = inputs, placed
        problem = inputs["problem"]
        self.rows: list[Mapping[str, Any]] = problem["applicants"]
        self.schools: list[Mapping[str, Any]] = problem["schools"]
        names = {
            row["school"]: people.get(key, words.NO_ONE).school
            for row, key in zip(self.rows, inputs["seekers"], strict=True)
        }
        phases = sorted({self.schools[at]["phase"] for at in names})
        wanted = Counter(topic for row in self.rows for topic in row["foci"])
        labels = {
            "school": sorted(((str(at), name) for at, name in names.items()), key=lambda c: c[1]),
            "phase": [(value, _phase(value)) for value in phases if value],
            "group": self._groups(),
            "focus": [(str(at), focus_words(inputs["foci"][at])) for at in sorted(wanted)],
        }
        if not labels["group"]:
            del labels["group"], self.fields["group"]
        for name, choices in labels.items():
            self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    def _groups(self) -> list[tuple[str, str]]:
        found = {"support": words.SUPPORT_STAFF, "part_time": words.PART_TIMERS}
        few = words.FEW
        return [
            (name, str(label))
            for name, label in found.items()
            if few <= len(self.inputs[name]) <= len(self.rows) - few
        ]

    def chosen(self) -> list[int]:
        """Their positions; a value that makes no sense finds nobody."""
        if not self.is_valid():
            return []
        asked = self.cleaned_data
        group = set(self.inputs[asked["group"]]) if asked.get("group") else None
        return [
            at
            for at, row in enumerate(self.rows)
            if (not asked["state"] or (asked["state"] == "placed") == (at in self.placed))
            and asked["school"] in ("", str(row["school"]))
            and asked["phase"] in ("", self.schools[row["school"]]["phase"])
            and (group is None or at in group)
            and (not asked["focus"] or int(asked["focus"]) in row["foci"])
        ]

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _phase(value: str) -> str:
    return str(Phase(value).label) if value in Phase.values else value
