"""Audits ready to use, as data. A section may be for teachers or for support staff only.

Access needs are not asked: they go to the organiser of one activity, by the person's choice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.schools.enums import Role

Text = str | Promise
TEACHING = (Role.TEACHER,)
SUPPORTING = (Role.SUPPORT,)
EVERYBODY: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question other than a grid; a grid is one topic's slug."""

    code: str
    kind: QuestionKind
    text: Text
    choices: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    topics: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    roles: tuple[Role, ...] = EVERYBODY


@dataclass(frozen=True, slots=True)
class Template:
    slug: str
    name: Text
    summary: Text
    title: Text
    introduction: Text
    roles: tuple[Role, ...]
    sections: tuple[Section, ...]

    @property
    def topics(self) -> list[str]:
        return [slug for section in self.sections for slug in section.topics]

    @property
    def titles(self) -> list[str]:
        """Of the sections with topics."""
        return [str(section.title) for section in self.sections if section.topics]


FORMATS = Asked(
    "formats",
    QuestionKind.CHOICE,
    _("How do you learn best at work? Choose any that apply."),
    (
        _("Watching a colleague at work"),
        _("Being observed and talking it through"),
        _("A small group over a term or longer"),
        _("Coaching, one to one"),
        _("Visiting another school"),
        _("A course or a workshop"),
        _("Reading or watching on my own"),
    ),
)
TIMES = Asked(
    "times",
    QuestionKind.CHOICE,
    _("When could you take part? Choose any that apply."),
    (
        _("INSET days"),
        _("During the school day, with release"),
        _("Straight after school"),
        _("Early in the evening, online"),
        _("Only within my paid hours"),
    ),
)
BARRIERS = Asked(
    "barriers",
    QuestionKind.CHOICE,
    _("What gets in the way? Choose any that apply."),
    (
        _("No time in the working day"),
        _("No cover"),
        _("Meetings fall outside my paid hours"),
        _("Caring responsibilities or travel"),
        _("Nobody asks people in my role"),
        _("What is offered does not fit my work"),
        _("It is not followed up afterwards"),
    ),
)
OFFERS = Asked(
    "offers", QuestionKind.OFFER, _("Where could you help a colleague, here or in another school?")
)
COMMENT = Asked(
    "comment",
    QuestionKind.LONG_TEXT,
    _("What one thing would help you most this year? Please do not name pupils or colleagues."),
)
CLOSING_SECTIONS = (
    Section(_("How and when"), asked=(FORMATS, TIMES, BARRIERS)),
    Section(_("In your own words"), asked=(OFFERS, COMMENT)),
)

WHOLE_STAFF = Template(
    slug="whole-staff",
    name=_("Whole-staff needs"),
    summary=_(
        "Teaching and support staff answer together; each sees the sections for their own role."
    ),
    title=_("What do we need to learn this year?"),
    introduction=_(
        "We want our plan for professional development to start from what you need. Your answers "
        "decide what we do together, what we ask our partner schools for, and what we stop doing."
    ),
    roles=(Role.TEACHER, Role.SUPPORT),
    sections=(
        Section(
            _("Teaching"),
            (
                "high-expectations",
                "explaining-modelling",
                "questioning-checking",
                "adaptive-teaching",
                "feedback-assessment",
            ),
            roles=TEACHING,
        ),
        Section(
            _("Curriculum"),
            (
                "subject-knowledge",
                "curriculum-sequencing",
                "reading-vocabulary",
                "writing-talk",
                "transition",
            ),
            roles=TEACHING,
        ),
        Section(
            _("Your role"),
            (
                "supporting-learning",
                "interventions",
                "personal-care",
                "families-visitors",
                "systems-records",
                "site-safety",
            ),
            roles=SUPPORTING,
        ),
        Section(
            _("Pupils with SEND"),
            ("speech-language", "autism", "attention-memory", "working-with-tas"),
        ),
        Section(
            _("Behaviour and inclusion"),
            (
                "challenging-behaviour",
                "wellbeing-attendance",
                "anti-racism",
                "eal",
                "disadvantage",
            ),
        ),
        Section(
            _("Technology and leading others"),
            ("technology-learning", "artificial-intelligence", "coaching-mentoring"),
        ),
        *CLOSING_SECTIONS,
    ),
)

SUPPORT_STAFF = Template(
    slug="support-staff",
    name=_("Support staff needs"),
    summary=_(
        "For teaching assistants, administration, pastoral, technical, site and catering staff."
    ),
    title=_("What would help you in your job?"),
    introduction=_(
        "Everybody who works here should have the chance to learn. Tell us what would help you. "
        "Please answer in your paid time."
    ),
    roles=(Role.SUPPORT,),
    sections=(
        Section(
            _("Your role"),
            (
                "supporting-learning",
                "interventions",
                "personal-care",
                "families-visitors",
                "systems-records",
                "site-safety",
            ),
        ),
        Section(
            _("Pupils with SEND"),
            (
                "speech-language",
                "autism",
                "literacy-difficulties",
                "attention-memory",
                "working-with-tas",
            ),
        ),
        Section(
            _("Behaviour and inclusion"),
            (
                "routines-climate",
                "challenging-behaviour",
                "wellbeing-attendance",
                "anti-racism",
                "eal",
                "equality-identity",
            ),
        ),
        Section(
            _("Skills for work"),
            (
                "reading-vocabulary",
                "number-reasoning",
                "technology-learning",
                "artificial-intelligence",
                "leading-team",
            ),
        ),
        *CLOSING_SECTIONS,
    ),
)

TEMPLATES: dict[str, Template] = {t.slug: t for t in (WHOLE_STAFF, SUPPORT_STAFF)}
