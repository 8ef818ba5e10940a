"""What was done: activities, sessions, time and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.utils import timezone

from apps.activities.enums import ActivityState, SessionState
from apps.activities.models import Session
from apps.activities.release import behind, figures
from apps.evaluation import suppression
from apps.evaluation.models import Report
from apps.evaluation.process.models import Review
from apps.evaluation.snapshot.frame import Days, Frame
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp, FollowUpQuerySet
from apps.schools.enums import AgreementState
from apps.schools.models import Contribution

STATES = (
    ActivityState.CLOSED,
    ActivityState.REVIEW_DUE,
    ActivityState.ACTIVE,
    ActivityState.PAUSED,
    ActivityState.AGREED,
    ActivityState.DRAFT,
    ActivityState.CANCELLED,
)


def activities(frame: Frame) -> dict[str, Any]:
    """Counts by kind (a slug) and state, as the states are at the moment of freezing."""
    counts: dict[str, Counter[str]] = {}
    rows = frame.activities().values_list("kind", "state").annotate(n=Count("pk")).order_by("kind")
    for kind, state, n in rows:
        counts.setdefault(kind, Counter())[state] += n
    by_kind = {kind: {s.value: found[s] for s in STATES} for kind, found in counts.items()}
    totals = {s.value: sum(row[s] for row in by_kind.values()) for s in STATES}
    return {"by_kind": by_kind, "by_state": totals, "total": sum(totals.values())}


def sessions(frame: Frame) -> dict[str, Any]:
    """Sessions that were to begin in the period, and the hours of those held.

    ``not_marked`` lie in the past and nobody has said whether they were held.
    """
    rows = Session.objects.filter(
        activity__alliance=frame.alliance,
        starts_at__date__gte=frame.start,
        starts_at__date__lte=frame.end,
    )
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    by_state = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    stands = Q(state__in=(SessionState.HELD, SessionState.PLANNED))
    time = rows.aggregate(
        held=Sum(length, filter=Q(state=SessionState.HELD)), planned=Sum(length, filter=stands)
    )
    late = rows.filter(state=SessionState.PLANNED, ends_at__lt=frame.at).count()
    return {
        "held": by_state.get(SessionState.HELD, 0),
        "not_marked": late,
        "to_come": by_state.get(SessionState.PLANNED, 0) - late,
        "postponed": by_state.get(SessionState.POSTPONED, 0),
        "cancelled": by_state.get(SessionState.CANCELLED, 0),
        "hours_held": _hours(time["held"]),
        "hours_planned": _hours(time["planned"]),
    }


def release(frame: Frame) -> dict[str, Any]:
    """Release of the period by the ledger: what was planned, what was used of it, and cash as far
    as it is known. ``hidden`` where fewer people than five were released, and so each figure that
    fewer stand behind, those of any one school left out; None: not known."""
    rows = frame.released()
    found = figures.totals(rows)
    hidden = 0 < found.people < suppression.LEAST
    if hidden or not (found.rows or found.cash):
        names = ("hours_planned", "hours_used", "hours_waiting", "pounds")
        return {"hidden": hidden, "unknown": 0, **dict.fromkeys(names)}
    few = behind.of_few(rows) | behind.of_few(frame.released_beside())

    def shown(figure: float | None, *sums: str) -> Any:
        return {"hidden": True} if few & {*sums} else figure

    def time(minutes: int, *sums: str) -> Any:
        return shown(round(minutes / 60, 1) if found.rows else None, *sums)

    return {
        "hidden": False,
        "unknown": found.unknown_minutes,
        "hours_planned": time(found.planned, "planned"),
        "hours_used": time(found.used, "used"),
        "hours_waiting": time(found.waiting, "waiting", "decided"),
        "pounds": shown(found.cash / 100 if found.cash else None, "cash"),
    }


def promised(frame: Frame) -> dict[str, Any]:
    """What the parties of the agreement in force said they would give in a year."""
    rows = Contribution.objects.filter(
        agreement__alliance=frame.alliance,
        agreement__state=AgreementState.OUT,
        organisation_id__in=frame.school_ids,
    )
    found = rows.aggregate(
        all_hours=Sum("hours"),
        all_money=Sum("money"),
        say_hours=Count("hours"),
        say_money=Count("money"),
    )
    return {
        "hours": found["all_hours"],
        "say_hours": found["say_hours"],
        "money": None if found["all_money"] is None else float(found["all_money"]),
        "say_money": found["say_money"],
        "parties": len(frame.school_ids),
    }


def promises(frame: Frame) -> dict[str, Any]:
    """Shared follow-ups that fell due in the period; private ones count nowhere.

    ``hidden`` when fewer people than five made them, those of any one school left out; or made
    those of the other days of a report that has these days, or of a review that is in them.
    """
    if any(are_of_few(rest) for rest in _other_days(frame)):
        return {"hidden": True}
    return told(shared_promises(frame), frame)


def are_of_few(rows: FollowUpQuerySet) -> bool:
    people = rows.order_by().values_list("organisation_id", "owner_id").distinct()
    return suppression.of_few(people)


def _other_days(frame: Frame) -> Iterator[FollowUpQuerySet]:
    """Of each report around these days, and each review within them, the promises of the days
    that only the longer of the two has."""
    days = (frame.start, frame.end)
    ours = FollowUp.objects.filter(alliance=frame.alliance, shared=True)
    within = Review.objects.filter(period_start__gte=frame.start, period_end__lte=frame.end)
    around = Report.objects.filter(period_start__lte=frame.start, period_end__gte=frame.end)
    spans = (
        rows.filter(alliance=frame.alliance).order_by().values_list("period_start", "period_end")
        for rows in (within, around)
    )
    for first, last in {*next(spans).union(next(spans))} - {days}:
        longer = (min(first, frame.start), max(last, frame.end))
        shorter = (max(first, frame.start), min(last, frame.end))
        yield ours.filter(due__range=longer).exclude(due__range=shorter)


def told(rows: FollowUpQuerySet, frame: Days) -> dict[str, Any]:
    """What became of the shared ones of ``rows``; see `promises`. One query."""
    late = Q(state=FollowUpState.OPEN, due__lt=min(frame.end, timezone.localdate(frame.at)))
    by_owner = rows.filter(shared=True).order_by().values("organisation_id", "owner_id", "state")
    found = list(by_owner.annotate(n=Count("pk"), late=Count("pk", filter=late)))
    if suppression.of_few((row["organisation_id"], row["owner_id"]) for row in found):
        return {"hidden": True}
    counts: Counter[str] = Counter()
    for row in found:
        counts[row["state"]] += row["n"]
    overdue = sum(row["late"] for row in found)
    return {
        "hidden": False,
        "due": sum(counts.values()) - counts[FollowUpState.MOVED],
        "done": counts[FollowUpState.DONE],
        "overdue": overdue,
        "open": counts[FollowUpState.OPEN] - overdue,
        "dropped": counts[FollowUpState.DROPPED],
        "moved": counts[FollowUpState.MOVED],
    }


def shared_promises(frame: Frame) -> FollowUpQuerySet:
    return FollowUp.objects.filter(
        alliance=frame.alliance, shared=True, due__range=(frame.start, frame.end)
    )


def _hours(duration: Any) -> float:
    return round(duration.total_seconds() / 3600, 1) if duration else 0.0
