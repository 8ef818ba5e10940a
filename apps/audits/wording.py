"""What people are told about an audit: the same words before, during and after it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import AuditMode, Purpose
from apps.schools.enums import Role

Text = str | Promise

SCALES: dict[str, tuple[tuple[int, Text], ...]] = {
    "confidence": ((1, _("Not yet")), (2, _("A little")), (3, _("Fairly")), (4, _("Very"))),
    "priority": ((1, _("Low")), (2, _("Some")), (3, _("High")), (4, _("Top"))),
}
GROUPS: dict[str, Text] = {
    "all": _("All staff"),
    Role.TEACHER: _("Teaching staff"),
    Role.SUPPORT: _("Support staff"),
}
FORMULA = _("need = (5 − confidence) × priority, from 1 to 16")

IN_SHORT: dict[str, Text] = {
    AuditMode.NAMED: _("Your CPD lead reads your answers with your name. Your head does not."),
    AuditMode.CONFIDENTIAL: _("It is confidential: nobody reads one person's answers."),
}
WHO_SEES: dict[str, tuple[Text, ...]] = {
    AuditMode.NAMED: (
        _("Your CPD lead can read what you answer, with your name."),
        _("A CPD lead who is also your head, line manager, appraiser or induction tutor cannot."),
        _("Your head sees figures for groups of five or more after it closes, never names."),
        _("Governors and other schools see nothing of it."),
    ),
    AuditMode.CONFIDENTIAL: (
        _("Nobody at your school reads one person's answers, now or later."),
        _("Leaders see figures for groups of five or more, once, after it closes."),
        _(
            "What you write in your own words is shown to your CPD lead after it closes, without "
            "your name and in mixed order. If fewer than five people answer, it is not shown."
        ),
        _(
            "cpdhub keeps your answers with your account, so that you can come back to them and "
            "see your own needs. It shows them to you alone."
        ),
    ),
}
PURPOSES: dict[str, Text] = {
    Purpose.REQUIRED: _("The school is required to ask this, and asks everybody to answer."),
    Purpose.CHOSEN: _("The school has chosen to ask this, and hopes that everybody answers."),
    Purpose.FREE: _("You are free to answer or not."),
}


def mode_in_short(mode: str) -> Text:
    return IN_SHORT[mode]
