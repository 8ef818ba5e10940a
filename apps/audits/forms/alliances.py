from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.actions.audience import Sizes, must_choose
from apps.audits.actions.inviting import choices_for
from apps.audits.enums import AuditMode, Purpose, SmallChoice
from apps.audits.forms.building import AuditForm, checked_closing, date_input, radios
from apps.audits.models import Audit
from apps.audits.templates_data import Template
from apps.core import clock
from apps.core.forms import HubForm
from apps.core.ui.dates import day as day_words
from apps.schools.calendars import UNKNOWN, Calendar
from apps.schools.models import Alliance, Organisation

DECIDE_DAYS = 14
ANSWER_DAYS = 28


class AllianceAuditForm(AuditForm):
    """What a coordinator decides about an audit of the alliance's schools."""

    alliance = forms.ModelChoiceField(
        label=gettext_lazy("Alliance"), queryset=Alliance.objects.none(), empty_label=None
    )
    opens_on = forms.DateField(
        label=gettext_lazy("Opens"),
        widget=date_input(),
        help_text=gettext_lazy("Schools decide before this day whether they take part."),
    )
    field_order = ("alliance", "title", "introduction", "mode", "purpose", "opens_on", "closes_on")

    def __init__(self, *args: Any, alliances: Sequence[Alliance], **kwargs: Any) -> None:
        self.alliances = alliances
        members = {"alliance_members__alliance__in": alliances, "alliance_members__state": "joined"}
        schools = list(Organisation.objects.filter(**members).distinct())
        super().__init__(*args, schools=schools, **kwargs)
        self.fields.pop("organisation", None)
        field: Any = self.fields["alliance"]
        field.queryset = Alliance.objects.filter(pk__in=[a.pk for a in alliances])
        if len(alliances) == 1 or self.instance.pk:
            del self.fields["alliance"]
        purpose: Any = self.fields["purpose"]
        purpose.choices = PURPOSE_WORDS
        self.fields["mode"].widget.choice_hints = MODE_HINTS  # type: ignore[attr-defined]

    @classmethod
    def defaults(cls, template: Template) -> dict[str, Any]:
        return super().defaults(template) | {
            "mode": AuditMode.CONFIDENTIAL,
            "opens_on": UNKNOWN.first_open(clock.today() + timedelta(days=DECIDE_DAYS)),
            "closes_on": UNKNOWN.first_open(clock.today() + timedelta(days=ANSWER_DAYS)),
        }

    def clean_opens_on(self) -> Any:
        return checked_closing(self.cleaned_data["opens_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("Choose a day after the one on which it opens."))
        return data

    def values(self) -> dict[str, Any]:
        return super().values() | {"opens_on": self.cleaned_data["opens_on"]}

    def chosen(self) -> Alliance:
        found: Alliance = self.cleaned_data.get("alliance") or self.alliances[0]
        return found


MODE_HINTS = {
    AuditMode.NAMED: gettext_lazy(
        "Each school's CPD lead reads who answered what at that school. You never do: you see "
        "figures across the schools."
    ),
    AuditMode.CONFIDENTIAL: gettext_lazy(
        "Nobody reads one person's answers. Schools and you see figures for groups of five or "
        "more, once, after it closes."
    ),
    AuditMode.ANONYMOUS: gettext_lazy(
        "Nothing that is kept leads from answers to people. Best for honest answers about "
        "leadership. Schools with small groups cannot choose names."
    ),
}


PURPOSE_WORDS = (
    (Purpose.REQUIRED, gettext_lazy("Required")),
    (Purpose.CHOSEN, gettext_lazy("Chosen by the alliance")),
    (Purpose.FREE, gettext_lazy("Free to answer")),
)


class InviteForm(HubForm):
    schools = forms.MultipleChoiceField(
        label=gettext_lazy("Which schools do you invite?"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, schools: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["schools"]
        field.choices = [(school.ref, school.name) for school in schools]
        field.initial = [ref for ref, _name in field.choices]


class DecisionForm(HubForm):
    """Whether and how a school takes part; and how its small groups fare, where it has some."""

    part = forms.ChoiceField(
        label=gettext_lazy("Does your school take part?"),
        choices=[
            ("accept", gettext_lazy("Yes, it takes part")),
            ("decline", gettext_lazy("No, not this time")),
        ],
        widget=forms.RadioSelect,
    )
    compare_ok = forms.BooleanField(
        label=gettext_lazy("The other schools and the coordinator may see our figures by name"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise our figures count in the alliance's, and nobody outside sees which are ours."
        ),
    )
    small = forms.ChoiceField(
        label=gettext_lazy("How shall your small groups be protected?"),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, audit: Audit, sizes: Sizes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_choose(audit, sizes):
            del self.fields["small"]
            return
        choices = choices_for(audit, sizes)
        field: Any = self.fields["small"]
        field.required = True
        field.error_messages["required"] = _("Choose how your small groups are protected.")
        field.choices = [(choice.value, choice.label) for choice in choices]
        field.widget = radios({choice: SMALL_HINTS[choice] for choice in choices})
        field.widget.choices = field.choices
        field.help_text = _("Everybody asked is told what you choose, before the first question.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("part") == "decline":
            self.errors.pop("small", None)
        return data


SMALL_HINTS = {
    SmallChoice.TOTAL: gettext_lazy(
        "Their answers count in your school's totals, and together with the same groups of other "
        "schools. They are never shown as a group of your school."
    ),
    SmallChoice.NAMED: gettext_lazy(
        "Your CPD lead reads who answered what at your school, and can follow it up with each. "
        "Heads, line managers and appraisers do not; neither does the coordinator."
    ),
    SmallChoice.POOLED: gettext_lazy(
        "Your staff's answers count together with other schools'. No figures of your school alone "
        "are shown, not to you either."
    ),
    SmallChoice.AGREED: gettext_lazy(
        "Your leaders meet and enter one answer for the school. Your other staff are not asked."
    ),
}


class PlanForm(HubForm):
    """On which day a draft opens by itself: an open day, not after its last day."""

    opens_on = forms.DateField(
        label=gettext_lazy("Opens on"),
        widget=date_input(),
        help_text=gettext_lazy(
            "Everybody asked is told that morning, or on their next working day."
        ),
    )

    def __init__(self, *args: Any, audit: Audit, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audit, self.calendar = audit, calendar

    def clean_opens_on(self) -> Any:
        day = self.cleaned_data["opens_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choose a later day than today."))
        if day > self.audit.closes_on:
            words = _("The audit closes on %(day)s. Choose an earlier day, or change its last day.")
            raise forms.ValidationError(words % {"day": day_words(self.audit.closes_on)})
        if not self.calendar.is_open(day):
            words = _("%(day)s is not an open day. The next one is %(next)s.")
            following = self.calendar.first_open(day)
            raise forms.ValidationError(
                words % {"day": day_words(day), "next": day_words(following)}
            )
        return day
