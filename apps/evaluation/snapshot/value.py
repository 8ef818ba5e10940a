"""Time and money beside what was measured: by kind, by activity and, in an alliance, by school.

They stand side by side; that one led to the other is said nowhere. What may be shown together is
decided by `apps.evaluation.side_by_side`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.activities.enums import OutcomeLevel
from apps.activities.models import Participant
from apps.activities.release import behind
from apps.activities.release.models import ReleaseQuerySet
from apps.evaluation import suppression
from apps.evaluation.side_by_side import Shown, together
from apps.evaluation.snapshot import outcomes
from apps.evaluation.snapshot.frame import Days, Frame
from apps.evaluation.snapshot.outcomes import Judged
from apps.evaluation.snapshot.tables import Table, table
from apps.evaluation.snapshot.wording import kind_name

Facts = dict[str, Any]
HIDDEN: Facts = {"hidden": True}
NO_ACTIVITY = ""  # the kind of time that is in the ledger without one
COLUMNS = ("used", "cash")
PARTS = ("cover", "travel", "extra_pay", "fee")


class Row(NamedTuple):
    """What the ledger has of one person in one activity for one school; minutes and pence."""

    activity: int | None
    kind: str
    school: int
    person: int
    used: int
    cover: int
    travel: int
    extra_pay: int
    fee: int

    @property
    def cash(self) -> int:
        return self.cover + self.travel + self.extra_pay + self.fee


def of_school(frame: Days) -> Facts:
    """Its outcomes, with their ``value``."""
    judged = outcomes.judged(frame)
    return outcomes.told(judged) | {"value": _facts(judged, frame, None)}


def of_alliance(frame: Frame) -> Facts:
    """The same of an alliance or a programme, by school too."""
    judged = outcomes.judged(frame)
    value = _facts(judged, frame, frame.schools)
    return outcomes.told_with_weights(frame, judged) | {"value": value}


def _rows(released: ReleaseQuerySet) -> list[Row]:
    keys = ("activity_id", "activity__kind", "organisation_id", "person_id")
    some = behind.SUMS["cash"]
    found = (
        released.filter(some | behind.SUMS["planned"] | behind.SUMS["used"])
        .order_by()
        .values_list(*keys)
        .annotate(
            used=Coalesce(Sum("actual_minutes", filter=behind.SUMS["used"]), 0),
            **{part: Coalesce(Sum(f"{part}_pence", filter=some), 0) for part in PARTS},
        )
    )
    return [Row(one, kind or NO_ACTIVITY, *rest) for one, kind, *rest in found]


def _shown(
    frame: Days, rows: Sequence[Row], listed: Collection[int], by_school: bool
) -> dict[str, Shown]:
    """By column. A school's own report divides the money by what it was for, unless that would
    tell of few: beside these sums no other may give them away."""
    if by_school:
        beside = _rows(frame.released_beside())
        return {column: _across(rows, beside, column, listed) for column in COLUMNS}
    few = behind.of_few(frame.released())
    parted = not few & {"cash", "supply", "travel", "extra_pay", "fees"}
    return {
        "used": together(_behind(rows, "used", listed), listed, readers=False),
        "cash": together(
            _behind_parts(rows, listed), listed, by_school=parted, fixed=True, readers=False
        ),
    }


def _across(
    rows: Sequence[Row], beside: Sequence[Row], column: str, listed: Collection[int]
) -> Shown:
    """Of several schools. What is not in it, but in the report of something larger, must not be
    given away by the difference: in all, by kind and by school."""
    all_of: set[tuple[int, int]] = set()
    kinds: dict[Any, set[tuple[int, int]]] = defaultdict(set)
    schools: dict[Any, set[tuple[int, int]]] = defaultdict(set)
    for row in beside:
        if getattr(row, column):
            for some in (all_of, kinds[row.kind], schools[row.school]):
                some.add((row.school, row.person))
    if suppression.of_few(all_of):
        return Shown()
    never = [
        {name for name, people in groups.items() if suppression.of_few(people)}
        for groups in (kinds, schools)
    ]
    here = _behind(rows, column, listed)
    both = together(here, listed, by_school=True, never=(never[0], never[1]))
    without_schools = together(here, listed, never=(never[0], ()))
    return max(both, without_schools, key=_much)


def _much(shown: Shown) -> int:
    return len(shown.activities) + len(shown.kinds) + len(shown.schools)


def _facts(
    judged: Sequence[Judged], frame: Days, schools: Sequence[tuple[int, str]] | None
) -> Facts:
    rows = _rows(frame.released())
    named = outcomes.listed(judged)
    listed = {activity.pk for activity, _parts in named}
    shown = _shown(frame, rows, listed, schools is not None)
    placed = {what: _placed(rows, place) for what, place in _PLACE.items()}

    def told(what: str, key: Any, mine: Iterable[Judged]) -> Facts:
        parts = [part for _a, parts in mine for part in parts]
        return _sums(placed[what].get(key, []), shown, what, key) | _measured(parts)

    kinds = {activity.kind for activity, _p in judged} | set(placed["kind"])
    names = outcomes.names_in([activity.pk for activity, _parts in named])
    found: Facts = {
        "kinds": [
            {"kind": kind, "activities": sum(a.kind == kind for a, _p in judged)}
            | told("kind", kind, [pair for pair in judged if pair[0].kind == kind])
            for kind in sorted(kinds)
        ],
        "activities": [
            {
                "title": outcomes.without(activity.title, names.get(activity.pk, [])),
                "kind": activity.kind,
                "school": activity.organisation.name,
            }
            | told("activity", activity.pk, [(activity, parts)])
            for activity, parts in named
        ],
    }
    if schools is None:
        return found
    here = _by_school(judged)
    return found | {
        "schools": [
            {"id": pk, "school": name, "activities": len(here[pk])} | told("school", pk, here[pk])
            for pk, name in schools
        ]
    }


def _behind(rows: Iterable[Row], column: str, listed: Collection[int]) -> Any:
    """Who stands behind each crossing; activities that are not listed count as one of a kind."""
    found: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        if getattr(row, column):
            activity = row.activity if row.activity in listed else None
            found[activity, row.kind, row.school].add(row.person)
    return {key: frozenset(people) for key, people in found.items()}


def _behind_parts(rows: Iterable[Row], listed: Collection[int]) -> Any:
    """The same of money, by what it was for in place of schools."""
    found: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        activity = row.activity if row.activity in listed else None
        for part in PARTS:
            if getattr(row, part):
                found[activity, row.kind, part].add(row.person)
    return {key: frozenset(people) for key, people in found.items()}


_PLACE: dict[str, Callable[[Row], Any]] = {
    "kind": lambda row: row.kind,
    "activity": lambda row: row.activity,
    "school": lambda row: row.school,
}
_LISTS = {"kind": "kinds", "activity": "activities", "school": "schools"}


def _placed(rows: Iterable[Row], place: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[place(row)].append(row)
    return dict(found)


def _sums(mine: Sequence[Row], shown: dict[str, Shown], what: str, key: Any) -> Facts:
    """Hours used and pounds; None where nothing is in the ledger, or no price is known."""

    def told(column: str, figure: float | None) -> Any:
        if not any(getattr(row, column) for row in mine):
            return figure  # nobody stands behind it
        return figure if key in getattr(shown[column], _LISTS[what]) else HIDDEN

    hours = round(sum(row.used for row in mine) / 60, 1) if mine else None
    pence = sum(row.cash for row in mine)
    return {"used": told("used", hours), "pounds": told("cash", pence / 100 if pence else None)}


def _measured(parts: Sequence[Any]) -> Facts:
    about = outcomes.counts(parts)
    pupils = outcomes.counts([p for p in parts if outcomes.level_of(p) == OutcomeLevel.PUPIL])
    return {
        "agreed": about["agreed"],
        "judged": about["evaluable"],
        "met": about["met"],
        "pupils_judged": pupils["evaluable"],
        "pupils_met": pupils["met"],
    }


def _by_school(judged: Sequence[Judged]) -> dict[int, list[Judged]]:
    """The activities that a school leads or its people take part in."""
    places = Participant.objects.taking_part().filter(activity__in=[a.pk for a, _p in judged])
    pairs = set(places.values_list("activity_id", "organisation_id"))
    pairs |= {(activity.pk, activity.organisation_id) for activity, _parts in judged}
    schools: dict[int, set[int]] = defaultdict(set)
    for activity, school in pairs:
        schools[activity].add(school)
    found: dict[int, list[Judged]] = defaultdict(list)
    for pair in judged:
        for school in schools[pair[0].pk]:
            found[school].append(pair)
    return found


# What is said and printed of them


def title() -> str:
    return _("What it took, beside what was measured")


def finding() -> str:
    return _(
        "Time and money stand beside the measures: it does not follow that one led to the other."
    )


def tables(found: Facts) -> list[Table | None]:
    return [
        _table(
            "value_kinds",
            _("Time and money beside what was measured, by kind"),
            [_("Kind"), _("Activities")],
            [[_kind(row["kind"]), row["activities"], *_cells(row)] for row in found["kinds"]],
        ),
        _table(
            "value_activities",
            _("Time and money beside what was measured, by activity"),
            [_("Activity")],
            [[_title(row), *_cells(row)] for row in found["activities"]],
        ),
        _table(
            "value_schools",
            _("Time and money beside what was measured, by school"),
            [_("School"), _("Activities")],
            [[row["school"], row["activities"], *_cells(row)] for row in found.get("schools", [])],
            schools=[row.get("id") for row in found.get("schools", [])],
        ),
    ]


def _kind(slug: str) -> str:
    return kind_name(slug) if slug else _("Without an activity")


def _title(row: Facts) -> str:
    words = _("%(kind)s led by %(school)s")
    return str(row["title"] or words % {"kind": kind_name(row["kind"]), "school": row["school"]})


def _cells(row: Facts) -> list[Any]:
    return [row[name] for name in ("used", "pounds", "judged", "met", "pupils_met")]


def _table(
    name: str,
    title: str,
    first: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    schools: Sequence[int | None] = (),
) -> Table | None:
    if not rows:
        return None
    columns = [
        *first,
        _("Hours used"),
        _("Pounds"),
        _("Measures judged"),
        _("Targets reached"),
        _("Of them, for pupils"),
    ]
    note = _("Hours out of class or off duty; pounds for cover, travel, extra pay and fees.")
    return table(name, title, columns, rows, note=note, schools=schools)
