from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.forms.people import StaffChoice
from apps.activities.kinds.short_observation.kind import SEVERAL
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin
from apps.schools.enums import STAFF_ROLES
from apps.schools.models import Membership
from apps.schools.scope import scope_of


class AskForm(ClientKeyMixin, Careful):
    """The one point, what it is for, and who could come: a colleague who does not judge me."""

    careful_of = ("point", "pupil_outcome")  # type: ignore[assignment]
    field_order = ("client_key", "point", "pupil_outcome", "observer")

    point = forms.CharField(
        label=_("Which one point?"),
        max_length=100,
        help_text=_(
            "Such as “How long I wait after a question” or “How I greet parents at the desk”."
        ),
    )
    pupil_outcome = forms.CharField(
        label=_("What should pupils, or those you serve, gain from it?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    observer = StaffChoice(
        label=_("Who could come?"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose a colleague"),
        help_text=_(
            "They are invited and may say no without a reason. Whoever manages, appraises or "
            "tutors you is not listed: this is never part of an assessment."
        ),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Membership.objects.current().filter(
            person=person, organisation_id__in=scope_of(person).organisations(*STAFF_ROLES)
        )
        self.mine = list(mine.select_related("organisation"))
        judges = {
            judge
            for held in self.mine
            for judge in (held.line_manager_id, held.appraiser_id, held.induction_tutor_id)
            if judge
        }
        schools = [held.organisation_id for held in self.mine]
        rows = Membership.objects.current().staff().filter(organisation_id__in=schools)
        rows = rows.exclude(person=person).exclude(person_id__in=judges)
        rows = rows.exclude(line_manager=person).exclude(appraiser=person)
        rows = rows.exclude(induction_tutor=person).filter(person__is_active=True)
        self.fields["observer"].queryset = rows.select_related("person").order_by(  # type: ignore[attr-defined]
            "person__family_name", "person__given_name", "pk"
        )

    def clean_point(self) -> str:
        point: str = self.cleaned_data["point"]
        if SEVERAL.search(point):
            raise forms.ValidationError(_("That is more than one point. Choose one."))
        return point
