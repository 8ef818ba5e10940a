"""A call as a matching engine sees it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.enums import ParticipantState
from apps.activities.forming import actions, foci
from apps.activities.forming.enums import WeekTime
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.forming.permissions import can_run_call
from apps.activities.kinds import declared
from apps.activities.matchmaking import Forming, Grouping, Made, School, Who, Wisher, Wishers
from apps.activities.models import Activity, Participant
from apps.activities.ties import ties_among
from apps.schools.enums import CareerStage, Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.activities.forming.gaps import Gap

# Of the stages that a staff list knows, in whole years at least.
YEARS = {
    CareerStage.TRAINEE: 0,
    CareerStage.ECT_1: 0,
    CareerStage.ECT_2: 1,
    CareerStage.ESTABLISHED: 4,
    CareerStage.EXPERIENCED: 10,
}
NOT_KNOWN = 3  # neither new nor experienced
TIMES = WeekTime.values


def groupings() -> list[Grouping]:
    return [_grouping(forming) for forming in declared("FORMING")]


def forming_of(kind: str) -> Forming:
    """KeyError for a kind of which no groups are made."""
    found: dict[str, Forming] = {row.kind: row for row in declared("FORMING")}
    return found[kind]


def _grouping(forming: Forming) -> Grouping:
    return Grouping(
        kind=forming.kind,
        forming=forming,
        rounds=lambda: GroupCall.objects.filter(kind=forming.kind).select_related("alliance"),
        may_run=can_run_call,
        waiting=lambda call: set(call.wishes.waiting().values_list("pk", flat=True)),
        take_over=partial(_take_over, forming),
        board="activities:group_call",
        board_label=_("Wishes and groups"),
        ask_label=_("Propose groups"),
        gather=gather,
        people=people,
        foci=partial(foci.names, forming),
        time_words=lambda time: str(WeekTime(TIMES[time]).label),
    )


def _take_over(forming: Forming, call: GroupCall, groups: Sequence[Made], by: Person) -> int:
    return actions.make_groups(call, forming, groups, by)


def gather(call: GroupCall, gap: Gap | None = None) -> Wishers:
    """Those who wait; and, around a ``gap``, those who stay, without those who have gone."""
    rows = call.wishes.waiting()
    if gap is not None:
        waiting = Q(pk__in=rows.exclude(person_id__in=gap.gone).values("pk"))
        rows = call.wishes.filter(waiting | Q(pk__in=gap.staying))
    wishes = list(rows.select_related("organisation"))
    schools = {row.organisation_id: row.organisation for row in wishes}
    held = _held(wishes)
    ties, waited = _ties(wishes), _unplaced_before(call, wishes)
    before = _before(call, wishes, gap.activity if gap else None)
    people = [
        _wisher(row, held.get(row.pk), ties[row.pk], before[row.person_id], waited[row.person_id])
        for row in wishes
    ]
    return Wishers(
        schools=[
            School(
                pk,
                None
                if school.easting is None or school.northing is None
                else (school.easting, school.northing),
                school.phase,
                school.pupils,
                most_out=None,
            )
            for pk, school in sorted(schools.items())
        ],
        people=people,
        foci=sorted({focus for row in people for focus in row.foci}),
        times=len(TIMES),
    )


def _wisher(
    row: GroupWish, held: Membership | None, ties: set[int], before: set[int], waited: int
) -> Wisher:
    stage = held.career_stage if held else ""
    return Wisher(
        key=row.pk,
        school=row.organisation_id,
        foci=tuple(row.foci),
        times=frozenset(TIMES.index(time) for time in row.times),
        most_miles=row.most_miles,
        school_only=row.school_only,
        years=YEARS.get(stage, NOT_KNOWN),  # type: ignore[call-overload]
        department=_department(held),
        unplaced_before=waited,
        never=frozenset(ties),
        before=frozenset(before),
        is_support=held is not None and held.role == Role.SUPPORT,
        is_part_time=held is not None and held.fte is not None and held.fte < 1,
    )


def _department(held: Membership | None) -> str:
    """As the staff list has it, but for capitals and spaces: schools write as they please."""
    return " ".join(held.department.casefold().split()) if held else ""


def _held(wishes: list[GroupWish]) -> dict[int, Membership]:
    """What each is where they wished from, by wish."""
    rows = Membership.objects.current().filter(person_id__in=[row.person_id for row in wishes])
    by_place = {(row.person_id, row.organisation_id): row for row in rows.order_by("-pk")}
    found = {row.pk: by_place.get((row.person_id, row.organisation_id)) for row in wishes}
    return {pk: row for pk, row in found.items() if row is not None}


def _ties(wishes: list[GroupWish]) -> dict[int, set[int]]:
    """Wishes of those of whom one manages, appraises or tutors the other, by wish."""
    keys = {row.person_id: row.pk for row in wishes}
    tied = ties_among(set(keys))
    return {pk: {keys[other] for other in tied[person]} for person, pk in keys.items()}


def _before(call: GroupCall, wishes: list[GroupWish], but: Activity | None) -> dict[int, set[int]]:
    """In which activities of the kind each took part, by person; not counting ``but``."""
    rows = Participant.objects.filter(
        person_id__in=[row.person_id for row in wishes],
        activity__kind=call.kind,
        state__in=(ParticipantState.ACCEPTED, ParticipantState.WITHDRAWN),
    ).exclude(activity=but)
    found: dict[int, set[int]] = defaultdict(set)
    for person, activity in rows.values_list("person_id", "activity_id"):
        found[person].add(activity)
    return found


def _unplaced_before(call: GroupCall, wishes: list[GroupWish]) -> Counter[int]:
    """In how many earlier calls of the alliance each stayed without a group."""
    rows = GroupWish.objects.filter(
        call__in=GroupCall.objects.closed().filter(alliance=call.alliance_id, kind=call.kind),
        person_id__in=[row.person_id for row in wishes],
    ).without_a_group()
    return Counter(rows.exclude(call=call).values_list("person_id", flat=True))


def people(call: GroupCall) -> dict[int, Who]:
    rows = call.wishes.select_related("person", "organisation")
    return {row.pk: Who(row.person.name, row.organisation.name) for row in rows}
