from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.enums import AuditMode, Purpose
from apps.audits.models import Audit
from apps.audits.templates_data import Template
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm, HubModelForm
from apps.schools.enums import CareerStage, JobRole, Phase, Role
from apps.schools.models import Membership, Organisation

USUAL_DAYS = 14
LONGEST_DAYS = 120
AUDIENCES: dict[str, tuple[str, ...]] = {
    "all": (Role.TEACHER, Role.SUPPORT),
    "teaching": (Role.TEACHER,),
    "support": (Role.SUPPORT,),
}

# Fields of `Audit` that narrow the audience, and the columns of a membership they are about.
GROUPINGS = {
    "phases": "phase",
    "departments": "department",
    "career_stages": "career_stage",
    "job_roles": "job_role",
}
WORDS_OF: dict[str, dict[str, Any]] = {
    "phases": dict(Phase.choices),
    "departments": {},
    "career_stages": dict(CareerStage.choices),
    "job_roles": dict(JobRole.choices),
}


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def radios(hints: dict[str, Any]) -> forms.RadioSelect:
    widget = forms.RadioSelect()
    widget.choice_hints = hints  # type: ignore[attr-defined]
    return widget


class AuditForm(ClientKeyMixin, HubModelForm):
    """What a lead decides about an audit before choosing topics."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Who may read the answers?"),
        choices=AuditMode.choices,
        initial=AuditMode.NAMED,
        widget=radios(
            {
                AuditMode.NAMED: gettext_lazy(
                    "You read who answered what; heads, line managers and appraisers do not. "
                    "Best for small schools and for following up with people."
                ),
                AuditMode.CONFIDENTIAL: gettext_lazy(
                    "You see figures for groups of five or more, once, after it closes. "
                    "Best for honest answers in larger schools; it needs at least five people."
                ),
                AuditMode.ANONYMOUS: gettext_lazy(
                    "As confidential, and not even the server can tell afterwards whose answers "
                    "were whose. Nobody can change what they sent; it needs at least five people."
                ),
            }
        ),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Why are people asked?"),
        choices=Purpose.choices,
        initial=Purpose.CHOSEN,
        help_text=gettext_lazy("They are told this before the first question."),
        widget=radios(
            {
                Purpose.REQUIRED: gettext_lazy("Somebody outside requires the school to ask."),
                Purpose.CHOSEN: gettext_lazy("We want to know, and ask everybody to take part."),
                Purpose.FREE: gettext_lazy("Nobody minds who does not answer."),
            }
        ),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who is asked?"),
        choices=[
            ("all", gettext_lazy("All staff")),
            ("teaching", gettext_lazy("Teaching staff")),
            ("support", gettext_lazy("Support staff")),
        ],
        initial="all",
        widget=forms.RadioSelect,
    )
    phases = forms.MultipleChoiceField(
        label=gettext_lazy("Only these phases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to ask all of them."),
    )
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("Only these departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to ask all of them."),
    )

    career_stages = forms.MultipleChoiceField(
        label=gettext_lazy("Only these stages of a career"),
        required=False,
        choices=CareerStage.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to ask all of them."),
    )
    job_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Only these jobs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to ask all of them."),
    )

    class Meta:
        model = Audit
        fields = ["organisation", "title", "introduction", "mode", "purpose", "closes_on"]
        widgets = {"closes_on": date_input(), "introduction": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "introduction": gettext_lazy("Shown before the first question."),
            "closes_on": gettext_lazy("The last day for answers. You can give more time later."),
        }

    def __init__(self, *args: Any, schools: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(pk__in=[s.pk for s in schools])
        organisation.label = _("School")
        organisation.required = True
        organisation.empty_label = None
        if len(schools) == 1 or self.instance.pk:
            del self.fields["organisation"]
        self.fields["introduction"].max_length = 1500  # type: ignore[attr-defined]
        self._offer_groups()

    @classmethod
    def defaults(cls, template: Template | None) -> dict[str, Any]:
        closes_on = clock.today() + timedelta(days=USUAL_DAYS)
        if template is None:
            return {"closes_on": closes_on}
        return {
            "title": str(template.title),
            "introduction": str(template.introduction),
            "closes_on": closes_on,
            "audience": audience_of(template.roles),
            "career_stages": [str(stage) for stage in template.career_stages],
            "job_roles": [str(role) for role in template.job_roles],
        }

    def clean_introduction(self) -> str:
        text: str = self.cleaned_data["introduction"]
        if len(text) > 1500:
            raise forms.ValidationError(_("Use at most 1,500 characters."))
        return text

    def clean_closes_on(self) -> Any:
        return checked_closing(self.cleaned_data["closes_on"])

    def values(self) -> dict[str, Any]:
        """Fields of `Audit`."""
        data = self.cleaned_data
        values: dict[str, Any] = {name: data.get(name) or [] for name in GROUPINGS}
        names = ("title", "introduction", "mode", "purpose", "closes_on")
        values |= {name: data[name] for name in names}
        roles = [str(Role(role).value) for role in AUDIENCES[data["audience"]]]
        return values | {"roles": roles}

    def school(self) -> Organisation:
        return self.cleaned_data.get("organisation") or self.schools[0]

    def _offer_groups(self) -> None:
        """The groups that the schools' staff lists know; where there is one, nothing is asked."""
        rows = Membership.objects.current().staff().filter(organisation__in=self.schools)
        known = list(rows.values_list(*GROUPINGS.values()).distinct())
        for n, (name, labels) in enumerate(WORDS_OF.items()):
            wanted = {*(self.initial.get(name) or ()), *(getattr(self.instance, name, None) or ())}
            found = sorted({row[n] for row in known if row[n]} | wanted)
            order = list(labels) if labels else found
            found.sort(key=lambda value: order.index(value) if value in order else len(order))
            self._choose(name, [(value, (labels or {}).get(value, value)) for value in found])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        if len(choices) < 2 and not self.initial.get(name):
            del self.fields[name]
        else:
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def audience_of(roles: Sequence[str]) -> str:
    wanted = {str(role) for role in roles}
    return next(
        (name for name, found in AUDIENCES.items() if {str(r) for r in found} == wanted), "all"
    )


def checked_closing(day: Any) -> Any:
    if day < clock.today():
        raise forms.ValidationError(_("Choose today or a later date."))
    if day > clock.today() + timedelta(days=LONGEST_DAYS):
        raise forms.ValidationError(_("Choose a date within the next four months."))
    return day


class ExtendForm(HubForm):
    closes_on = forms.DateField(label=gettext_lazy("New last day"), widget=date_input())

    def clean_closes_on(self) -> Any:
        return checked_closing(self.cleaned_data["closes_on"])
