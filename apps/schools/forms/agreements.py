from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.forms import HubForm, HubModelForm
from apps.schools.agreement_sections import Section, label_of
from apps.schools.enums import Position
from apps.schools.models import Agreement, Contribution, Organisation

HINTS = {
    "sponsor": _("Who stands behind it: a head, a trust, a governing body."),
    "distributed_leads": _("One line each: what, and who leads it."),
    "communication": _("Meetings, e-mail, a shared folder."),
    "communication_frequency": _("Such as: every half-term, and before each visit."),
    "participation": _("How people join in, and how they get to know one another."),
    "enthusiasm": _("What keeps people wanting to come back."),
    "equality": _("Roles, career stages, schools: who is it for?"),
    "part_timers": _("Days, times and ways that work for them."),
    "support_staff": _("Teaching assistants, administrators, site staff: in paid time?"),
    "success_criteria": _(
        "What will be different, for pupils and for staff, and how you will see it."
    ),
    "adjustment": _("Who decides on a change, and how it is written down."),
    "costs": _("Release, travel, fees: how much, and who pays."),
    "data_annex": _("What is shared about staff and pupils, who keeps it and for how long."),
    "safeguarding": _("Checks on visitors, and whom to tell about a concern."),
    "review_and_exit": _("When you look at it again, and what happens when a party leaves."),
}
MOST_WORDS = 4000


class SectionForm(HubModelForm):
    """The columns of one section; ``base`` tells what the editor had before them."""

    base = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, section: Section, base: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.fields["base"].initial = base
        for name in section.fields:
            self.fields[name] = _field_of(name)
            if self.instance.pk:
                self.initial[name] = getattr(self.instance, name)
        if section.rows == "obstacles":
            self.fields["no_obstacles"] = forms.BooleanField(
                label=_("We have looked, and see no obstacles"), required=False
            )
            self.initial["no_obstacles"] = self.instance.no_obstacles

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "pupil_weight" in self.fields:
            self._check_weights(data)
        return data

    def _check_weights(self, data: dict[str, Any]) -> None:
        pupil, staff = data.get("pupil_weight"), data.get("staff_weight")
        if pupil is None or staff is None or pupil + staff == 100:
            return
        self.add_error(
            "pupil_weight",
            _("The two weights must total 100; now they total %(total)d.")
            % {"total": pupil + staff},
        )

    def _post_clean(self) -> None:
        """The action saves; the row must not be half-filled by the form."""


def _field_of(name: str) -> forms.Field:
    column = Agreement._meta.get_field(name)
    label, hint = label_of(name), HINTS.get(name, "")
    if name.endswith("_weight"):
        return forms.IntegerField(label=label, min_value=0, max_value=100)
    if column.get_internal_type() == "CharField":
        return forms.CharField(
            label=label, help_text=hint, max_length=column.max_length, required=False
        )
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RowForm(HubForm):
    """A row of a section; ``id`` is the stored row's, if there is one."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)


class GoalForm(RowForm):
    text = forms.CharField(label=_("Goal or value"), max_length=300)


class ObstacleForm(RowForm):
    text = forms.CharField(label=_("Obstacle"), max_length=300)
    mitigation = forms.CharField(label=_("What we do about it"), max_length=300, required=False)
    must_clear = forms.BooleanField(
        label=_("Must be cleared before schools work together"), required=False
    )


class DateForm(RowForm):
    day = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RowsFormSet(forms.BaseFormSet):
    def add_fields(self, form: RowForm, index: int | None) -> None:
        super().add_fields(form, index)
        number = (index or 0) + 1
        for name, field in form.fields.items():
            if name not in ("id", "DELETE"):
                field.label = _("%(label)s (%(number)d)") % {
                    "label": field.label,
                    "number": number,
                }
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove number %(number)d") % {"number": number}
            if index is None or index >= self.initial_form_count():
                del form.fields["DELETE"]  # a new row is removed by leaving it empty

    def values(self) -> list[dict[str, Any]]:
        """Every row that stays, as a dict with ``id`` (None when new) and its columns."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


ROW_FORMS: dict[str, type[RowForm]] = {
    "goals": GoalForm,
    "obstacles": ObstacleForm,
    "evaluation_dates": DateForm,
}
MOST_ROWS = 40


def rows_formset(name: str, *, blank: int) -> type[RowsFormSet]:
    """A formset of the stored rows and ``blank`` empty ones."""
    return forms.formset_factory(  # type: ignore[return-value]
        ROW_FORMS[name], formset=RowsFormSet, extra=blank, can_delete=True, max_num=MOST_ROWS
    )


def rows_of(agreement: Agreement, name: str) -> list[dict[str, Any]]:
    """What is stored, as initial data of the formset."""
    columns = [column for column in ROW_FORMS[name].base_fields if column != "id"]
    return [
        {"id": row.pk, **{column: getattr(row, column) for column in columns}}
        for row in getattr(agreement, name).all()
    ]


class PartyForm(HubModelForm):
    """One party: its position on each goal, what it gives and expects, who signs."""

    base = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Contribution
        fields = ("hours", "money", "expertise", "hosting", "expected_return", "signatory")
        help_texts = {
            "hours": _("Of staff time, for the partnership."),
            "expertise": _("What you can teach others."),
            "hosting": _("Rooms, lessons to visit, meetings."),
            "signatory": _("Name and post, such as: Jo Field, headteacher."),
        }

    def __init__(
        self, *args: Any, agreement: Agreement, party: Organisation, base: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].initial = base
        self.goal_names: dict[int, str] = {}
        for goal in agreement.goals.all():
            name = f"goal_{goal.pk}"
            self.goal_names[goal.pk] = name
            taken = next(
                (p.position for p in goal.positions.all() if p.organisation_id == party.pk), ""
            )
            self.fields[name] = forms.ChoiceField(
                label=goal.text,
                choices=Position.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=taken,
            )
        self.order_fields([*self.goal_names.values(), *self.Meta.fields])

    def positions(self) -> dict[int, str]:
        return {pk: self.cleaned_data.get(name, "") for pk, name in self.goal_names.items()}

    def contribution(self) -> dict[str, Any]:
        return {field: self.cleaned_data[field] for field in self.Meta.fields}


class SignForm(HubForm):
    """``words`` is what is said by ticking the box."""

    name = forms.CharField(
        label=_("Type your full name"), max_length=160, help_text=_("It stands as your signature.")
    )
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = words
        self.fields["agreed"].error_messages["required"] = _("Tick the box to sign.")

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if len(name.split()) < 2:
            raise ValidationError(_("Type your given name and your family name."))
        return name
