"""What the title of an event in a school's calendar says about the school's days."""

from __future__ import annotations

import re
from enum import Enum


class Says(Enum):
    TERM = "term"  # a stretch of teaching
    BEGINS = "begins"  # a single day: teaching begins
    ENDS = "ends"  # a single day: the last of teaching
    HALF_TERM = "half_term"
    HALF_TERM_BEGINS = "half_term_begins"
    HALF_TERM_ENDS = "half_term_ends"
    HOLIDAY = "holiday"
    INSET = "inset"
    CLOSURE = "closure"
    BANK_HOLIDAY = "bank_holiday"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b")


HALF = r"half[ -]?terms?"
SEASON = r"(?:autumn|winter|spring|summer|michaelmas|lent|trinity|hilary|christmas|easter)"
SCHOOL = r"(?:school|academy|college|term|pupils?|students?|children|everyone|all years?)"
TERM_NAME = rf"(?:{SEASON} )?term(?: (?:[1-6]|one|two|three|four|five|six))?"

INSET = _any(
    r"ins[eè]ts?(?: days?)?",
    r"in[ -]service(?: training)?",
    r"(?:staff|teachers?|teacher) (?:only|training|development)(?: days?)?",
    r"training days?",
    r"(?:professional development|p\.?d\.?|cpd|baker) days?",
    r"(?:non|no)[ -](?:pupils?|students?)(?: days?)?",
    r"(?:pupil|student)[ -]free days?",
    r"closed (?:to|for) (?:all )?(?:pupils|students|children)",
)
EVENING = _any("twilight", "evening", "after school", "governors?", "parents?")
BANK = _any(
    r"bank hols?",
    r"bank holidays?",
    "public holiday",
    "good friday",
    "easter monday",
    "christmas day",
    "boxing day",
    r"new year['’]?s day",
    r"(?:early )?may day",
)
HALF_TERM = _any(HALF, r"mid[ -]?term break", r"(?:october|february|may) (?:break|holidays?)")
HOLIDAY = _any(
    rf"{SEASON} (?:term )?(?:holidays?|break|vacation|closure)",
    r"school holidays?",
    r"end of year holidays?",
)
CLOSED = _any(
    r"school (?:is )?closed",
    "closed",
    r"occasional days?",
    r"discretionary days?",
    r"(?:polling|election|snow) day",
    "closure",
)
BEGIN = r"(?:starts?|begins?|beginning|commences?|opens?|re-?opens?|returns?|resumes?|back)"
END = r"(?:ends?|finish(?:es)?|closes?|breaks? ?up|concludes?)"
HALF_BEGINS = _any(rf"{HALF}(?: holidays?| break)? {BEGIN}", rf"(?:start|beginning) of {HALF}")
HALF_ENDS = _any(rf"{HALF} (?:holidays?|break) {END}")
BEGINS = _any(
    rf"(?:{TERM_NAME}|{SCHOOL})(?: \w+){{0,2}} {BEGIN}",
    rf"(?:start|beginning|first day) (?:back |of )+(?:the |new )*(?:{SEASON} )?"
    rf"(?:{TERM_NAME}|{SCHOOL})",
    rf"first day (?:back|of {TERM_NAME}|after .*)",
    rf"back to {SCHOOL}",
    r"(?:return|returns) to school",
)
ENDS = _any(
    rf"(?:{TERM_NAME}|{SCHOOL})(?: \w+){{0,2}} {END}",
    rf"(?:end|last day|final day) (?:of )+(?:the )?(?:{SEASON} )?"
    rf"(?:{HALF}|{TERM_NAME}|{SCHOOL})(?: [12])?",
    rf"last day (?:before|of) (?:.*{HALF}|{TERM_NAME})",
    r"breaks? up(?: for .*)?",
)
TERM = _any(
    rf"{SEASON} term",
    rf"{SEASON} (?:[12]|one|two)",
    r"term (?:[1-6]|one|two|three|four|five|six)",
    rf"{HALF} (?:[1-6]|one|two|three|four|five|six)",
    "term time",
)
# Beside one of these, a term is only when something else takes place.
ELSE = re.compile(
    r"\b(?:assembl\w+|service|mass|concert|play|production|fair|fayre|disco|party|lunch|menu|dinner"
    r"|reports?|newsletter|parents?|evening|meetings?|clubs?|fees|payment|deadline|photos?"
    r"|photographs?|uniform|trip|visit|exams?|assessments?|tests?|mocks?|sports|swimming|lessons?"
    r"|fixtures?|match|data|tour|open|coffee|performance|celebration|topic|curriculum|staff"
    r"|governors?|twilight|bookings?|homework|planner|enrichment)\b"
)
# What a title is when it says nothing of a first or last day: the first that fits.
PLAIN = (
    (HALF_TERM, Says.HALF_TERM),
    (HOLIDAY, Says.HOLIDAY),
    (CLOSED, Says.CLOSURE),
    (TERM, Says.TERM),
)


def said_in(title: str) -> set[Says]:
    """Everything it says; an INSET day may be the first day of term, too. Empty: nothing."""
    text = " ".join(
        re.sub(r"[–—:|/,()\[\].!-]+(?=\s|$)|(?<=\s)[–—:|/,()\[\].!]+", " ", title).split()
    )
    text = re.sub(r"\b20\d\d(?: ?/ ?(?:20)?\d\d)?\b", "", text.lower().replace("’", "'"))
    text = " ".join(text.split())
    found = set()
    if INSET.search(text) and not EVENING.search(text):
        found.add(Says.INSET)
    found |= _about_terms(text, inset=bool(found))
    return found


def _about_terms(text: str, *, inset: bool) -> set[Says]:
    other = bool(ELSE.search(text))
    edge = _edge(text)
    if edge and (inset or not other):
        return {edge}
    if inset or (other and not BANK.search(text)):
        return set()
    if re.search(rf"{HALF} [1-6]", text):
        return {Says.TERM}
    if BANK.search(text) and not HALF_TERM.search(text):
        return {Says.BANK_HOLIDAY}
    return next(({says} for pattern, says in PLAIN if pattern.search(text)), set())


def _edge(text: str) -> Says | None:
    """The first or last day of something."""
    if HALF_ENDS.search(text):
        return Says.HALF_TERM_ENDS
    if re.search(rf"after (?:.* )?(?:{HALF}|holidays?|break)", text) and re.search(
        rf"\b{BEGIN}\b|first day", text
    ):
        return Says.BEGINS
    if ENDS.search(text):
        return Says.ENDS
    if HALF_BEGINS.search(text):
        return Says.HALF_TERM_BEGINS
    return Says.BEGINS if BEGINS.search(text) else None
