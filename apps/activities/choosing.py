"""The guided choice: five plain answers in, the kinds of activity in order of fit out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import Aim, Problem, Reach, Staff
from apps.activities.kinds.base import Choice, Kind

HOUR = 60
# A kind that takes a little longer than there is still suits somebody who can find a little more.
NEARLY = 1.25
MOST_POINTS = {"problem": 4, "staff": 4, "minutes": 3, "reach": 2, "aim": 2}


@dataclass(frozen=True, slots=True)
class Answers:
    """``minutes``: what there is for one person over the whole length. Empty: not answered."""

    problem: str = ""
    staff: str = ""
    minutes: int | None = None
    reach: str = ""
    aim: str = ""

    @property
    def given(self) -> int:
        return sum(1 for value in (*self.asked, self.minutes) if value)

    @property
    def asked(self) -> tuple[str, ...]:
        return (self.problem, self.staff, self.reach, self.aim)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer says of one kind, in words."""

    suits: bool
    words: str
    points: int


@dataclass(frozen=True, slots=True)
class Proposal:
    kind: Kind
    choice: Choice
    verdicts: tuple[Verdict, ...]

    @property
    def points(self) -> int:
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def suits(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.suits]

    @property
    def misses(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.suits]

    @property
    def fits_well(self) -> bool:
        """More speaks for it than against it."""
        return len(self.suits) > len(self.misses)

    @property
    def takes(self) -> str:
        return hours(self.choice.minutes)

    @property
    def fit_words(self) -> str:
        count, suiting = len(self.verdicts), len(self.suits)
        if suiting == count:
            return _("Fits all that you said")
        return ngettext(
            "Fits %(suiting)d of your %(count)d answer",
            "Fits %(suiting)d of your %(count)d answers",
            count,
        ) % {"suiting": suiting, "count": count}


def propose(answers: Answers, kinds: Iterable[Kind]) -> list[Proposal]:
    """The kinds that say whom they suit, best fit first; then what takes least, then by name."""
    found = [
        Proposal(kind, kind.choice, tuple(_verdicts(answers, kind.choice)))
        for kind in kinds
        if kind.choice is not None
    ]
    return sorted(found, key=lambda p: (-p.points, p.choice.minutes, p.kind.slug))


def others(kinds: Iterable[Kind]) -> list[Kind]:
    """Those of which the choice knows nothing."""
    return [kind for kind in kinds if kind.choice is None]


def _verdicts(answers: Answers, choice: Choice) -> list[Verdict]:
    found = [
        _one_of("problem", answers.problem, choice.problems, Problem),
        _one_of("staff", answers.staff, choice.staff, Staff),
        _time(answers.minutes, choice.minutes),
        _one_of("reach", answers.reach, choice.reach, Reach),
        _one_of("aim", answers.aim, choice.aims, Aim),
    ]
    return [verdict for verdict in found if verdict is not None]


def _one_of(question: str, answer: str, suited: Iterable[Any], values: Any) -> Verdict | None:
    if not answer:
        return None
    yes = answer in {value.value for value in suited}
    words = (_suits() if yes else _does_not_suit())[question, values(answer)]
    return Verdict(yes, words, MOST_POINTS[question] if yes else 0)


def _time(given: int | None, takes: int) -> Verdict | None:
    if given is None:
        return None
    said = {"takes": hours(takes), "given": hours(given)}
    if takes <= given:
        return Verdict(
            True,
            _("takes %(takes)s a person, and you have %(given)s") % said,
            MOST_POINTS["minutes"],
        )
    words = _("takes %(takes)s a person; you said %(given)s") % said
    return Verdict(False, words, 1 if takes <= given * NEARLY else 0)


def hours(minutes: int) -> str:
    """Such as "about 8 hours", and minutes where it is less than two hours."""
    if minutes < 2 * HOUR:
        return _("about %(count)d minutes") % {"count": minutes}
    whole = round(minutes / HOUR)
    return ngettext("about %(count)d hour", "about %(count)d hours", whole) % {"count": whole}


def _suits() -> dict[tuple[str, str], str]:
    return {
        ("problem", Problem.LEARNING): _("looks closely at how pupils learn one thing"),
        ("problem", Problem.TEACHING): _("works on a way of teaching or supporting"),
        ("problem", Problem.BEHAVIOUR): _("can work on behaviour and how pupils feel"),
        ("problem", Problem.INCLUSION): _("can look at pupils who are not well served"),
        ("problem", Problem.LEADING): _("works on how something is led or organised"),
        ("problem", Problem.KNOWLEDGE): _("brings in knowledge that you do not have yet"),
        ("staff", Staff.TEACHERS): _("suits teachers"),
        ("staff", Staff.ECTS): _("suits early career teachers"),
        ("staff", Staff.SUPPORT): _("suits support staff"),
        ("staff", Staff.LEADERS): _("suits leaders and those who want to lead"),
        ("staff", Staff.EVERYBODY): _("works with a whole staff or a large group"),
        ("reach", Reach.OWN): _("works within one school"),
        ("reach", Reach.NEAR): _("works with schools near by"),
        ("reach", Reach.FAR): _("works online or with schools further away"),
        ("aim", Aim.REFINE): _("helps you get better at what you do already"),
        ("aim", Aim.NEW): _("helps you find or learn something new"),
    }


def _does_not_suit() -> dict[tuple[str, str], str]:
    return {
        ("problem", Problem.LEARNING): _("does not look closely at how pupils learn one thing"),
        ("problem", Problem.TEACHING): _("is not about a way of teaching or supporting"),
        ("problem", Problem.BEHAVIOUR): _("is not made for behaviour and how pupils feel"),
        ("problem", Problem.INCLUSION): _("is not made for pupils who are not well served"),
        ("problem", Problem.LEADING): _("is not about how something is led or organised"),
        ("problem", Problem.KNOWLEDGE): _("brings in little that those taking part do not know"),
        ("staff", Staff.TEACHERS): _("is not made for teachers"),
        ("staff", Staff.ECTS): _("is not made for early career teachers"),
        ("staff", Staff.SUPPORT): _("is not made for support staff"),
        ("staff", Staff.LEADERS): _("is not made for leaders"),
        ("staff", Staff.EVERYBODY): _("works with few people at a time, not with a whole staff"),
        ("reach", Reach.OWN): _("needs people of more than one school"),
        ("reach", Reach.NEAR): _("stays within one school"),
        ("reach", Reach.FAR): _("needs people to be in one place"),
        ("aim", Aim.REFINE): _("is for something new more than for getting better"),
        ("aim", Aim.NEW): _("refines what you do already more than it brings something new"),
    }
