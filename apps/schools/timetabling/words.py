"""Reading the words of timetables: what a cell holds, and which period a heading means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from apps.schools.enums import PeriodUse

_USES = (
    (PeriodUse.PPA, r"\bppa\b|planning,? (prep|and assess)|preparation time"),
    (PeriodUse.INDUCTION, r"\b(ect|nqt)\b|induction|mentor meeting"),
    (PeriodUse.DUTY, r"\bduty\b|\bon call\b|\bcover\b|\bisolation\b|\bdetention\b|\bpatrol\b"),
    (
        PeriodUse.FREE,
        r"^(free|non[ -]?contact( time)?|nc|n/c|non|off|none|no class|available|f)$|^[-–.x]$",
    ),
    (PeriodUse.TEACHING, r"^(t|teaching|teach|lesson|class|taught|y|yes|1)$"),
)
_DAY = re.compile(r"(mon|tue|wed|thu|fri)(?:day|s|sday|nesday|rsday|rs|r)?", re.I)
_WEEK = re.compile(r"^(?:week|wk|w)?[\s_.-]*([ab12])$", re.I)
_PERIOD = re.compile(r"^(?:period|lesson|per|p|l)[\s_.-]*(?=\d)", re.I)
DAYS = ("mon", "tue", "wed", "thu", "fri")


def use_of(cell: str) -> str:
    """What a filled cell holds: a class, a room or a subject is teaching."""
    text = " ".join(cell.lower().split())
    if not text:
        return ""
    for use, pattern in _USES:
        if re.search(pattern, text):
            return use.value
    return PeriodUse.TEACHING.value


def day_of(text: str) -> int | None:
    """Monday is 0; also of 1 to 5."""
    found = _DAY.match(text.strip())
    if found:
        return DAYS.index(found[1].lower())
    return int(text) - 1 if text.strip() in ("1", "2", "3", "4", "5") else None


def week_of(text: str) -> int | None:
    found = _WEEK.match(text.strip())
    return {"a": 1, "1": 1, "b": 2, "2": 2}[found[1].lower()] if found else None


def plain(name: str) -> str:
    """So that "Period 3", "P3" and "3" are one."""
    return re.sub(r"[^a-z0-9]", "", _PERIOD.sub("", name.strip()).lower())


@dataclass(frozen=True, slots=True)
class Heading:
    """``week`` is None where the heading names none: it holds in every week."""

    weekday: int
    period: str
    week: int | None


def heading_of(text: str, periods: Iterable[str]) -> Heading | None:
    """The period that a column such as "A Mon 3", "MonB:P3" or "1Fri 2" means, if any."""
    found = _DAY.search(text)
    if found is None:
        return None
    before = re.sub(r"[^A-Za-z0-9 ]", " ", text[: found.start()]).strip()
    after = re.sub(r"[^A-Za-z0-9 ]", " ", text[found.end() :]).strip()
    names = {plain(name) for name in periods}
    week = week_of(before) if before else None
    if before and week is None:
        return None
    if plain(after) in names:
        return Heading(DAYS.index(found[1].lower()), plain(after), week)
    parts = re.match(r"^\(?(?:week\s*)?([ab12])\)?\s+(.+)$", after, re.I) or re.match(
        r"^([ab])(\d.*)$", after, re.I
    )
    if week is None and parts and plain(parts[2]) in names:
        return Heading(DAYS.index(found[1].lower()), plain(parts[2]), week_of(parts[1]))
    return None
