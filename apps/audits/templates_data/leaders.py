"""Audits for middle leaders, and a guide to talking with any leader."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.templates_data.base import (
    CLOSING_SECTIONS,
    TEACHING,
    Asked,
    Section,
    Template,
    Text,
    agree,
)
from apps.schools.enums import JobRole

MIDDLE_LEADERS = Template(
    slug="middle-leaders",
    name=_("Middle leaders"),
    summary=_("For those who lead a subject, a phase, a year group or a team."),
    title=_("What would help you to lead?"),
    introduction=_(
        "You lead while teaching nearly a full timetable. Tell us what would help you to do both "
        "well. Your answers decide what we arrange for middle leaders this year."
    ),
    roles=TEACHING,
    job_roles=(JobRole.MIDDLE_LEADER,),
    sections=(
        Section(
            _("Leading people"),
            ("leading-team", "coaching-mentoring", "difficult-conversations", "leading-change"),
        ),
        Section(
            _("Leading a subject or phase"),
            (
                "subject-knowledge",
                "curriculum-sequencing",
                "feedback-assessment",
                "judging-quality",
                "reading-vocabulary",
                "transition",
            ),
        ),
        Section(
            _("All pupils"),
            ("disadvantage", "anti-racism", "autism", "eal", "working-with-tas"),
        ),
        Section(_("Working life"), ("workload", "artificial-intelligence")),
        Section(
            _("Room to lead"),
            asked=(
                agree("lead-time", _("I have time in the week to lead, and it is kept free.")),
                agree("lead-decide", _("I know what I may decide myself.")),
                agree("lead-others", _("I meet people who do the same job in other schools.")),
                Asked(
                    "lead-next",
                    QuestionKind.SINGLE,
                    _("Where would you like to be in three years?"),
                    (
                        _("Here, doing this job better"),
                        _("Leading something larger in this school"),
                        _("Leading in another school"),
                        _("Teaching without leading"),
                        _("I do not know yet"),
                    ),
                ),
            ),
        ),
        *CLOSING_SECTIONS,
    ),
)


def talk(code: str, text: Text, hint: Text = "") -> Asked:
    return Asked(code, QuestionKind.LONG_TEXT, text, hint=hint)


INTERVIEW = Template(
    slug="leader-interview",
    name=_("Leader interview"),
    summary=_(
        "Six themes to talk through with each leader, or for leaders to write about: not a list "
        "of boxes. Read the notes side by side afterwards."
    ),
    title=_("Talking about how we develop our staff"),
    introduction=_(
        "Six themes, for a conversation of half an hour or for writing in your own time. Take up "
        "those you have something to say about. Please name neither pupils nor colleagues."
    ),
    roles=TEACHING,
    job_roles=(JobRole.SENIOR_LEADER, JobRole.MIDDLE_LEADER),
    sections=(
        Section(
            _("Where we stand"),
            asked=(
                talk("talk-proud", _("Which change in teaching here are you proud of?")),
                talk("talk-stuck", _("What have we tried to change without getting anywhere?")),
            ),
        ),
        Section(
            _("Pupils first"),
            asked=(
                talk(
                    "talk-pupils",
                    _("Which pupils would gain most if we learned something new, and what?"),
                    _("Say how you know."),
                ),
            ),
        ),
        Section(
            _("Who is left out"),
            asked=(
                talk(
                    "talk-left-out",
                    _("Who gets least out of our professional development, and why?"),
                    _("Think of support staff, part-timers and those who lead."),
                ),
            ),
        ),
        Section(
            _("Time and money"),
            asked=(
                talk("talk-stop", _("What should we stop doing to make time?")),
                Asked(
                    "talk-hours",
                    QuestionKind.SINGLE,
                    _("Is the time we set aside enough for what we plan?"),
                    (_("Enough"), _("Not quite"), _("Far too little"), _("I cannot tell")),
                ),
            ),
        ),
        Section(
            _("Other schools"),
            asked=(
                talk("talk-give", _("What could other schools learn from us?")),
                talk("talk-take", _("What would you like to see elsewhere?")),
            ),
        ),
        Section(
            _("Themes"),
            asked=(
                Asked(
                    "talk-themes",
                    QuestionKind.RANKING,
                    _("Which themes matter most in the year to come?"),
                    (
                        _("Pupils' needs"),
                        _("Subject knowledge"),
                        _("Workload and wellbeing"),
                        _("Support staff"),
                        _("Leadership"),
                        _("Working with other schools"),
                    ),
                    hint=_("The first three places are enough."),
                ),
            ),
        ),
    ),
)
