"""How one cell answers one question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.audits.enums import QuestionKind
from apps.audits.models import Audit, Question
from apps.audits.wording import SCALES
from apps.schools.enums import STAFF_ROLES, CareerStage, JobRole, Phase

LONGEST = {QuestionKind.SHORT_TEXT: 300, QuestionKind.LONG_TEXT: 2000}
LONGEST_NAME = 120
MOST_NEED, MOST_WRITTEN = 16, 4
NOT_MINE = ("not my role", "not applicable to my role")
_WHOLE = re.compile(r"\+?([0-9]{1,6})(?:[.,]0+)?")
_PAIR = re.compile(r"([1-4])\s*/\s*([1-4])")


class UnreadableCell(Exception):
    """What a cell holds makes no answer, and what would."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell adds to an answer, or to who answered (``standing``)."""

    confidence: int | None = None
    priority: int | None = None
    number: int | None = None
    not_my_role: bool = False
    chosen: tuple[str, ...] = ()
    text: str = ""
    standing: str = ""

    def __add__(self, other: Cell) -> Cell:
        """Both halves of one question."""
        mine = self.not_my_role or other.not_my_role
        return replace(
            self,
            confidence=None if mine else self.confidence or other.confidence,
            priority=None if mine else self.priority or other.priority,
            not_my_role=mine,
        )


def plain(text: str) -> str:
    """A whole number without its decimals ("3.0" is "3"); anything else as it is."""
    found = _WHOLE.fullmatch(text.strip())
    return str(int(found[1])) if found else text.strip()


def reader_of(question: Question | None, part: str, audit: Audit) -> Callable[[str], Cell]:
    """The function that reads cells for ``part`` of ``question``, or for who answered."""
    if question is None:
        return _standing(part)
    if question.kind == QuestionKind.GRID:
        return _grid(part)
    if question.kind == QuestionKind.SCALE:
        return _scale(question)
    if question.kind in LONGEST:
        return _text(LONGEST[QuestionKind(question.kind)])
    if question.kind == QuestionKind.OFFER:
        topics = [q.topic for q in audit.asked_questions if q.topic is not None]
        options = {topic.name: topic.slug for topic in topics}
        options |= {topic.slug: topic.slug for topic in topics}
        return _options(options, several=True)
    return _options(
        {choice: choice for choice in question.choices},
        several=question.kind != QuestionKind.SINGLE,
    )


def as_written(cell: Cell, part: str) -> Cell:
    """A need as the file has it is 1 to 4: a larger number is more likely a code for "no answer",
    and counts only where the map says that it does."""
    if part in ("need", "both") and cell.number is not None and cell.number > MOST_WRITTEN:
        words = {"least": 1, "most": MOST_WRITTEN}
        raise UnreadableCell(_("It must be a whole number from %(least)d to %(most)d.") % words)
    return cell


def _grid(part: str) -> Callable[[str], Cell]:
    def need(text: str) -> Cell:
        pair = _PAIR.fullmatch(text.strip())
        if pair and part == "both":
            return Cell(confidence=int(pair[1]), priority=int(pair[2]))
        return Cell(number=_number(text, 1, MOST_NEED))

    def half(text: str) -> Cell:
        words = {str(word).casefold(): value for value, word in SCALES[part]}
        value = words.get(text.strip().casefold()) or _number(text, 1, 4)
        return Cell(confidence=value) if part == "confidence" else Cell(priority=value)

    def read(text: str) -> Cell:
        if text.strip().casefold() in NOT_MINE:
            return Cell(not_my_role=True)
        return half(text) if part in SCALES else need(text)

    return read


def _scale(question: Question) -> Callable[[str], Cell]:
    most = question.steps or 5
    ends = {question.low.casefold(): 1, question.high.casefold(): most}

    def read(text: str) -> Cell:
        return Cell(number=ends.get(text.strip().casefold()) or _number(text, 1, most))

    return read


def _number(text: str, least: int, most: int) -> int:
    found = _WHOLE.fullmatch(text.strip())
    value = int(found[1]) if found else 0
    if not least <= value <= most:
        words = {"least": least, "most": most}
        raise UnreadableCell(_("It must be a whole number from %(least)d to %(most)d.") % words)
    return value


def _text(most: int) -> Callable[[str], Cell]:
    def read(text: str) -> Cell:
        if len(text) > most:
            raise UnreadableCell(_("It is longer than %d characters.") % most)
        return Cell(text=text)

    return read


def _options(options: Mapping[str, str], *, several: bool) -> Callable[[str], Cell]:
    known = {label.casefold(): value for label, value in options.items()}
    longest_first = sorted(known, key=len, reverse=True)

    def read(text: str) -> Cell:
        if text.strip().casefold() in known:
            return Cell(chosen=(known[text.strip().casefold()],))
        if not several:
            raise UnreadableCell(_("It is none of the answers of this question."))
        return Cell(chosen=tuple(dict.fromkeys(known[part] for part in parts(text))))

    def parts(text: str) -> Iterable[str]:
        """Options one after the other, with commas or semicolons between them (and in them)."""
        rest = text.strip().casefold()
        while rest:
            found = next((o for o in longest_first if _begins(rest, o)), None)
            if found is None:
                raise UnreadableCell(_("It is none of the answers of this question."))
            yield found
            rest = rest[len(found) :].strip(" ,;\n")

    return read


def _begins(text: str, option: str) -> bool:
    return text.startswith(option) and text[len(option) :].lstrip()[:1] in ("", ",", ";")


CHOICES: dict[str, Any] = {
    "role": [(role.value, role.label) for role in STAFF_ROLES],
    "phase": Phase.choices,
    "career_stage": CareerStage.choices,
    "job_role": JobRole.choices,
}


def _standing(name: str) -> Callable[[str], Cell]:
    if name == "department":
        return _department
    pairs = CHOICES[name]
    known = {str(word).casefold(): str(value) for value, label in pairs for word in (value, label)}

    def read(text: str) -> Cell:
        value = known.get(text.strip().casefold())
        if value is None:
            names = ", ".join(str(label) for _value, label in pairs)
            raise UnreadableCell(_("It is none of: %s.") % names)
        return Cell(standing=value)

    return read


def _department(text: str) -> Cell:
    if len(text) > LONGEST_NAME:
        raise UnreadableCell(_("It is longer than %d characters.") % LONGEST_NAME)
    return Cell(standing=text.strip())
