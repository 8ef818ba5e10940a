"""Whether it was worth it: criteria, their scores in parts, and the five levels of evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db.models import Count, Prefetch, Q

from apps.activities.enums import ActivityState, OutcomeLevel, ParticipantState
from apps.activities.models import Activity, Criterion, Participant
from apps.evaluation import scoring
from apps.evaluation.scoring import Part, Status
from apps.evaluation.snapshot.frame import Days, Frame
from apps.evaluation.suppression import LEAST
from apps.schools.enums import AgreementState
from apps.schools.models import Agreement

LISTED = 10  # activities named one by one; the counts take in all
TOO_FEW = "too_few"  # a status of the report alone: fewer than LEAST people
LEVELS = (1, 2, 3, 4, 5)
Judged = tuple[Any, list[tuple[Part, bool]]]  # an activity, its parts and whether each is hidden
# The nearest to a verdict first.
_ORDER = {
    ActivityState.CLOSED: 0,
    ActivityState.REVIEW_DUE: 1,
    ActivityState.ACTIVE: 2,
    ActivityState.PAUSED: 3,
    ActivityState.AGREED: 4,
}


def facts(frame: Frame) -> dict[str, Any]:
    """Of an alliance, with the mean progress by the weights of its agreement."""
    return told_with_weights(frame, judged(frame))


def told_with_weights(frame: Frame, found: Sequence[Judged]) -> dict[str, Any]:
    return told(found) | {"overall": overall(frame, [p for _a, parts in found for p in parts])}


def of_activities(frame: Days) -> dict[str, Any]:
    return told(judged(frame))


def judged(frame: Days) -> list[Judged]:
    """Its activities that people take part in, the nearest to a verdict first."""
    found = [(activity, published(activity)) for activity in _activities(frame)]
    found.sort(key=lambda pair: (_ORDER.get(pair[0].state, 9), pair[0].ends_on is None, pair[0].pk))
    return found


def told(found: Sequence[Judged]) -> dict[str, Any]:
    parts = [part for _activity, parts in found for part in parts]
    names = names_in([activity.pk for activity, _parts in found])
    return {
        "criteria": counts(parts),
        "pupils": counts([p for p in parts if level_of(p) == OutcomeLevel.PUPIL]),
        "evidence": [
            {"level": level, **counts([p for p in parts if _guskey(p) == level])}
            for level in LEVELS
        ],
        "without_criteria": sum(not parts for _activity, parts in found),
        "activities": [
            _activity(activity, parts, names.get(activity.pk, []))
            for activity, parts in listed(found)
        ],
        "not_listed": max(0, sum(bool(parts) for _a, parts in found) - LISTED),
    }


def listed(found: Sequence[Judged]) -> list[Judged]:
    """Those that are named one by one."""
    return [pair for pair in found if pair[1]][:LISTED]


def _activities(frame: Days) -> list[Any]:
    people = Count("participants", filter=Q(participants__state=ParticipantState.ACCEPTED))
    criteria = scoring.measured(Criterion.objects.all(), frame.measured_to)
    return list(
        frame.under_way()
        .annotate(people=people)
        .select_related("organisation", "organiser")
        .prefetch_related(Prefetch("criteria", queryset=criteria))
    )


def published(activity: Any) -> list[tuple[Part, bool]]:
    """The parts, and whether each is hidden: it tells of fewer than LEAST people."""
    parts = [scoring.part_of(criterion) for criterion in activity.criteria.all()]
    return [(part, _few(part, activity.people)) for part in parts]


def _few(part: Part, people: int) -> bool:
    criterion, latest = part.criterion, part.measurement
    if criterion is None or criterion.level == OutcomeLevel.ORGANISATION:
        return False
    known = [n for n in (criterion.baseline_n, latest.n if latest else None) if n is not None]
    if not known and criterion.level == OutcomeLevel.STAFF:
        known = [people]
    return any(n < LEAST for n in known)


def counts(parts: Sequence[tuple[Part, bool]]) -> dict[str, int]:
    """``evaluable`` and what follows leave out the parts that are hidden."""
    shown = [part for part, few in parts if not few]
    statuses = [part.status for part in shown]
    return {
        "agreed": len(parts),
        "too_few": len(parts) - len(shown),
        "evaluable": len(shown) - statuses.count(Status.NOT_EVALUABLE),
        "met": statuses.count(Status.MET),
        "partly_met": statuses.count(Status.PARTLY_MET),
        "not_met": statuses.count(Status.NOT_MET),
        "not_evaluable": statuses.count(Status.NOT_EVALUABLE),
    }


def overall(frame: Frame, parts: Sequence[tuple[Part, bool]]) -> dict[str, Any]:
    """The agreement's weights times the mean progress of criteria about pupils, and about staff
    and the school."""
    agreement = Agreement.objects.filter(alliance=frame.alliance, state=AgreementState.OUT).first()
    if agreement is None:
        return {"score": None, "evaluable_weight": 0, "parts": []}
    weights = (
        (OutcomeLevel.PUPIL, agreement.pupil_weight),
        (OutcomeLevel.STAFF, agreement.staff_weight),
    )
    shares = []
    for level, weight in weights:
        judged = [p for p, few in parts if not few and p.progress is not None]
        about_pupils = level == OutcomeLevel.PUPIL
        judged = [p for p in judged if scoring.is_about_pupils(p) == about_pupils]
        shares.append((level, weight, _mean(judged), len(judged)))
    score = scoring.total(
        replace(scoring.part(weight, None, None, None), progress=progress)
        for _level_, weight, progress, _n in shares
    )
    return {
        "score": score.rounded,
        "evaluable_weight": score.evaluable_weight,
        "parts": [
            {"level": level.value, "weight": weight, "progress": _rounded(mean), "criteria": n}
            for level, weight, mean, n in shares
        ],
    }


def _mean(parts: Sequence[Part]) -> Fraction | None:
    """Mean progress, each criterion by its own weight."""
    weight = sum(part.weight for part in parts)
    points = sum((p.points or Fraction(0) for p in parts), Fraction(0))
    return points / weight if weight else None


def _activity(
    activity: Any, parts: Sequence[tuple[Part, bool]], names: Sequence[str]
) -> dict[str, Any]:
    score = scoring.total(part for part, few in parts if not few)
    return {
        "title": without(activity.title, names),
        "kind": activity.kind,
        "school": activity.organisation.name,
        "state": activity.state,
        "score": score.rounded,
        "evaluable_weight": score.evaluable_weight,
        "total_weight": sum(part.weight for part, _few_ in parts),
        "parts": [_part(part, few, names) for part, few in parts],
    }


def _part(part: Part, few: bool, names: Sequence[str]) -> dict[str, Any]:
    criterion: Any = part.criterion
    latest = part.measurement
    known = {
        "criterion": without(criterion.indicator, names),
        "level": criterion.level,
        "guskey": criterion.guskey,
        "unit": without(criterion.unit, names) or "",
        "weight": part.weight,
        "target": float(criterion.target),
    }
    if few:
        return known | {
            "status": TOO_FEW, "lack": "", "baseline": None, "value": None,
            "progress": None, "n": None, "measured_on": None,
        }  # fmt: skip
    return known | {
        "status": part.status.value,
        "lack": part.lack.value,
        "baseline": _float(part.baseline),
        "value": _float(part.value),
        "progress": _rounded(part.progress),
        "n": latest.n if latest else None,
        "measured_on": latest.measured_on.isoformat() if latest else None,
    }


def names_in(activities: Sequence[int]) -> dict[int, list[str]]:
    """Names of the people in each activity: what no report may say."""
    found: dict[int, list[str]] = {}
    rows = Participant.objects.filter(activity_id__in=activities).values_list(
        "activity_id", "person__given_name", "person__family_name"
    )
    organisers = Activity.objects.filter(pk__in=activities).values_list(
        "pk", "organiser__given_name", "organiser__family_name"
    )
    for activity, given, family in [*rows, *organisers]:
        found.setdefault(activity, []).extend(name for name in (given, family) if len(name) > 1)
    return found


def without(text: str, names: Sequence[str]) -> str | None:
    """The text; None when it names one of the people in the activity."""
    words = set(re.findall(r"\w+", text.casefold()))
    for name in names:
        parts = re.findall(r"\w+", name.casefold())
        if parts and words.issuperset(parts):
            return None
    return text


def level_of(pair: tuple[Part, bool]) -> str:
    return pair[0].criterion.level if pair[0].criterion else ""


def _guskey(pair: tuple[Part, bool]) -> int:
    return pair[0].criterion.guskey if pair[0].criterion else 0


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _rounded(progress: Fraction | None) -> float | None:
    return None if progress is None else round(float(progress), 4)
