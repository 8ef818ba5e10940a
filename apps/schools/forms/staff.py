from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm, LongSelect
from apps.schools.enums import STAFF_ROLES, CareerStage, JobRole, Phase, Role
from apps.schools.models import Membership, Organisation
from apps.schools.staff.differences import weekdays
from apps.schools.staff.reading import MANAGERS

ROLES = [(role.value, role.label) for role in STAFF_ROLES]
DAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
]
POST = (
    *("role", "job_role", "job_title", "staff_id", "phase", "subject", "department"),
    *("career_stage", *MANAGERS, "fte", "paid_hours", "working_days"),
)
IDENTITY = ("given_name", "family_name", "email")


def blank(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Not given")), *choices]


class StaffFilter(forms.Form):
    q = forms.CharField(label=_("Name, staff ID or e-mail"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Role"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    show = forms.ChoiceField(label=_("Show"), required=False)

    SHOW = (
        ("", _("Everybody here now")),
        ("part_time", _("Part-time")),
        ("no_account", _("Not signed in yet")),
        ("no_email", _("Without e-mail address")),
        ("bounced", _("With an address from which mail comes back")),
        ("left", _("People who have left")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [("", _("All roles")), *ROLES]
        fields["phase"].choices = [("", _("All phases")), *Phase.choices]
        fields["show"].choices = self.SHOW


class IdentityFields(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Leave it empty for somebody who signs in with a username and printed code."),
    )


class PostFields(forms.Form):
    """A post at ``organisation``; ``membership`` is the one edited, if any."""

    role = forms.ChoiceField(label=_("On the list as"), choices=ROLES, widget=forms.RadioSelect)
    job_role = forms.ChoiceField(
        label=_("Job role"), choices=blank(JobRole.choices), required=False
    )
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    staff_id = forms.CharField(
        label=_("Staff ID"),
        max_length=60,
        required=False,
        help_text=_("As in your school’s information system. The next list is matched by it."),
    )
    phase = forms.ChoiceField(label=_("Phase"), choices=blank(Phase.choices), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=120, required=False)
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    career_stage = forms.ChoiceField(
        label=_("Career stage"), choices=blank(CareerStage.choices), required=False
    )
    line_manager = forms.ChoiceField(label=_("Line manager"), required=False, widget=LongSelect)
    appraiser = forms.ChoiceField(label=_("Appraiser"), required=False, widget=LongSelect)
    induction_tutor = forms.ChoiceField(
        label=_("Induction tutor"), required=False, widget=LongSelect
    )
    fte = forms.DecimalField(
        label=_("FTE"),
        required=False,
        max_value=1,
        min_value=0.001,  # type: ignore[arg-type]
        max_digits=4,
        decimal_places=3,
        help_text=_("1 is full time, 0.6 three days of five."),
    )
    paid_hours = forms.DecimalField(
        label=_("Paid hours a week"),
        required=False,
        min_value=0,
        max_digits=4,
        decimal_places=2,
    )
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=DAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one working day.")},
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        membership: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.membership = membership
        self.people = colleagues(organisation)
        names = [
            (public_id, person.name)
            for public_id, person in self.people.items()
            if membership is None or person.pk != membership.person_id
        ]
        fields: dict[str, Any] = self.fields
        for name in MANAGERS:
            fields[name].choices = blank(names)

    def clean_staff_id(self) -> str:
        staff_id: str = self.cleaned_data["staff_id"].strip()
        rows = (
            Membership.objects.current()
            .staff()
            .filter(organisation=self.organisation, staff_id__iexact=staff_id)
        )
        if self.membership is not None:
            rows = rows.exclude(pk=self.membership.pk)
        holder = rows.select_related("person").first() if staff_id else None
        if holder is not None:
            raise forms.ValidationError(
                _t("%(name)s has this staff ID. Write another one.") % {"name": holder.person.name}
            )
        return staff_id

    def post(self) -> dict[str, Any]:
        """Membership fields and their values."""
        values = {name: self.cleaned_data[name] for name in POST}
        for name in MANAGERS:
            values[name] = self.people.get(values[name])
        values["working_days"] = sorted(values["working_days"])
        return values


def colleagues(organisation: Organisation) -> dict[str, Person]:
    """Who can manage, appraise or tutor: everybody at the school but its governors."""
    rows = Membership.objects.current().filter(organisation=organisation)
    people = Person.objects.filter(memberships__in=rows.exclude(role=Role.GOVERNOR)).distinct()
    return {person.public_id: person for person in people}


class AddPersonForm(ClientKeyMixin, IdentityFields, PostFields, HubForm):
    starts_on = forms.DateField(
        label=_("From"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = (*IDENTITY, *POST, "starts_on")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        here = Membership.objects.current().staff().filter(organisation=self.organisation)
        if email and here.addressed(email).exists():
            raise forms.ValidationError(_t("Somebody with this address is on the list already."))
        return email


class EditPersonForm(IdentityFields, PostFields, HubForm):
    """What the editor may not change of the person is left out of the form."""

    field_order = (*IDENTITY, *POST)

    def __init__(self, *args: Any, named: bool, addressed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, allowed in (("given_name", named), ("family_name", named), ("email", addressed)):
            if not allowed:
                del self.fields[name]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        others = Membership.objects.current().filter(organisation=self.organisation)
        if self.membership is not None:
            others = others.exclude(person=self.membership.person_id)
        if email and others.addressed(email).exists():
            raise forms.ValidationError(_t("Somebody else at the school has this address."))
        return email

    def identity(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in IDENTITY if name in self.fields}
        if "email" in found:
            found["email"] = found["email"] or None
        return found


class LeaveForm(HubForm):
    on = forms.DateField(
        label=_("Last day"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on < self.membership.starts_on:
            raise forms.ValidationError(_t("The last day is before the first day on the list."))
        return on


class TermsForm(HubForm):
    privacy_notice = forms.CharField(
        label=_("Your privacy notice for staff"),
        max_length=300,
        help_text=_(
            "Its address on the web, or where staff find it, such as “staff handbook, page 12”."
        ),
    )
    accept = forms.BooleanField(
        label=_("I accept these processing terms for the school"),
        error_messages={"required": _("Tick the box to accept the terms for the school.")},
    )


class PeopleForm(forms.Form):
    """Some of the people shown, by the public ids of their memberships."""

    people = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one person."),
            "invalid_choice": _("Somebody in your choice is no longer on this page. Choose again."),
        },
    )

    def __init__(self, *args: Any, rows: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        people: Any = self.fields["people"]
        people.choices = [(row.public_id, row.person.name) for row in rows]

    def chosen(self) -> list[Membership]:
        wanted = set(self.cleaned_data["people"])
        return [row for row in self.rows if row.public_id in wanted]


def pattern_of(membership: Membership) -> str:
    """How much somebody works: FTE and days, where known."""
    parts = [f"{membership.fte.normalize():f} FTE"] if membership.fte else []
    if len(membership.working_days) < len(DAYS):
        parts.append(weekdays(membership.working_days))
    return ", ".join(parts)
