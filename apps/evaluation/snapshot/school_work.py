"""What a school did, promised and spent, and what its staff say they need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from apps.activities.enums import SessionState
from apps.activities.models import Release, Session
from apps.activities.release import behind, figures
from apps.activities.release.enums import LIVE, Cover
from apps.activities.release.models import ReleaseQuerySet
from apps.audits.enums import AuditState
from apps.audits.models import Audit, ReleasedTable
from apps.audits.reading import counts_of
from apps.audits.results.parts import ranked
from apps.audits.results.sources import released
from apps.evaluation import suppression
from apps.evaluation.snapshot import work
from apps.evaluation.snapshot.frame import Days, SchoolFrame
from apps.followups.models import FollowUp
from apps.schools.enums import AgreementState
from apps.schools.models import Contribution, SupplyRate

BIGGEST = 5  # needs of one audit
AUDITS = 2  # the latest of the period
MONEY = ("supply", "travel", "extra_pay", "fees")
TIME = ("planned", "used", "waiting", "internal")
HIDDEN = {"hidden": True}


def sessions(frame: Days) -> dict[str, Any]:
    """Sessions of its activities that were to begin in the period, and the hours of those held.

    ``not_marked`` lie in the past and nobody has said whether they were held.
    """
    rows = Session.objects.filter(
        activity__in=frame.activities().values("pk"),
        starts_at__date__range=(frame.start, frame.end),
    )
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    held, planned = Q(state=SessionState.HELD), Q(state=SessionState.PLANNED)
    found = rows.aggregate(
        held=Count("pk", filter=held),
        not_marked=Count("pk", filter=planned & Q(ends_at__lt=frame.at)),
        to_come=Count("pk", filter=planned & Q(ends_at__gte=frame.at)),
        postponed=Count("pk", filter=Q(state=SessionState.POSTPONED)),
        cancelled=Count("pk", filter=Q(state=SessionState.CANCELLED)),
        hours_held=Sum(length, filter=held),
        hours_planned=Sum(length, filter=held | planned),
    )
    return found | {name: _hours(found[name]) for name in ("hours_held", "hours_planned")}


def promises(frame: SchoolFrame) -> dict[str, Any]:
    """Shared follow-ups of its staff that fell due in the period; private ones count nowhere.

    ``hidden`` when fewer people than five made them.
    """
    mine = FollowUp.objects.filter(organisation=frame.school)
    return work.told(mine.filter(due__range=(frame.start, frame.end)), frame)


def release(frame: SchoolFrame) -> dict[str, Any]:
    """By the ledger: hours planned and used, and pounds by what they were for.

    ``hidden`` where fewer people than five were released, and so each figure that fewer stand
    behind; None is not known. ``rate`` is what a day of supply cost at the end of the period, in
    pounds.
    """
    rows = Release.objects.at(frame.school).between(frame.start, frame.end)
    rate = SupplyRate.objects.on(frame.end).filter(organisation=frame.school).first()
    return ledger(rows) | {"rate": rate.pence / 100 if rate else None}


def ledger(rows: ReleaseQuerySet, given_away: Collection[str] = ()) -> dict[str, Any]:
    """``given_away`` are those of `behind.SUMS` that tell of few beside another report."""
    found = figures.totals(rows)
    hidden = 0 < found.people < suppression.LEAST
    costs = found.cash or found.unpriced or found.unpaid  # also of what is not out of class
    if hidden or not (found.rows or costs):
        nothing = dict.fromkeys((*TIME, *MONEY, "pounds", "people"))
        return nothing | {"hidden": hidden, "unpriced": 0, "unknown": 0}
    covered = set(rows.filter(state__in=LIVE).order_by().values_list("cover", flat=True).distinct())
    pence = (found.supply_cash, found.travel_cash, found.extra_pay_cash, found.fee_cash)
    pounds = {name: cash / 100 if cash else None for name, cash in zip(MONEY, pence, strict=True)}
    if not covered & {Cover.SUPPLY, ""}:  # where nobody has said who covers, it may be supply
        pounds["supply"] = 0
    minutes = (found.planned, found.used, found.waiting, found.internal)
    few = behind.of_few(rows) | {*given_away}
    # What is planned less what waits is decided; of the pounds, all but one part gives that away.
    gives_away = {name: {name} for name in TIME} | {"waiting": {"waiting", "decided"}}

    def shown(figure: float | None, sums: set[str]) -> Any:
        return HIDDEN if few & sums else figure

    return {
        **{
            name: shown(round(n / 60, 1) if found.rows else None, gives_away[name])
            for name, n in zip(TIME, minutes, strict=True)
        },
        **{name: shown(amount, {*MONEY, "cash"}) for name, amount in pounds.items()},
        "hidden": False,
        "people": found.people,
        "pounds": shown(found.cash / 100 if found.cash else None, {"cash"}),
        "unpriced": found.unpriced + found.unpaid,
        "unknown": found.unknown_minutes,
    }


def promised(frame: SchoolFrame) -> dict[str, Any]:
    """What the school said in agreements in force that it would give in a year."""
    found = Contribution.objects.filter(
        agreement__state=AgreementState.OUT, organisation=frame.school
    ).aggregate(hours=Sum("hours"), money=Sum("money"))
    money = found["money"]
    return {"hours": found["hours"], "money": None if money is None else float(money)}


def needs(frame: SchoolFrame) -> dict[str, Any]:
    """Its own audits that were open in the period, and its part of alliances'; of those closed
    what was released, the latest first."""
    parts = ReleasedTable.objects.filter(organisation=frame.school).values("audit_id")
    rows = Audit.objects.filter(
        Q(organisation=frame.school) | Q(pk__in=parts),
        opened_at__date__lte=frame.end,
        closes_on__gte=frame.start,
    ).exclude(state=AuditState.DRAFT)
    closed = rows.filter(state=AuditState.CLOSED).order_by("-closed_at", "-pk")
    seen = [_told(audit, frame) for audit in closed[:AUDITS]]
    return {
        "audits": rows.count(),
        "open": rows.filter(state=AuditState.OPEN).count(),
        "released": [found for found in seen if found is not None],
    }


def _told(audit: Audit, frame: SchoolFrame) -> dict[str, Any] | None:
    source = released(audit, frame.school if audit.organisation_id is None else None)
    if source is None:
        return None
    whole = next(iter(source.summary["rates"]), None)
    return {
        "opened": audit.opens_on.isoformat(),
        "across": audit.organisation_id is None,
        "answered": counts_of(whole, exact=False).words if whole else None,
        "topics": [
            {"topic": row["name"], "need": row["all"]["need"], "people": row["all"]["n"]}
            for row in ranked(source)[:BIGGEST]
        ],
    }


def _hours(duration: timedelta | None) -> float:
    return round(duration.total_seconds() / 3600, 1) if duration else 0.0
