"""What an audit ready to use consists of, and what most of them end with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.schools.enums import Role

Text = str | Promise
TEACHING: tuple[str, ...] = (Role.TEACHER,)
SUPPORTING: tuple[str, ...] = (Role.SUPPORT,)
EVERYBODY: tuple[str, ...] = ()
BOTH: tuple[str, ...] = (Role.TEACHER, Role.SUPPORT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question other than a grid; a grid is one topic's slug.

    ``code`` names it for ever: the same code is the same question in the bank, so other words
    need another code.
    """

    code: str
    kind: QuestionKind
    text: Text
    choices: tuple[Text, ...] = ()
    hint: Text = ""
    steps: int | None = None
    low: Text = ""
    high: Text = ""


@dataclass(frozen=True, slots=True)
class Section:
    """``roles`` are roles or job roles, any of which is asked."""

    title: Text
    topics: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    roles: tuple[str, ...] = EVERYBODY


@dataclass(frozen=True, slots=True)
class Template:
    """``roles``, ``job_roles`` and ``career_stages`` are whom it usually asks."""

    slug: str
    name: Text
    summary: Text
    title: Text
    introduction: Text
    roles: tuple[str, ...]
    sections: tuple[Section, ...]
    job_roles: tuple[str, ...] = ()
    career_stages: tuple[str, ...] = ()

    @property
    def topics(self) -> list[str]:
        return [slug for section in self.sections for slug in section.topics]

    @property
    def titles(self) -> list[str]:
        return [str(section.title) for section in self.sections]

    @property
    def kinds(self) -> list[QuestionKind]:
        """The kind of each question, for an estimate of the time."""
        asked = [q.kind for section in self.sections for q in section.asked]
        return [QuestionKind.GRID] * len(self.topics) + asked


def agree(code: str, text: Text) -> Asked:
    """A statement to agree with or not, in five steps."""
    return Asked(
        code,
        QuestionKind.SCALE,
        text,
        steps=5,
        low=_("Not true here"),
        high=_("Entirely true here"),
    )


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


def wording(asked: Asked) -> dict[str, Any]:
    """Fields of a question."""
    return {
        "kind": asked.kind,
        "text": str(asked.text),
        "hint": str(asked.hint),
        "choices": [str(choice) for choice in asked.choices],
        "steps": asked.steps,
        "low": str(asked.low),
        "high": str(asked.high),
    }
