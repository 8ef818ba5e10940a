"""Time out of class or off duty: planned and used, who covered, who pays, and what is left over.

Hours used are divided by cover and by payer at once, money by payer; what may be shown beside the
total is decided by `apps.evaluation.side_by_side.margins`. Full-time and part-time are told by how
much that is for each full-time equivalent, which is no sum that could be taken from another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.activities.release import behind
from apps.activities.release.enums import Cover, InClass, Payer, ReleaseState
from apps.activities.release.models import ReleaseQuerySet
from apps.audits.suppression import is_small
from apps.core.years import academic_year, year_bounds
from apps.evaluation import suppression
from apps.evaluation.side_by_side import margins
from apps.evaluation.snapshot import school_tables, school_work
from apps.evaluation.snapshot.frame import Days, Frame, SchoolFrame
from apps.evaluation.snapshot.people import FULL, HOURS, PART, hours_of
from apps.evaluation.snapshot.tables import Table, table
from apps.evaluation.snapshot.wording import hours
from apps.schools.enums import Role
from apps.schools.models import Membership, TimeBudget

Facts = dict[str, Any]
Key = tuple[int, int]  # (school, person)
HIDDEN: Facts = {"hidden": True}
PARTS = ("cover", "travel", "extra_pay", "fee")
MONEY = {"cash", "supply", "travel", "extra_pay", "fees"}


def of_school(frame: SchoolFrame) -> Facts:
    return _facts(frame, [frame.school.pk]) | {"budget": budget(frame)}


def of_alliance(frame: Frame) -> Facts:
    """How many costs are not known is not said, since one may be one person's."""
    found = _facts(frame, frame.school_ids)
    ledger = found["ledger"]
    unpriced = HIDDEN if ledger["unpriced"] else 0
    return found | {"ledger": ledger | {"unpriced": unpriced}, "budget": None}


def _facts(frame: Days, schools: Sequence[int]) -> Facts:
    rows = frame.released()
    ledger = school_work.ledger(rows) | {"rate": None}
    fte = _fte(frame, schools)
    if ledger["hidden"] or ledger["planned"] is ledger["pounds"] is None:
        return {"ledger": ledger, "covers": [], "payers": [], "hours": [], "not_used": None}
    used = _used(rows)
    covers, payers = margins(_people(used))
    few = behind.of_few(rows)
    # Elsewhere stands what colleagues covered: beside it no other cover may be worked out.
    by_colleagues = any(cover == Cover.INTERNAL for cover, _payer in used)
    if by_colleagues and "internal" not in few and Cover.INTERNAL not in covers:
        covers = set()
    if "used" in few:
        covers = payers = set()
    pounds = _by_payer(rows, is_parted=not few & MONEY)
    return {
        "ledger": ledger,
        "covers": _told(used, 0, covers, [*Cover.values, ""], "cover"),
        "payers": [
            row | {"pounds": pounds.get(row["payer"])}
            for row in _told(used, 1, payers, Payer.values, "payer", also=pounds)
        ],
        "hours": [] if "used" in few or ledger["planned"] is None else _each(used, fte),
        "not_used": _not_used(rows),
    }


def _fte(frame: Days, schools: Sequence[int]) -> dict[Key, Decimal | None]:
    """Everybody on the staff lists in the period, with the largest share that they work."""
    rows = (
        Membership.objects.staff()
        .filter(organisation_id__in=schools, starts_on__lte=frame.end)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start))
        .order_by("role", "pk")  # as `people.staff` takes them
    )
    return {
        (school, person): fte
        for school, person, fte in rows.values_list("organisation_id", "person_id", F("fte"))
    }


Used = Mapping[tuple[str, str], Mapping[Key, int]]


def _used(rows: ReleaseQuerySet) -> Used:
    """Minutes used of each person, by cover and payer."""
    found: dict[tuple[str, str], dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    sums = (
        rows.filter(behind.SUMS["used"])
        .order_by()
        .values_list("cover", "payer", "organisation_id", "person_id")
        .annotate(minutes=Sum("actual_minutes"))
    )
    for cover, payer, school, person, minutes in sums:
        found[cover, payer][school, person] += minutes
    return found


def _people(used: Used) -> dict[Any, frozenset[Key]]:
    return {key: frozenset(people) for key, people in used.items()}


def _told(
    used: Used, way: int, shown: set[Any], values: Sequence[str], name: str, also: Any = ()
) -> list[Facts]:
    """Hours used, of each value that has any (or is in ``also``), in their order."""
    sums: dict[str, int] = defaultdict(int)
    for key, people in used.items():
        sums[key[way]] += sum(people.values())
    return [
        {
            name: value,
            "used": (round(sums[value] / 60, 1) if value in shown else HIDDEN)
            if value in sums
            else 0,
        }
        for value in values
        if value in sums or value in also
    ]


def _by_payer(rows: ReleaseQuerySet, *, is_parted: bool) -> dict[str, Any]:
    """Pounds of each that pays any; what the money was for is told beside it."""
    some = behind.SUMS["cash"]
    sums = (
        rows.filter(some)
        .order_by()
        .values_list("payer", "organisation_id", "person_id")
        .annotate(**{part: Coalesce(Sum(f"{part}_pence"), 0) for part in PARTS})
    )
    people: dict[tuple[str, str], set[Key]] = defaultdict(set)
    pence: dict[str, int] = defaultdict(int)
    for payer, school, person, *amounts in sums:
        for part, amount in zip(PARTS, amounts, strict=True):
            pence[payer] += amount
            if amount:
                people[payer, part if is_parted else ""].add((school, person))
    payers, _parts = margins({key: frozenset(some) for key, some in people.items()}, fixed=True)
    return {payer: n / 100 if payer in payers else HIDDEN for payer, n in pence.items()}


def _each(used: Used, fte: Mapping[Key, Decimal | None]) -> list[Facts]:
    """Full-time equivalents of full-time and part-time staff, and hours used for each of them."""
    groups: dict[Any, set[Key]] = {name: set() for name in HOURS}
    for key, part in fte.items():
        groups[hours_of(part)].add(key)
    minutes: dict[str, int] = defaultdict(int)
    people: dict[str, set[Key]] = defaultdict(set)
    for some in used.values():
        for key, n in some.items():
            group = hours_of(fte.get(key))
            minutes[group] += n
            people[group].add(key)
    shown, _one = margins({(name, ""): frozenset(some) for name, some in people.items()})
    staffed, _one = margins({(name, ""): frozenset(some) for name, some in groups.items()})
    found = []
    for name in (FULL, PART):
        whole = sum((fte[key] or Decimal(0) for key in groups[name]), Decimal(0))
        if not whole:
            continue
        each = round(minutes[name] / 60 / float(whole), 1)
        hides = name not in staffed
        found.append(
            {
                "hours": name,
                "fte": HIDDEN if hides else float(round(whole, 1)),
                "each": HIDDEN if hides or (people[name] and name not in shown) else each,
            }
        )
    return found


def _not_used(rows: ReleaseQuerySet) -> Any:
    """Hours that were planned and not used at all."""
    found = rows.filter(state=ReleaseState.NOT_USED, planned_minutes__gt=0)
    found = found.exclude(in_class=InClass.NO)
    people = found.order_by().values_list("organisation_id", "person_id").distinct()
    if suppression.of_few(people):
        return HIDDEN
    return round((found.aggregate(sum=Sum("planned_minutes"))["sum"] or 0) / 60, 1)


def budget(frame: SchoolFrame) -> Facts | None:
    """Hours set aside for CPD in the directed time of the year, pro rata for part-timers; those
    taken in the period; and what is left, where the period begins with the year."""
    year = academic_year(frame.end)
    row = TimeBudget.objects.filter(organisation=frame.school, year=year).first()
    if row is None or row.cpd_hours is None:
        return None
    held = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start),
        organisation=frame.school,
        role=Role.TEACHER,
        starts_on__lte=frame.end,
    ).order_by("pk")
    teachers = dict(held.values_list("person_id", "fte"))
    whole = sum((fte for fte in teachers.values() if fte is not None), Decimal(0))
    rows = frame.released().live().filter(person_id__in=teachers)
    taken = rows.aggregate(
        minutes=Sum(Coalesce("actual_minutes", "planned_minutes")),
        people=Count("person", distinct=True),
    )
    unknown = sum(fte is None for fte in teachers.values())
    few = is_small(taken["people"]) or is_small(len(teachers)) or is_small(len(teachers) - unknown)
    if few:
        return {"set_aside": HIDDEN, "taken": HIDDEN, "left": HIDDEN, "unknown": 0}
    set_aside, took = float(row.cpd_hours * whole), (taken["minutes"] or 0) / 60
    begins = frame.start == year_bounds(year)[0]
    return {
        "set_aside": round(set_aside, 1),
        "taken": round(took, 1),
        "left": round(set_aside - took, 1) if begins else None,
        "unknown": unknown if not is_small(unknown) else HIDDEN,
    }


# What is said and printed of them


def tables(found: Facts) -> list[Table | None]:
    ledger, left = found["ledger"], found["budget"]
    return [
        school_tables.time(ledger),
        _rows(
            "covers",
            _("Hours used, by who covered"),
            [_("Cover"), _("Hours")],
            [[_cover(row["cover"]), row["used"]] for row in found["covers"]],
        ),
        _rows(
            "part_time",
            _("Hours used, by full-time and part-time"),
            [_("Staff"), _("Full-time equivalents"), _("Hours for each")],
            [[group(row["hours"]), row["fte"], row["each"]] for row in found["hours"]],
            note=_("Pro rata: somebody who works half the week is half an equivalent."),
        ),
        _rows(
            "unspent",
            _("What was not used"),
            ["", _("Hours")],
            [
                [_("Planned, and not used at all"), found["not_used"]],
                *(
                    [
                        [_("Set aside for CPD in directed time, a year"), left["set_aside"]],
                        [_("Of it taken in these days"), left["taken"]],
                        [_("Left of the year"), left["left"]],
                    ]
                    if left
                    else []
                ),
            ]
            if ledger["planned"] is not None
            else [],
            note=_("What is left of a year is known where the report begins with it.")
            if left and left["left"] is None
            else "",
        ),
    ]


def money_tables(found: Facts) -> list[Table | None]:
    return [
        school_tables.money(found["ledger"]),
        _rows(
            "payers",
            _("Who pays"),
            [_("Payer"), _("Hours"), _("Pounds")],
            [[Payer(row["payer"]).label, row["used"], row["pounds"]] for row in found["payers"]],
        ),
    ]


def _rows(
    name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], note: str = ""
) -> Table | None:
    if not rows:
        return None
    return table(name, title, columns, [[str(row[0]), *row[1:]] for row in rows], note=note)


def _cover(value: str) -> str:
    return str(Cover(value).label) if value else _("Not known")


def group(value: str) -> str:
    return _("Full-time") if value == FULL else _("Part-time")


def pro_rata(found: Facts) -> str:
    """Part-time beside full-time, for each equivalent."""
    each = {row["hours"]: row["each"] for row in found["hours"]}
    full, part = each.get(FULL), each.get(PART)
    if not isinstance(full, int | float) or not isinstance(part, int | float):
        return _("Too little is known to set part-time beside full-time staff.")
    return _("For each full-time equivalent: full-time %(full)s, part-time %(part)s.") % {
        "full": hours(full),
        "part": hours(part),
    }


def unspent(found: Facts) -> str:
    lost, left = found["not_used"], found["budget"]
    words = []
    if isinstance(lost, int | float):
        words.append(
            _("%(hours)s were planned and not used at all.") % {"hours": hours(lost)}
            if lost
            else _("Nothing that was planned fell through.")
        )
    if left and isinstance(left["left"], int | float):
        words.append(
            _("Of the time set aside for the year %(hours)s are left.")
            % {"hours": hours(left["left"])}
        )
    return " ".join(words) or _("Too little is known to say what was not used.")
