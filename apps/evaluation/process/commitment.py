"""What each party of the agreement said it would give in a year, beside what the ledger holds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from apps.activities.models import Release
from apps.activities.release import figures
from apps.core.years import academic_year, year_bounds
from apps.evaluation.periods import half_terms_of
from apps.evaluation.snapshot.frame import Frame
from apps.schools.models import Agreement

Facts = dict[str, Any]


def facts(frame: Frame, agreement: Agreement | None) -> Facts:
    """``given_*`` are from the beginning of the academic year to the end of the half-term; None
    where nothing is known, ``hidden`` where too few people stand behind it."""
    promised = {row.organisation_id: row for row in _contributions(agreement)}
    first, _last = year_bounds(academic_year(frame.end))
    ledger = Release.objects.filter(
        activity__alliance=frame.alliance, organisation_id__in=frame.school_ids
    )
    given = {
        key["organisation_id"]: found
        for key, found in figures.grouped(ledger.between(first, frame.end), "organisation_id")
    }
    fewest = _fewest(frame, ledger)
    kept_back, total_is_safe = figures.kept_back_of({str(pk): fewest.get(pk, 0) for pk in given})
    rows = []
    for pk, name in frame.schools:
        said, took = promised.get(pk), given.get(pk)
        rows.append(
            {
                "school": name,
                "hours": said.hours if said else None,
                "money": float(said.money) if said and said.money is not None else None,
                **_given(*([took] if took else []), hidden=str(pk) in kept_back),
            }
        )
    return {
        "rows": rows,
        "total": {
            "hours": _sum(row["hours"] for row in rows),
            "money": _sum(row["money"] for row in rows),
            **_given(*given.values(), hidden=bool(given) and not total_is_safe),
        },
    }


def _contributions(agreement: Agreement | None) -> list[Any]:
    return list(agreement.contributions.all()) if agreement else []


def _given(*found: figures.Figures, hidden: bool) -> Facts:
    if hidden:
        return {"hidden": True, "given_hours": None, "given_money": None}
    cash = sum(one.cash for one in found)
    known = any(one.rows for one in found)
    return {
        "hidden": False,
        "given_hours": round(sum(one.used for one in found) / 60, 1) if known else None,
        "given_money": cash / 100 if cash else None,
    }


def _fewest(frame: Frame, ledger: Any) -> dict[int, int]:
    """By school the people released in the half-term of the year that had fewest, none apart.

    The year's sum less that of an earlier review is a half-term's: it is shown only when every
    half-term has enough people, so that nothing is left to subtract.
    """
    halves = [h for h in half_terms_of(academic_year(frame.end)) if h.last <= frame.end]
    counts = {
        f"half{n}": Count("person", distinct=True, filter=Q(day__range=(half.first, half.last)))
        for n, half in enumerate(halves)
    }
    rows = ledger.live().order_by().values("organisation_id").annotate(**counts)
    return {
        row["organisation_id"]: min((row[name] for name in counts if row[name]), default=0)
        for row in rows
    }


def _sum(values: Any) -> Any:
    """None where nobody has said anything."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
