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
    "leaders": _("Leaders"),
    "staff": _("Staff who do not lead"),
    "": _("Not stated"),
}
FORMULA = _("need = (5 − confidence) × priority, from 1 to 16")

IN_SHORT: dict[str, Text] = {
    AuditMode.NAMED: _("Your CPD lead reads your answers with your name. Your head does not."),
    AuditMode.CONFIDENTIAL: _("It is confidential: nobody reads one person's answers."),
    AuditMode.ANONYMOUS: _("It is anonymous: nothing that is kept leads from answers to people."),
}
MODES: dict[str, Text] = {
    AuditMode.NAMED: _("Named to your CPD lead"),
    AuditMode.CONFIDENTIAL: _("Confidential"),
    AuditMode.ANONYMOUS: _("Anonymous"),
}
ALONE = _("Governors and other schools see nothing of it.")
NOT_WHO = _(
    "Nobody at your school is told who has answered. cpdhub knows it, so that it reminds nobody "
    "who has. While it is open, leaders see how many have answered in steps of five."
)
ACROSS = _(
    "The alliance's coordinator and the other schools see figures for groups of five or more, "
    "never one person's answers, and your school by its name only if it has agreed to that."
)
MIXED_TEXTS = _(
    "What was written in people's own words is read by the alliance's coordinator alone, mixed "
    "over all schools, so name no school."
)
FOR_SCHOOL: tuple[Text, ...] = (
    _("You answer for your school: enter what its leaders have agreed on together."),
    _("Nobody else at your school is asked, and it counts as one answer."),
    _("No figures of your school alone are shown to anybody."),
)
WHO_SEES: dict[str, tuple[Text, ...]] = {
    AuditMode.NAMED: (
        _("Your CPD lead can read what you answer, with your name."),
        _("A CPD lead who is also your head, line manager, appraiser or induction tutor cannot."),
        _("Your CPD lead sees who has answered and who has not."),
        _("Your head sees figures for groups of five or more after it closes, never names."),
        ALONE,
    ),
    AuditMode.CONFIDENTIAL: (
        _("Nobody at your school reads one person's answers, now or later."),
        _("Leaders see figures for groups of five or more, once, after it closes."),
        NOT_WHO,
        _(
            "What you write in your own words is shown to your CPD lead after it closes, without "
            "your name and in mixed order. If fewer than five people answer, it is not shown."
        ),
        _(
            "cpdhub keeps your answers with your account, so that you can come back to them and "
            "see your own needs. It shows them to you alone."
        ),
    ),
    AuditMode.ANONYMOUS: (
        _(
            "Your answers are kept without your name, and without the time. That you have answered "
            "is noted, so that you are not reminded; your leaders are not told who has."
        ),
        _("Nobody reads any of it before the audit closes."),
        _(
            "Then leaders see figures for groups of five or more, once, and what was written, in "
            "mixed order. Your answers are taken apart first: one that somebody recognises leads "
            "to no other."
        ),
        _("If fewer than five people answer, all answers are deleted unread."),
    ),
}
# What cannot be promised, said as plainly.
NOT_PROMISED: dict[str, tuple[Text, ...]] = {
    AuditMode.ANONYMOUS: (
        _("What you write, or how, may be recognised. Leave out what only you could say."),
        _(
            "While the audit is open, whoever runs the server could watch answers arrive, or keep "
            "a copy of it. After it has closed, what is stored tells nobody whose answers were "
            "whose."
        ),
        _("Once sent, your answers cannot be changed or taken back: nobody can find them."),
    ),
}
IN_PAID_TIME = _(
    "Answer in time you are paid for. If nobody has given you that time yet, ask your CPD lead."
)
PURPOSES: dict[str, Text] = {
    Purpose.REQUIRED: _("The school is required to ask this, and asks everybody to answer."),
    Purpose.CHOSEN: _("The school has chosen to ask this, and hopes that everybody answers."),
    Purpose.FREE: _("You are free to answer or not."),
}


def who_sees(mode: str, *, across: bool = False, for_school: bool = False) -> tuple[Text, ...]:
    """What somebody is told who is asked in ``mode``; ``across`` several schools of an alliance,
    or to answer ``for_school``."""
    if for_school:
        return FOR_SCHOOL
    if not across:
        return WHO_SEES[mode]
    mixed = (MIXED_TEXTS,) if mode == AuditMode.ANONYMOUS else ()
    return (*(words for words in WHO_SEES[mode] if words != ALONE), ACROSS, *mixed)


def purpose_words(purpose: str, *, across: bool) -> Text:
    """Why people are asked; ``across`` several schools, it is not the school that chose to."""
    if across and purpose == Purpose.CHOSEN:
        return _("Your alliance has chosen to ask this, and your school takes part.")
    return PURPOSES[purpose]


def mode_in_short(mode: str) -> Text:
    return IN_SHORT[mode]
