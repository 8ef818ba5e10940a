"""Who could shadow whom, as plain values: what a coordinator sees. What a solver that looks at
all together reads is in ``matchmaking``.

Half-days are numbered through the weekdays of a round: morning of day 0 is 0, its afternoon 1,
the morning of day 1 is 2. Distances are whole metres, rounded down, in
a straight line on the national grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isqrt

RANK_WEIGHTS = (6, 3, 2)  # of the first, second and third focus
FOCUS_POINTS, NEAR_POINTS, PHASE_POINTS = 60, 20, 10

Point = tuple[int, int]


class Hurdle(Enum):
    """Why a pairing is impossible."""

    OWN_SCHOOL = "own_school"
    JUDGES = "judges"  # one manages, appraises or tutors the other
    REFUSED = "refused"  # this very pair has been refused before
    APART = "apart"  # the applicant would rather not go to that school
    TOO_FAR = "too_far"
    NO_FOCUS = "no_focus"
    FULL = "full"
    HALF_DAYS = "half_days"  # fewer in common than are asked for


@dataclass(frozen=True, slots=True)
class Applicant:
    """``foci`` ranked. ``half_days``: how many are asked for, of those in ``free``.

    ``tied`` are the people who judge or are judged by the applicant, ``refused`` the offers with
    which a placement came to nothing, ``apart`` the schools where they would rather not go.
    ``point`` is None where the register gives no place.
    """

    key: int
    person: int
    school: int
    foci: tuple[str, ...]
    half_days: int
    free: frozenset[int]
    most_metres: int
    point: Point | None = None
    phase: str = ""
    other_phase: bool = False
    tied: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    key: int
    host: int
    school: int
    foci: frozenset[str]
    capacity: int
    free: frozenset[int]
    point: Point | None = None
    phase: str = ""


def metres(applicant: Applicant, offer: Offer) -> int | None:
    """None where one of the places is not known."""
    if applicant.point is None or offer.point is None:
        return None
    (x, y), (u, v) = applicant.point, offer.point
    return isqrt((x - u) ** 2 + (y - v) ** 2)


def hurdles(applicant: Applicant, offer: Offer, taken: int = 0) -> list[Hurdle]:
    """All that stands against the pair when ``taken`` places of the offer are used already."""
    away = metres(applicant, offer)
    common = len(applicant.free & offer.free)
    stands = {
        Hurdle.OWN_SCHOOL: applicant.school == offer.school,
        Hurdle.JUDGES: offer.host in applicant.tied,
        Hurdle.REFUSED: offer.key in applicant.refused,
        Hurdle.APART: offer.school in applicant.apart,
        Hurdle.TOO_FAR: away is not None and away > applicant.most_metres,
        Hurdle.NO_FOCUS: not offer.foci.intersection(applicant.foci),
        Hurdle.FULL: taken >= offer.capacity,
        Hurdle.HALF_DAYS: common < applicant.half_days,
    }
    return [hurdle for hurdle, found in stands.items() if found]


def fit(applicant: Applicant, offer: Offer) -> int:
    """How well a possible pair suits: focus first, then nearness, then another phase if wanted."""
    weights = dict(zip(applicant.foci, RANK_WEIGHTS, strict=False))
    shared = sum(weight for focus, weight in weights.items() if focus in offer.foci)
    points = FOCUS_POINTS * shared // max(sum(weights.values()), 1)
    away = metres(applicant, offer)
    if away is not None and applicant.most_metres > 0:
        points += NEAR_POINTS * max(applicant.most_metres - away, 0) // applicant.most_metres
    if applicant.other_phase and offer.phase and offer.phase != applicant.phase:
        points += PHASE_POINTS
    return points
