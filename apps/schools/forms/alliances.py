from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.core.forms import ClientKeyMixin, HubForm
from apps.schools.enums import OrganisationKind, Phase
from apps.schools.models import Alliance

MOST_URNS = 500


class LowerEmail(forms.EmailField):
    def clean(self, value: Any) -> str:
        return str(super().clean(value) or "").lower()


class AllianceForm(HubForm):
    name = forms.CharField(label=_("Name of the alliance"), max_length=120)
    purpose = forms.CharField(
        label=_("What it is for"),
        help_text=_("One sentence. It stands in the invitation."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewAllianceForm(ClientKeyMixin, AllianceForm):
    field_order = ["name", "purpose"]


class UrnsForm(HubForm):
    urns = forms.CharField(
        label=_("URNs"),
        help_text=_("Paste them as they are, with anything between: a column, a list, a sentence."),
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[MaxLengthValidator(20_000)],
    )

    def clean_urns(self) -> list[str]:
        """The numbers of five or six digits, each once, in order."""
        found = list(dict.fromkeys(re.findall(r"(?<!\d)\d{5,6}(?!\d)", self.cleaned_data["urns"])))
        if not found:
            raise ValidationError(_("There is no URN in this text: a URN has five or six digits."))
        if len(found) > MOST_URNS:
            words = ngettext(
                "Paste at most %(most)d URN at a time.",
                "Paste at most %(most)d URNs at a time.",
                MOST_URNS,
            )
            raise ValidationError(words % {"most": MOST_URNS})
        return found


class SearchForm(HubForm):
    q = forms.CharField(label=_("Name, town, postcode or URN"), max_length=100)


PARTNER_KINDS = [(k.value, k.label) for k in OrganisationKind if k != OrganisationKind.SCHOOL]


class PartnerForm(HubForm):
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=PARTNER_KINDS, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=8, required=False)
    email = LowerEmail(
        label=_("E-mail address of who confirms"),
        help_text=_("The invitation goes there. You can leave it for later."),
        required=False,
    )


class HeadEmailForm(HubForm):
    email = LowerEmail(label=_("Head’s e-mail address"), required=False)

    def __init__(self, *args: Any, a_school: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not a_school:
            self.fields["email"].label = _("E-mail address of who confirms")


class CoordinatorForm(HubForm):
    email = LowerEmail(
        label=_("E-mail address"),
        help_text=_("Of somebody who works in a school that has joined."),
    )


class MembersFilter(HubForm):
    """``state``: invited, joined, signed, unsigned, unanswered or left; empty means present."""

    STATES = [
        ("", _("All")),
        ("unanswered", _("Have not answered")),
        ("invited", _("Invited")),
        ("joined", _("Joined")),
        ("unsigned", _("Joined, not signed")),
        ("signed", _("Signed")),
        ("left", _("Left or withdrawn")),
    ]
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)


class SchoolsFilter(MembersFilter):
    q = forms.CharField(label=_("Name, town or postcode"), max_length=100, required=False)
    alliance = forms.ChoiceField(label=_("Alliance"), required=False)
    phase = forms.ChoiceField(
        label=_("Phase"), choices=[("", _("All")), *Phase.choices], required=False
    )
    field_order = ["q", "alliance", "phase", "state"]

    def __init__(self, *args: Any, alliances: list[Alliance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alliance"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((a.public_id, a.name) for a in alliances),
        ]


class PasswordMixin(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. Three or four words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        strip=False,
    )
    password_again = forms.CharField(
        label=_("Password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        strip=False,
    )

    def for_whom(self) -> Person:
        return Person()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("password_again")
        if password:
            try:
                validate_password(password, self.for_whom())
            except ValidationError as error:
                self.add_error("password", error)
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords are not the same."))
        return data


class ChoosePasswordForm(PasswordMixin, HubForm):
    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def for_whom(self) -> Person:
        return self.person


class NewHeadForm(PasswordMixin, HubForm):
    given_name = forms.CharField(
        label=_("Given name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = LowerEmail(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    confirm = forms.BooleanField()
    field_order = ["given_name", "family_name", "email", "password", "password_again", "confirm"]

    def __init__(self, *args: Any, confirm_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].label = confirm_label
        self.fields["confirm"].error_messages["required"] = _(
            "Tick the box to confirm, or close the page to leave things as they are."
        )

    def for_whom(self) -> Person:
        data = self.cleaned_data
        return Person(
            email=data.get("email"),
            given_name=data.get("given_name", ""),
            family_name=data.get("family_name", ""),
        )
