"""Tables that divide the same staff in different ways: an attack by every choice of groups."""

from __future__ import annotations

from copy import deepcopy
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.evaluation.several_ways import HIDDEN, fit
from apps.evaluation.snapshot import equality, school_people
from apps.evaluation.snapshot.frame import Frame, SchoolFrame
from apps.schools.enums import CareerStage, JobRole, Role
from tests import factories as f

SHOWN = {"count": 1, "of": 1}
# (school, role, hours, stage, taking part), so many of each.
staff = st.lists(
    st.tuples(
        st.tuples(*(st.integers(0, n) for n in (1, 1, 2, 3)), st.booleans()), st.integers(1, 12)
    ),
    max_size=14,
)


def choices(groups: Any) -> Any:
    groups = list(groups)
    return chain.from_iterable(combinations(groups, n) for n in range(len(groups) + 1))


@given(staff, st.sets(st.tuples(st.integers(0, 2), st.integers(0, 3))))
@settings(max_examples=60, deadline=None)
def test_no_two_ways_tell_of_few(kinds, hidden) -> None:
    people = dict(enumerate(kind for kind, n in kinds for _ in range(n)))
    everybody, active = set(people), {who for who, kind in people.items() if kind[-1]}
    ways: list[Any] = []
    for way in range(3):
        of = {who: kind[1 + way] for who, kind in people.items()}
        cells = {g: HIDDEN if (way, g) in hidden else SHOWN for g in set(of.values())}
        ways.append((of, cells))
    before = deepcopy(ways[0][1])

    fit(ways, [active, everybody - active, everybody], lambda who: people[who][0])

    assert ways[0][1] == before  # one way alone is left to the other rules
    for (first, some), (second, others) in combinations(ways, 2):
        sums = [
            [{g} for g, cell in cells.items() if cell == SHOWN]
            + [{g for g, cell in cells.items() if cell == HIDDEN}]
            for cells in (some, others)
        ]
        for one, other in product(choices(sums[0]), choices(sums[1])):
            left = {
                who
                for who in people
                if any(first[who] in groups for groups in one)
                != any(second[who] in groups for groups in other)
            }
            for group in (active, everybody - active, everybody):
                for school in (None, 0, 1):
                    seen = {who for who in left & group if people[who][0] != school}
                    # Whole ways alone are for the rules of each table.
                    if one and other and seen:
                        assert len(seen) >= 5 or some_way_alone(one, other, sums)


def some_way_alone(one: Any, other: Any, sums: Any) -> bool:
    """Nothing, or everybody, of one of the two ways."""
    return any(len(part) in (0, len(way)) for part, way in zip((one, other), sums, strict=True))


@pytest.mark.django_db
def test_a_schools_two_teachers_of_unknown_stage_are_not_worked_out() -> None:
    """Nobody knows the stage of support staff: "not known" less them would be two teachers."""
    school = f.SchoolFactory()
    frame = SchoolFrame(school=school, start=clock.today(), end=clock.today(), at=clock.now())
    activity = f.ActivityFactory(organisation=school)
    known = CareerStage.values[0]
    for role, stage, many in (
        (Role.TEACHER, known, 30),
        (Role.TEACHER, "", 2),
        (Role.SUPPORT, "", 20),
    ):
        for n in range(many):
            place = f.MembershipFactory(
                organisation=school, role=role, career_stage=stage, fte=1,
                job_role=JobRole.values[0] if role == Role.TEACHER else JobRole.values[-1],
            )  # fmt: skip
            if n % 2 or many == 2:
                f.ParticipantFactory(activity=activity, person=place.person, organisation=school)

    found = equality.of_school(frame)

    assert [row["cell"]["of"] for row in found["groups"]] == [32, 20]
    assert all(row["cell"] == HIDDEN for row in found["career_stages"])
    assert school_people.facts(frame)["groups"][Role.SUPPORT]["of"] == 20


@pytest.mark.django_db
def test_nor_are_an_alliances() -> None:
    alliance = f.AllianceFactory()
    activity = f.ActivityFactory(alliance=alliance)
    for _school in range(2):
        school = f.SchoolFactory()
        f.AllianceMemberFactory(alliance=alliance, organisation=school)
        for role, stage, many in (
            (Role.TEACHER, CareerStage.values[0], 20),
            (Role.TEACHER, "", 2),
            (Role.SUPPORT, "", 20),
        ):
            for n in range(many):
                place = f.MembershipFactory(
                    organisation=school, role=role, career_stage=stage, fte=1
                )
                if n % 2 or many == 2:
                    f.ParticipantFactory(
                        activity=activity, person=place.person, organisation=school
                    )
    frame = Frame(alliance=alliance, start=clock.today(), end=clock.today(), at=clock.now())

    found = equality.of_alliance(frame)

    assert [row["cell"]["of"] for row in found["groups"]] == [44, 40]
    assert all(row["cell"] == HIDDEN for row in found["career_stages"])
