"""Release used against planned: sums made by the database, never by looping over rows.

Minutes and pence. What counts:

- planned: all that is asked for, approved or used, as it was planned;
- used: what it took, of what was used; booked: approved and still to come; waiting: asked for;
- cash: supply, travel, extra pay and fees; internal cover is counted in minutes and costs none;
- compared: use against plan, of used rows that have both, and the plan of what is ahead;
  what was used without a plan stands apart (unplanned);
- unknown: rows whose minutes, and supply and extra pay whose price, nobody knows: never counted
  as zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.activities.release.behind import fewest_by_school
from apps.activities.release.enums import LIVE, Cover, InClass, Payer, ReleaseState
from apps.activities.release.ledger import taken_in
from apps.activities.release.models import Release, ReleaseQuerySet
from apps.activities.release.terms import Span, term_of
from apps.audits.suppression import RULE
from apps.core.years import academic_year
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation, TimeBudget

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.activities.models import Activity, Participant
    from apps.schools.models import Alliance

_LIVE = Q(state__in=LIVE)
_OUT = ~Q(in_class=InClass.NO)  # release proper
_USED = Q(state=ReleaseState.USED)
_TAKES = Coalesce("actual_minutes", "planned_minutes")


def _sums() -> dict[str, Any]:
    booked = Q(state=ReleaseState.APPROVED)
    waiting = Q(state=ReleaseState.ASKED)
    supply = Q(cover=Cover.SUPPLY)
    was_planned = Q(planned_minutes__isnull=False)
    taken_unknown = _USED & Q(actual_minutes__isnull=True)
    return {
        "planned": Sum("planned_minutes", filter=_LIVE & _OUT),
        "used": Sum("actual_minutes", filter=_USED & _OUT),
        "compared_plan": Sum("planned_minutes", filter=_LIVE & _OUT & ~taken_unknown),
        "compared_use": Sum("actual_minutes", filter=_USED & _OUT & was_planned),
        "unplanned": Sum("actual_minutes", filter=_USED & _OUT & ~was_planned),
        "booked": Sum("planned_minutes", filter=booked & _OUT),
        "waiting": Sum("planned_minutes", filter=waiting & _OUT),
        "internal": Sum(_TAKES, filter=_LIVE & _OUT & Q(cover=Cover.INTERNAL)),
        "all_cpd": Sum(_TAKES, filter=_LIVE),
        "supply_cash": Sum("cover_pence", filter=_LIVE),
        "travel_cash": Sum("travel_pence", filter=_LIVE),
        "extra_pay_cash": Sum("extra_pay_pence", filter=_LIVE),
        "fee_cash": Sum("fee_pence", filter=_LIVE),
        "rows": Count("pk", filter=_LIVE & _OUT),
        "unknown_minutes": Count(
            "pk",
            filter=_LIVE & _OUT & Q(planned_minutes__isnull=True, actual_minutes__isnull=True),
        ),
        "unpriced": Count("pk", filter=_LIVE & supply & Q(cover_pence__isnull=True)),
        "unpaid": Count("pk", filter=_LIVE & Q(extra_minutes__gt=0, extra_pay_pence__isnull=True)),
        "people": Count("person", filter=_LIVE & _OUT, distinct=True),
    }


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of some rows; ``cash`` is what was paid or is to be paid, as far as known."""

    planned: int
    used: int
    compared_plan: int
    compared_use: int
    unplanned: int
    booked: int
    waiting: int
    internal: int
    all_cpd: int
    supply_cash: int
    travel_cash: int
    extra_pay_cash: int
    fee_cash: int
    rows: int
    unknown_minutes: int
    unpriced: int
    unpaid: int
    people: int

    @classmethod
    def of(cls, sums: dict[str, Any]) -> Figures:
        return cls(**{name: sums[name] or 0 for name in cls.__dataclass_fields__})

    @property
    def cash(self) -> int:
        return self.supply_cash + self.travel_cash + self.extra_pay_cash + self.fee_cash

    @property
    def bar(self) -> dict[str, Decimal]:
        """Hours for the release-time bar, which compares only what has a plan with its plan."""
        names = {
            "used": self.compared_use,
            "planned": self.compared_plan,
            "booked": self.booked,
            "unplanned": self.unplanned,
        }
        return {name: hours_of(minutes) for name, minutes in names.items()}


def hours_of(minutes: int) -> Decimal:
    """Hours to one decimal."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


def totals(rows: ReleaseQuerySet) -> Figures:
    return Figures.of(rows.aggregate(**_sums()))


def grouped(rows: ReleaseQuerySet, *keys: str) -> list[tuple[dict[str, Any], Figures]]:
    """The same for each value of ``keys``, those with live rows, in their order."""
    found = rows.filter(_LIVE).order_by(*keys).values(*keys).annotate(**_sums())
    return [({key: row[key] for key in keys}, Figures.of(row)) for row in found]


def by_payer(rows: ReleaseQuerySet) -> list[tuple[str, Figures]]:
    """Who pays how much, those first that appear in the list of payers first."""
    found = {row["payer"]: figures for row, figures in grouped(rows, "payer")}
    return [(str(payer.label), found[payer]) for payer in Payer if payer in found]


# People against what is set aside


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """``set_aside`` in minutes, pro rata of a full-timer's; None where it is not known why not:
    no budget, no FTE, or somebody to whom directed time does not apply."""

    person_id: int
    public_id: str
    name: str
    figures: Figures
    fte: Decimal | None
    set_aside: int | None
    is_teacher: bool

    @property
    def passes(self) -> bool:
        return self.set_aside is not None and self.figures.all_cpd > self.set_aside

    @property
    def over(self) -> int:
        return max(0, self.figures.all_cpd - (self.set_aside or 0))


def people(organisation: Organisation, year: int, budget: TimeBudget | None) -> list[PersonFigures]:
    """Everybody of the school with something in the ledger of that year, by family name;
    ``budget`` is the school's of that year."""
    rows = Release.objects.at(organisation).in_year(year)
    keys = ("person__family_name", "person__given_name", "person_id", "person__public_id")
    found = grouped(rows, *keys)
    shares = _shares(organisation, [key["person_id"] for key, _figures in found])
    return [
        PersonFigures(
            person_id=key["person_id"],
            public_id=key["person__public_id"],
            name=f"{key['person__given_name']} {key['person__family_name']}",
            figures=figures,
            fte=shares.get(key["person_id"]),
            set_aside=set_aside(budget, shares.get(key["person_id"])),
            is_teacher=key["person_id"] in shares,
        )
        for key, figures in found
    ]


def set_aside(budget: TimeBudget | None, fte: Decimal | None) -> int | None:
    """Minutes a year of CPD within directed time for somebody of that ``fte``."""
    if budget is None or budget.cpd_hours is None or fte is None:
        return None
    return int(budget.cpd_hours * 60 * fte)


def budget_of(organisation: Organisation, year: int) -> TimeBudget | None:
    return TimeBudget.objects.filter(organisation=organisation, year=year).first()


def _shares(organisation: Organisation, person_ids: Iterable[int]) -> dict[int, Decimal | None]:
    """The FTE of those who teach; others have no directed time. None where nobody has said it."""
    rows = Membership.objects.current().filter(
        organisation=organisation, role=Role.TEACHER, person_id__in=list(person_ids)
    )
    return dict(rows.values_list("person_id", "fte"))


def over_set_aside(rows: Iterable[Release]) -> dict[tuple[int, int], int]:
    """(person, school) -> minutes by which their CPD of the year passes what is set aside, of
    the people of these rows; four queries, however many."""
    rows = [row for row in rows if row.day is not None]
    if not rows:
        return {}
    years = {academic_year(row.day) for row in rows if row.day}
    persons = {row.person_id for row in rows}
    schools = {row.organisation_id for row in rows}
    budgets = {
        (b.organisation_id, b.year): b
        for b in TimeBudget.objects.filter(
            organisation_id__in=schools, year__in=years, cpd_hours__isnull=False
        )
    }
    if not budgets:
        return {}
    shares = _who_teaches(schools, persons)
    found: dict[tuple[int, int], int] = {}
    for year in sorted(years):
        for (person, school), minutes in _taken(schools, persons, year).items():
            limit = set_aside(budgets.get((school, year)), shares.get((person, school)))
            if limit is not None and minutes > limit:
                found[person, school] = minutes - limit
    return found


@dataclass(frozen=True, slots=True)
class Passing:
    """Somebody whose CPD of a year (``taken``) passes what is ``set_aside``, both in minutes, or
    is about to; ``is_over`` where it does already."""

    name: str
    taken: int
    set_aside: int

    @property
    def is_over(self) -> bool:
        return self.taken > self.set_aside


def passing(places: QuerySet[Participant], year: int, more: int) -> list[Passing]:
    """Those of ``places`` who pass what is set aside with ``more`` minutes; one query."""
    here = {"organisation": OuterRef("organisation")}
    mine = {**here, "person": OuterRef("person")}
    teaches = Membership.objects.current().filter(**mine, role=Role.TEACHER)
    taken = Release.objects.live().in_year(year).filter(**mine).order_by().values("person")
    rows = (
        places.annotate(
            hours=Subquery(TimeBudget.objects.filter(**here, year=year).values("cpd_hours")),
            fte=Subquery(teaches.values("fte")[:1]),
            taken=Coalesce(Subquery(taken.annotate(sum=Sum(_TAKES)).values("sum")), 0),
        )
        .filter(hours__isnull=False, fte__isnull=False)
        .select_related("person")
        .order_by("person__family_name", "person__given_name", "pk")
    )
    people: Any = {(row.person_id, row.organisation_id): row for row in rows}
    found = [
        Passing(row.person.name, row.taken, int(row.hours * 60 * row.fte))
        for row in people.values()
    ]
    return [one for one in found if one.taken + more > one.set_aside]


def _who_teaches(
    schools: Collection[int], people: Collection[int]
) -> dict[tuple[int, int], Decimal | None]:
    """(person, school) -> FTE; None where nobody has said it."""
    held = Membership.objects.current().filter(
        organisation_id__in=schools, role=Role.TEACHER, person_id__in=people
    )
    rows = held.values_list("person_id", "organisation_id", "fte")
    return {(person, school or 0): fte for person, school, fte in rows}


def _taken(
    schools: Collection[int], people: Collection[int], year: int
) -> dict[tuple[int, int], int]:
    """(person, school) -> minutes of CPD that year."""
    rows = Release.objects.live().in_year(year)
    rows = rows.filter(person_id__in=people, organisation_id__in=schools)
    sums = rows.values_list("person_id", "organisation_id").annotate(minutes=Sum(_TAKES))
    return {(person, school): minutes or 0 for person, school, minutes in sums.order_by()}


# The allowance


@dataclass(frozen=True, slots=True)
class Allowance:
    """``minutes`` of a term that are approved by themselves, and how many are taken."""

    term: Span
    minutes: int
    taken: int

    @property
    def left(self) -> int:
        return max(0, self.minutes - self.taken)


def allowance(organisation: Organisation, day: date, budget: TimeBudget | None) -> Allowance | None:
    """Of the term of ``day``, by the school's ``budget`` of that year; None where none is set."""
    if budget is None or budget.term_minutes is None:
        return None
    term = term_of(organisation.pk, day)
    return Allowance(term, budget.term_minutes, taken_in(organisation.pk, term))


# Across schools


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """``figures`` is None where they are kept back: too few people stand behind them."""

    name: str
    ref: str
    figures: Figures | None


def schools_of(alliance: Alliance, year: int) -> tuple[list[SchoolFigures], Figures | None]:
    """What each school's people are released for in the alliance's activities, and all together.

    A school is not shown where fewer than five of its people stand behind a sum; nor is the next
    smallest school, where the total would give them away; nor the total where that does not help.
    """
    rows = Release.objects.in_year(year).filter(activity__alliance=alliance)
    keys = ("organisation__name", "organisation__ref", "organisation_id")
    found = grouped(rows, *keys)
    behind = fewest_by_school(rows)
    sizes = {key["organisation__ref"]: behind[key["organisation_id"]] for key, _figures in found}
    kept_back, safe = kept_back_of(sizes)
    shown = [
        SchoolFigures(
            key["organisation__name"],
            key["organisation__ref"],
            None if key["organisation__ref"] in kept_back else figures,
        )
        for key, figures in found
    ]
    return shown, totals(rows) if safe else None


def kept_back_of(sizes: dict[str, int]) -> tuple[set[str], bool]:
    """Which groups to keep back beside their total, and whether the total may be shown.

    Those kept back are none, or at least two that are RULE people or more together.
    """
    out = {name for name, n in sizes.items() if n < RULE}
    rest = sorted((n, name) for name, n in sizes.items() if name not in out)
    while out and rest and (len(out) < 2 or sum(sizes[name] for name in out) < RULE):
        out.add(rest.pop(0)[1])
    together = sum(sizes[name] for name in out)
    safe = not out or (len(out) >= 2 and together >= RULE)
    return out, safe and sum(sizes.values()) >= RULE


def of_activity(activity: Activity) -> list[tuple[dict[str, Any], Figures]]:
    """What its schools have planned and used for it, by school."""
    rows = Release.objects.filter(activity=activity)
    return grouped(rows, "organisation__name", "organisation__ref", "organisation_id")
