"""How working together with other schools feels to those who do it: a pulse for an alliance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.templates_data.base import BOTH, Asked, Section, Template, agree

PARTNERSHIP = Template(
    slug="partnership",
    name=_("Partnership pulse"),
    summary=_(
        "Three minutes each half-term or term: energy, trust, communication, and what people gain "
        "from the other schools. An alliance's page on how the partnership works shows the result."
    ),
    title=_("How is working together going?"),
    introduction=_(
        "About working with the other schools of the alliance, whatever you do with them. Say how "
        "it is, not how it should be; leave out what you cannot judge."
    ),
    roles=BOTH,
    sections=(
        Section(
            _("Energy and enthusiasm"),
            asked=(
                agree("partner-energy", _("Working with other schools gives me more energy than "
                                          "it takes.")),
                agree("partner-worth", _("I should like to go on with it next term.")),
            ),
        ),
        Section(
            _("Trust"),
            asked=(
                agree("partner-safe", _("I can tell people from other schools what I find hard.")),
                agree("partner-kept", _("The schools keep what they promise each other.")),
            ),
        ),
        Section(
            _("Communication"),
            asked=(
                agree("partner-told", _("I hear in time what is planned and what was decided.")),
                agree("partner-heard", _("What people in my role say changes what we do.")),
            ),
        ),
        Section(
            _("Leaders and fairness"),
            asked=(
                agree("partner-leaders", _("Our leaders take part in it themselves.")),
                agree("partner-fair", _("Everybody here can take part, whatever their role or "
                                        "hours.")),
            ),
        ),
        Section(
            _("What we know (human capital)"),
            asked=(
                agree("partner-learned", _("I use something in my work that I learned from another "
                                           "school.")),
            ),
        ),
        Section(
            _("Whom we know (social capital)"),
            asked=(
                agree("partner-ask", _("There is somebody at another school whom I would ask for "
                                       "help.")),
            ),
        ),
        Section(
            _("How we decide (decisional capital)"),
            asked=(
                agree("partner-judge", _("Seeing other schools helps me judge better what my "
                                         "pupils need.")),
            ),
        ),
        Section(
            _("In your own words"),
            asked=(
                Asked(
                    "partner-change",
                    QuestionKind.SHORT_TEXT,
                    _("What one thing should we change in how we work together?"),
                    hint=_("A few words are enough. Please do not name anybody."),
                ),
            ),
        ),
    ),
)  # fmt: skip
