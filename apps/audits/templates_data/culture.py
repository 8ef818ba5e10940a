"""How a school develops its staff, judged by its leaders in seven areas.

The areas are those of the Teacher Development Trust's audit; the statements are our own.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.templates_data.base import TEACHING, Asked, Section, Template, agree
from apps.schools.enums import JobRole

CULTURE = Template(
    slug="culture",
    name=_("Leaders' self-evaluation of CPD culture"),
    summary=_(
        "Leaders judge how the school develops its staff, in seven areas. Ask all staff as well, "
        "and the results set leaders' view beside everybody else's."
    ),
    title=_("How well do we develop our staff?"),
    introduction=_(
        "Say what is true here today, not what we intend. Where you do not know, leave it out: "
        "that tells us something too."
    ),
    roles=TEACHING,
    job_roles=(JobRole.SENIOR_LEADER, JobRole.MIDDLE_LEADER),
    sections=(
        Section(
            _("Culture and wellbeing"),
            asked=(
                agree("culture-safe", _("Staff can say what they find hard without being judged.")),
                agree("culture-load", _("Taking part in development does not add to workload.")),
                agree("culture-all", _("Everybody is helped to learn, support staff included.")),
            ),
        ),
        Section(
            _("Focus"),
            asked=(
                agree("focus-few", _("We work on a few priorities and stay with them.")),
                agree("focus-pupils", _("Each activity says what should change for pupils.")),
                agree("focus-balance", _("School, team and personal priorities are in balance.")),
            ),
        ),
        Section(
            _("Needs analysis and evaluation"),
            asked=(
                agree("needs-asked", _("We find out what staff need before we plan.")),
                agree("needs-pupils", _("We know which pupils' difficulties we want to mend.")),
                agree("needs-later", _("Months later we check what has changed in classrooms.")),
            ),
        ),
        Section(
            _("Internal support and challenge"),
            asked=(
                agree("support-seen", _("Colleagues see each other at work and talk about it.")),
                agree("support-again", _("People get precise feedback and time to try again.")),
                agree("support-coaches", _("Coaches and mentors are trained and have the time.")),
            ),
        ),
        Section(
            _("Expert knowledge"),
            asked=(
                agree("expert-outside", _("We bring in expertise that we do not have ourselves.")),
                agree("expert-followed", _("What people learn elsewhere is followed up here.")),
                agree("expert-subject", _("Staff deepen their knowledge of what they teach.")),
            ),
        ),
        Section(
            _("Processes"),
            asked=(
                agree("process-time", _("Time for development is in the calendar and protected.")),
                agree("process-paid", _("Support staff can take part within their paid hours.")),
                agree("process-clear", _("It is clear who plans, who pays and who follows up.")),
            ),
        ),
        Section(
            _("Research"),
            asked=(
                agree("research-before", _("We look at the evidence before we adopt a practice.")),
                agree(
                    "research-try", _("Staff try ideas out in their work and share the results.")
                ),
                agree("research-stop", _("We stop doing what turns out not to work.")),
            ),
        ),
        Section(
            _("Where to begin"),
            asked=(
                Asked(
                    "culture-first",
                    QuestionKind.RANKING,
                    _("Which areas should we work on first?"),
                    (
                        _("Culture and wellbeing"),
                        _("Focus"),
                        _("Needs analysis and evaluation"),
                        _("Internal support and challenge"),
                        _("Expert knowledge"),
                        _("Processes"),
                        _("Research"),
                    ),
                    hint=_("The first three places are enough."),
                ),
                Asked(
                    "culture-evidence",
                    QuestionKind.LONG_TEXT,
                    _("What have you seen that makes you say so? Please do not name anybody."),
                ),
            ),
        ),
    ),
)
