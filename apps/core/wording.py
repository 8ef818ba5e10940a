"""Text that should not be stored as it is: pupils' names, contact details, grades.

It warns and never refuses: the writer knows better than a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from apps.core import clock

WORDS = Path(__file__).parent / "words"


def _words(name: str) -> frozenset[str]:
    return frozenset((WORDS / f"{name}.txt").read_text(encoding="utf-8").split())


UPN = re.compile(r"\b[A-Z]\d{11}[0-9A-Z]\b")
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b")
PHONE = re.compile(r"(?<!\d)(?:\+44\s?|0)(?:\d[\s-]?){9,10}(?!\d)")
BIRTH = re.compile(r"\b(?:dob|born|date of birth)\b\D{0,12}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", re.I)
# The lookahead lets names overlap: "Then Ann Lee" holds "Then Ann" and "Ann Lee".
FULL_NAME = re.compile(
    r"\b(?=([A-Z][a-z'’]+)[ \t]+((?:O['’]|Mc|Mac)?[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?)\b)"
)
PUPIL = r"\b(?i:pupil|child|student|boy|girl)s?"
INITIALS = re.compile(PUPIL + r"\s+((?:[A-Z]\.\s?){2})")
PLAIN_INITIALS = re.compile(r"\b(?i:pupil|child|student|boy|girl)\s+([A-Z]{2})\b")
NO_INITIALS = {"PE", "RE", "IT", "TA", "PP", "ID", "OK", "EY", "KS"}
OF_A_YEAR = re.compile(
    r"\b(?:Y|Yr|Year)\s?\d{1,2},?\s+(?:(?i:pupil|child|student|boy|girl)\s+)?"
    r"([A-Z][a-z]{2,}\s[A-Z])\b(?![a-z])"
)
ULN = re.compile(r"\bULN\D{0,5}\d{10}\b|(?<![\d.])[1-9]\d{9}(?!\d)")
DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](20\d\d)\b")
PUPILS_AGES = (2, 19)
CALLED = re.compile(PUPIL + r",?\s+(?:called\s+|named\s+)?([A-Z][a-z]{2,})\b")
WORD = re.compile(r"\b[A-Z][a-z]{2,}\b")
GRADE = re.compile(
    r"\b(?:grade[ds]?\s*[:=]?\s*[1-5]\b|requires improvement|outstanding (?:lesson|teach\w+)"
    r"|[0-9]{1,2}\s?/\s?(?:5|10)\b|inadequate (?:lesson|teach\w+))",
    re.I,
)

# Capitalised words of school life: beside one of these, a capital does not make a name.
ORDINARY = _words("ordinary")

# First names common among pupils in England; alone they are enough for a warning.
FIRST_NAMES = _words("first_names")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something found in a text: what it looks like, and the words in question."""

    what: str
    words: tuple[str, ...]


def doubts(text: str, known: Iterable[str] = (), *, grades_fit: bool = False) -> list[Doubt]:
    """What in ``text`` looks like a pupil, an identifier or a grade; empty when nothing does.

    ``known`` are names that may stand there: adults who take part, schools.
    """
    fine = {word.lower() for name in known for word in re.findall(r"[\w'’-]+", name)}
    found = [
        Doubt(_("a name"), _unique(_names(text, fine))),
        Doubt(_("an e-mail address"), _unique(EMAIL.findall(text))),
        Doubt(_("a telephone number"), _unique(m.strip() for m in PHONE.findall(text))),
        Doubt(_("a pupil number"), _unique([*UPN.findall(text), *ULN.findall(text)])),
        Doubt(_("a date of birth"), _unique([*BIRTH.findall(text), *_births(text)])),
        Doubt(_("a grade or a mark"), _unique(() if grades_fit else GRADE.findall(text))),
    ]
    return [doubt for doubt in found if doubt.words]


def _names(text: str, fine: set[str]) -> Iterable[str]:
    for name in OF_A_YEAR.findall(text):
        if name.split()[0].lower() not in ORDINARY | fine:
            yield name
    for first, last in FULL_NAME.findall(text):
        if not {first.lower(), last.lower()} & (ORDINARY | fine):
            yield f"{first} {last}"
    for word in WORD.findall(text):
        if word.lower() in FIRST_NAMES and word.lower() not in fine:
            yield word
    for word in CALLED.findall(text):
        if word.lower() not in ORDINARY | fine:
            yield word
    yield from (initials.strip() for initials in INITIALS.findall(text))
    yield from (two for two in PLAIN_INITIALS.findall(text) if two not in NO_INITIALS)


def _births(text: str) -> Iterable[str]:
    """Days on which somebody of a pupil's age was born."""
    youngest, oldest = (clock.today().year - age for age in PUPILS_AGES)
    for match in DATE.finditer(text):
        if oldest <= int(match.group(1)) <= youngest and not BIRTH.search(text):
            yield match.group()


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    """Each once; a first name that is part of a full name found before it says nothing new."""
    kept: list[str] = []
    for word in words:
        if not any(word in other.split() or word == other for other in kept):
            kept.append(word)
    return tuple(kept[:6])
