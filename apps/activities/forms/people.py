from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activities import groups
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, PlaceRequest
from apps.core.forms import HubForm
from apps.schools.models import Membership, Organisation


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name or school"), max_length=100, required=False)


class GroupForm(HubForm):
    """A whole group of one school."""

    school = forms.ModelChoiceField(
        label=_("Of which school?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=None,
    )
    group = forms.ChoiceField(label=_("Whom?"))
    role = forms.ChoiceField(label=_("As what?"))

    def __init__(self, *args: Any, schools: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["school"].queryset = schools
        fields["group"].choices = [(groups.EVERYBODY, _("All staff")), *groups.groups_of(schools)]
        open_ended = [role for role in kind_of(activity.kind).roles if role.most is None]
        fields["role"].choices = [(role.slug, role.name) for role in open_ended]
        if len(open_ended) == 1:
            fields["role"].widget = forms.HiddenInput()
        self.initial.setdefault("role", open_ended[0].slug)


class AnswerForm(HubForm):
    access_needs = forms.CharField(
        label=_("Is there something that you need in order to take part?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Such as a step-free room. Only the organiser sees it, and it is deleted at the end."
        ),
    )


class StaffChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        role = obj.job_title or obj.get_job_role_display() or obj.get_role_display()
        return f"{obj.person.name} ({role})"


class NameColleagueForm(HubForm):
    """Who of my school could take part; they are invited, not signed up."""

    member = StaffChoice(
        label=_("Whom would you name?"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        help_text=_("They get an invitation and may say no without a reason."),
    )

    def __init__(self, *args: Any, request: PlaceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Membership.objects.current().staff().filter(organisation=request.organisation)
        taken = request.activity.participants.current().values("person_id")
        rows = staff.filter(person__is_active=True).exclude(person_id__in=taken)
        self.fields["member"].queryset = rows.select_related("person").order_by(  # type: ignore[attr-defined]
            "person__family_name", "person__given_name"
        )
