"""Who stands behind the sums of the ledger, so that no sum tells of a few people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from apps.activities.release.enums import LIVE, Cover, InClass, ReleaseState
from apps.activities.release.models import ReleaseQuerySet
from apps.audits.suppression import is_small

PRICES = ("cover_pence", "travel_pence", "extra_pay_pence", "fee_pence")
_LIVE = Q(state__in=LIVE)
_OUT = ~Q(in_class=InClass.NO)
_PLANNED = _LIVE & _OUT & Q(planned_minutes__gt=0)
_WAITING = Q(state=ReleaseState.ASKED)
_PRICED = Q()
for _price in PRICES:
    _PRICED |= Q(**{f"{_price}__gt": 0})
# See `figures`; what is planned less what waits leaves "decided".
SUMS = {
    "planned": _PLANNED,
    "waiting": _PLANNED & _WAITING,
    "decided": _PLANNED & ~_WAITING,
    "used": Q(state=ReleaseState.USED, actual_minutes__gt=0) & _OUT,
    "cash": _LIVE & _PRICED,
    "internal": _LIVE & _OUT & Q(cover=Cover.INTERNAL),
    "supply": _LIVE & Q(cover_pence__gt=0),
    "travel": _LIVE & Q(travel_pence__gt=0),
    "extra_pay": _LIVE & Q(extra_pay_pence__gt=0),
    "fees": _LIVE & Q(fee_pence__gt=0),
}


def of_few(rows: ReleaseQuerySet) -> frozenset[str]:
    """Those of SUMS that one to four people stand behind: all of them, or all but those of any
    one school, whose head knows what its own people add. One query."""
    found = _by_person(rows)
    few = set()
    for name in SUMS:
        schools: dict[int, set[int]] = {}
        for row in found:
            if row[name]:
                schools.setdefault(row["person_id"], set()).add(row["organisation_id"])
        alone = Counter(next(iter(of)) for of in schools.values() if len(of) == 1)
        if any(is_small(len(schools) - n) for n in (0, *alone.values())):
            few.add(name)
    return frozenset(few)


def fewest_by_school(rows: ReleaseQuerySet) -> dict[int, int]:
    """How many people stand behind what is planned, or used, in each school: the fewer of the
    two that anybody stands behind. One query."""
    people: dict[int, Counter[str]] = {}
    for row in _by_person(rows):
        counts = people.setdefault(row["organisation_id"], Counter())
        counts.update(name for name in ("planned", "used") if row[name])
    return {school: min(counts.values(), default=0) for school, counts in people.items()}


def _by_person(rows: ReleaseQuerySet) -> list[Any]:
    """How many rows somebody has at a school behind each of SUMS."""
    counts = {name: Count("pk", filter=part) for name, part in SUMS.items()}
    return list(rows.order_by().values("organisation_id", "person_id").annotate(**counts))
