"""What a round cost and what came of it: sums and counts, of no group under five."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet, Sum

from apps.activities.enums import SessionState
from apps.activities.kinds.work_shadowing.enums import ApplicationState, PlacementState
from apps.activities.kinds.work_shadowing.models import Placement, ShadowingRound
from apps.activities.models import Activity, Record, Session
from apps.activities.release.models import Release
from apps.audits.suppression import RULE
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp

Activities = QuerySet[Activity]
ACTION = "work_shadowing.action"


@dataclass(frozen=True, slots=True)
class Figure:
    """``number`` is None where the group is too small to be told of (``hidden``), or nothing is
    known yet."""

    number: int | Decimal | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    asked: Figure
    offered: Figure  # places, of schools: no group of people
    filled: Figure
    half_days: Figure
    planned_minutes: Figure
    actual_minutes: Figure
    pounds: Figure
    unpriced: int
    actions: Figure
    actions_due: Figure
    benefits: Figure

    @property
    def anything_hidden(self) -> bool:
        figures = [getattr(self, name) for name in self.__slots__]
        return any(isinstance(f, Figure) and f.hidden for f in figures)


def told(number: int, group: int) -> Figure:
    """``number`` of ``group`` people, unless either part is a group under five."""
    rest = group - number
    if 0 < group < RULE or 0 < number < RULE or 0 < rest < RULE:
        return Figure(None, hidden=True)
    return Figure(number)


def outcome_of(row: ShadowingRound) -> Outcome:
    standing = (ApplicationState.ASKED, ApplicationState.APPROVED)
    asked = row.applications.filter(state__in=standing).count()
    offered = row.offers.standing().aggregate(n=Sum("capacity"))["n"] or 0
    accepted = Placement.objects.filter(round=row, state=PlacementState.ACCEPTED)
    filled = accepted.count()
    activities = Activity.objects.filter(placement__in=accepted)
    few = 0 < filled < RULE
    placed = told(filled, asked) if asked else Figure(filled)
    done, due = _actions(activities)
    spent = _release(activities)
    benefits = Record.objects.filter(activity__in=activities, kind="host_benefit")
    written = benefits.values("activity").distinct().count()
    return Outcome(
        asked=told(asked, asked),
        offered=Figure(offered),
        filled=placed,
        half_days=_sum(_half_days(activities), few),
        actions=_beside(placed, told(done, due)),
        actions_due=_beside(placed, told(due, due)),
        benefits=_beside(placed, told(written, filled)),
        planned_minutes=_sum(spent["planned"], few),
        actual_minutes=_sum(spent["actual"], few),
        pounds=_sum(_pounds(spent), few),
        unpriced=0 if few else spent["unpriced"],
    )


def _beside(placed: Figure, figure: Figure) -> Figure:
    """Of each placement there is one: where their number is hidden, these would tell it."""
    return Figure(None, hidden=True) if placed.hidden else figure


def _sum(number: int | Decimal | None, few: bool) -> Figure:
    return Figure(None, hidden=True) if few else Figure(number)


def _half_days(activities: Activities) -> int:
    """Half-days of placement that have been held."""
    return Session.objects.filter(
        activity__in=activities, kind="placement", state=SessionState.HELD
    ).count()


def _release(activities: Activities) -> dict[str, Any]:
    """Sums over what is asked, approved or used in the ledger."""
    return (
        Release.objects.live()
        .filter(activity__in=activities)
        .aggregate(
            planned=Sum("planned_minutes"),
            actual=Sum("actual_minutes"),
            cover_cash=Sum("cover_pence"),
            travel_cash=Sum("travel_pence"),
            extra_cash=Sum("extra_pay_pence"),
            fee_cash=Sum("fee_pence"),
            unpriced=Count(
                "pk",
                filter=Q(cover="supply", cover_pence__isnull=True)
                | Q(extra_minutes__gt=0, extra_pay_pence__isnull=True),
            ),
        )
    )


def _pounds(spent: dict[str, Any]) -> Decimal | None:
    """None where no price is known: that is not nothing."""
    parts = [spent[f"{name}_cash"] for name in ("cover", "travel", "extra", "fee")]
    known = [part for part in parts if part is not None]
    return Decimal(sum(known)) / 100 if known else None


def _actions(activities: Activities) -> tuple[int, int]:
    """Actions that were promised, and those of them that are done."""
    rows = FollowUp.objects.filter(
        rule=ACTION,
        source_type=ContentType.objects.get_for_model(Activity),
        source_id__in=activities.values("pk"),
    )
    counted = rows.aggregate(all=Count("pk"), done=Count("pk", filter=Q(state=FollowUpState.DONE)))
    return counted["done"], counted["all"]
