"""When each placed person is out: enough half-days free for both, and never more people of one
school out on one day than it can release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.matching.placements.candidates import Pairs
from apps.matching.placements.problem import Problem


@dataclass(frozen=True, slots=True)
class Want:
    """``common``: the half-days free for the person and the host."""

    half_days: int
    common: frozenset[int]


def want_of(problem: Problem, pairs: Pairs, pair: int) -> Want:
    applicant = problem.applicants[int(pairs.applicant[pair])]
    host = problem.hosts[int(pairs.host[pair])]
    return Want(applicant.half_days, applicant.free & host.free)


Plan = list[tuple[int, ...]]  # the half-days of each, in the order of the wants


def plan(wants: Sequence[Want], cap: int) -> Plan | None:
    """The half-days of each, or None when none was found with whole days first, then with single
    half-days added. Whole days are found whenever they suffice (augmenting paths); the rest is a
    good try, so None is no proof."""
    days = [days_of(want) for want in wants]
    taken = _wholedays_of(wants, days, cap)
    if taken is None:
        taken = _with_halves(wants, days, cap)
    if taken is None:
        return None
    return [half_days(want, chosen) for want, chosen in zip(wants, taken, strict=True)]


def days_of(want: Want) -> dict[int, int]:
    """Day to the number of its half-days in common (1 or 2)."""
    found: dict[int, int] = {}
    for slot in want.common:
        found[slot // 2] = found.get(slot // 2, 0) + 1
    return found


def half_days(want: Want, chosen: Sequence[int]) -> tuple[int, ...]:
    """Those of the chosen days; whole days first, so that the last gives only what is needed."""
    days = days_of(want)
    ordered = sorted((d for d in chosen if d in days), key=lambda day: (-days[day], day))
    free = [s for day in ordered for s in (2 * day, 2 * day + 1) if s in want.common]
    return tuple(sorted(free[: want.half_days]))


def _wholedays_of(
    wants: Sequence[Want], days: Sequence[dict[int, int]], cap: int
) -> list[list[int]] | None:
    """Days with both halves in common (one half will do for an odd one), by augmenting paths."""
    options = [
        sorted(d for d, halves in found.items() if halves == 2 or want.half_days == 1)
        for want, found in zip(wants, days, strict=True)
    ]
    out: dict[int, list[int]] = {}  # day to those out
    taken: list[list[int]] = [[] for _ in wants]

    def take(who: int, seen: set[int]) -> bool:
        for day in options[who]:
            if day in seen or day in taken[who]:
                continue
            seen.add(day)
            there = out.setdefault(day, [])
            if len(there) < cap:
                there.append(who)
                taken[who].append(day)
                return True
            for other in list(there):
                if take(other, seen):
                    there.remove(other)
                    taken[other].remove(day)
                    there.append(who)
                    taken[who].append(day)
                    return True
        return False

    order = sorted(range(len(wants)), key=lambda who: len(options[who]) - wants[who].half_days)
    for who in order:
        for _ in range((wants[who].half_days + 1) // 2):
            if not take(who, set()):
                return None
    return taken


def _with_halves(
    wants: Sequence[Want], days: Sequence[dict[int, int]], cap: int
) -> list[list[int]] | None:
    """A depth-first search over people, the tightest first, with a bounded number of steps."""
    order = sorted(
        range(len(wants)), key=lambda who: sum(days[who].values()) - wants[who].half_days
    )
    room: dict[int, int] = {}
    taken: list[list[int]] = [[] for _ in wants]
    steps = [4000]

    def place(at: int) -> bool:
        if at == len(order):
            return True
        who = order[at]
        return choose(
            at, who, wants[who].half_days, sorted(days[who], key=lambda d: (-days[who][d], d))
        )

    def choose(at: int, who: int, left: int, options: list[int]) -> bool:
        steps[0] -= 1
        if steps[0] < 0:
            return False
        if left <= 0:
            return place(at + 1)
        for n, day in enumerate(options):
            if room.get(day, 0) >= cap:
                continue
            rest = options[n + 1 :]
            if sum(days[who][d] for d in options[n:] if room.get(d, 0) < cap) < left:
                return False
            room[day] = room.get(day, 0) + 1
            taken[who].append(day)
            if choose(at, who, left - days[who][day], rest):
                return True
            taken[who].pop()
            room[day] -= 1
        return False

    return taken if place(0) else None
