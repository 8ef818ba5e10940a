"""From what happens in a school's calendar to the term dates that are kept.

Terms come as stretches, or as single days on which they begin and end; two halves of a term with
a half-term between them become one. Holidays follow from the terms and are not kept, nor are bank
holidays, which are known. Whatever is not understood stays in sight, for somebody to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.schools.calendars import is_working_day
from apps.schools.enums import TermDateKind as Kind
from apps.schools.ics.reading import Happening
from apps.schools.ics.words import Says, said_in

LEFT_OUT = ""
SHORTEST_TERM = timedelta(days=14)
LONGEST_HALF_TERM = timedelta(days=16)
LONGEST_TERM = timedelta(days=150)
HALF_TERM_MONTHS = (2, 5, 6, 10, 11)  # so that Christmas and Easter keep terms apart
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the preview: a date to keep, or one left out with the reason (``why``)."""

    uid: str
    title: str
    first: date
    last: date
    kind: str
    why: str = ""

    def as_json(self) -> list[str]:
        days = [self.first.isoformat(), self.last.isoformat()]
        return [self.uid, self.title, *days, self.kind, self.why]


def planned_from(row: list[str]) -> Planned:
    uid, title, first, last, kind, why = row
    return Planned(uid, title, date.fromisoformat(first), date.fromisoformat(last), kind, why)


@dataclass(frozen=True, slots=True)
class Plan:
    """``known`` was understood, ``others`` was not."""

    known: list[Planned]
    others: list[Planned]


def plan(happenings: Iterable[Happening]) -> Plan:
    said = [(happening, said_in(happening.title)) for happening in happenings]
    spans = _spans(said)
    terms = _terms(spans, _edges(said))
    breaks = spans[Says.HALF_TERM] + _half_terms(said)
    terms = _merged(terms, [*breaks, *spans[Says.HOLIDAY]])
    known = [
        *terms,
        *(_break(one, terms) for one in [*breaks, *spans[Says.HOLIDAY]]),
        *(replace(one, kind=Kind.INSET) for one in spans[Says.INSET]),
        *(_closure(one) for one in spans[Says.CLOSURE]),
        *(_bank_holiday(one) for one in spans[Says.BANK_HOLIDAY]),
    ]
    understood = {one.uid for rows in spans.values() for one in rows}
    understood |= {h.uid for h, says in said if _is_edge(says)}
    others = [_line(h) for h, _says in said if h.uid not in understood]
    return Plan(sorted(_once(known), key=_order), sorted(others, key=_order))


def _order(one: Planned) -> tuple[date, str, str]:
    return one.first, one.kind, one.title


def _line(happening: Happening, kind: str = LEFT_OUT) -> Planned:
    return Planned(happening.uid, happening.title, happening.first, happening.last, kind)


def _is_edge(says: set[Says]) -> bool:
    edges = {Says.BEGINS, Says.ENDS, Says.HALF_TERM_BEGINS, Says.HALF_TERM_ENDS}
    return bool(says & edges)


def _spans(said: list[tuple[Happening, set[Says]]]) -> dict[Says, list[Planned]]:
    """What takes days whole, by what it is; a long half-term is a half of the teaching."""
    found: dict[Says, list[Planned]] = {says: [] for says in Says}
    for happening, says in said:
        length = happening.last - happening.first
        for one in says if happening.whole else ():
            if one == Says.HALF_TERM and length > LONGEST_HALF_TERM:
                found[Says.TERM].append(_line(happening))
            elif one != Says.TERM or SHORTEST_TERM <= length <= LONGEST_TERM:
                found[one].append(_line(happening))
    return found


def _edges(said: list[tuple[Happening, set[Says]]]) -> list[tuple[date, Says, Happening]]:
    found = [
        (happening.first if says != {Says.ENDS} else happening.last, one, happening)
        for happening, says in said
        for one in says
        if one in (Says.BEGINS, Says.ENDS)
    ]
    return sorted(found, key=lambda edge: (edge[0], edge[1] == Says.ENDS))


def _terms(spans: dict[Says, list[Planned]], edges: list[Any]) -> list[Planned]:
    """The longest stretches, and where there is none the days from a beginning to an end."""
    terms: list[Planned] = []
    for one in sorted(spans[Says.TERM], key=lambda one: one.first - one.last):
        if not any(t.first <= one.first and one.last <= t.last for t in terms):
            terms.append(replace(one, kind=Kind.TERM))
    begun: tuple[date, Happening] | None = None
    for day, says, happening in edges:
        if says == Says.BEGINS:
            begun = begun or (day, happening)
        elif begun is not None:
            first, opening = begun
            begun = None
            outside = not any(t.first <= day and first <= t.last for t in terms)
            if outside and first < day <= first + LONGEST_TERM:
                title = f"{opening.title} – {happening.title}"[:200]
                terms.append(Planned(opening.uid, title, first, day, Kind.TERM))
    return sorted(terms, key=_order)


def _half_terms(said: list[tuple[Happening, set[Says]]]) -> list[Planned]:
    """From the day a half-term begins to that on which it ends."""
    found, begun = [], None
    for happening, says in sorted(said, key=lambda pair: pair[0].first):
        if Says.HALF_TERM_BEGINS in says:
            begun = happening
        elif Says.HALF_TERM_ENDS in says and begun is not None:
            if happening.last - begun.first <= LONGEST_HALF_TERM:
                found.append(replace(_line(begun), last=happening.last))
            begun = None
    return found


def _merged(terms: list[Planned], breaks: list[Planned]) -> list[Planned]:
    """Two stretches that only a half-term and weekends keep apart are one term."""
    found: list[Planned] = []
    for term in sorted(terms, key=_order):
        if found and _only_a_break(found[-1].last + DAY, term.first - DAY, breaks):
            before = found[-1]
            title = before.title if before.title == term.title else f"{before.title}, {term.title}"
            found[-1] = replace(before, last=max(before.last, term.last), title=title[:200])
        else:
            found.append(term)
    return found


def _only_a_break(first: date, last: date, breaks: list[Planned]) -> bool:
    """Whether from ``first`` to ``last`` there is a half-term, and else no day of school."""
    length = last - first
    if first.month not in HALF_TERM_MONTHS or not 0 * DAY <= length <= LONGEST_HALF_TERM + 4 * DAY:
        return False
    days = [first + n * DAY for n in range((last - first).days + 1)]
    free = [b for b in breaks if b.first <= last and first <= b.last and _is_short(b)]
    return bool(free) and all(
        not is_working_day(day) or any(b.first <= day <= b.last for b in free) for day in days
    )


def _is_short(one: Planned) -> bool:
    return one.last - one.first <= LONGEST_HALF_TERM


def _break(one: Planned, terms: list[Planned]) -> Planned:
    """A half-term lies in a term; what lies between terms is closed without being kept."""
    inside = any(t.first <= one.first and one.last <= t.last for t in terms)
    if inside and _is_short(one):
        return replace(one, kind=Kind.HALF_TERM)
    if terms:
        return replace(one, why=_("Between terms: it follows from them."))
    return replace(one, kind=Kind.CLOSURE, why=_("No term is in the file that it lies between."))


def _closure(one: Planned) -> Planned:
    if not any(is_working_day(day) for day in _days(one)):
        return replace(one, why=_("Nobody is in on these days anyway."))
    return replace(one, kind=Kind.CLOSURE)


def _bank_holiday(one: Planned) -> Planned:
    if any(is_working_day(day) for day in _days(one)):
        return replace(one, kind=Kind.CLOSURE, why=_("Not a bank holiday that is known here."))
    return replace(one, why=_("Bank holidays are known already."))


def _days(one: Planned) -> Iterable[date]:
    return (one.first + n * DAY for n in range((one.last - one.first).days + 1))


def _once(known: list[Planned]) -> Iterable[Planned]:
    """One line for each kind and first day: two calendars in one file say many things twice."""
    found: dict[tuple[str, date, str], Planned] = {}
    for one in known:
        key = (one.kind, one.first, "" if one.kind else one.uid)
        if key not in found or found[key].last < one.last:
            found[key] = one
    return found.values()
