"""An attacker who has every released table, and adds and subtracts them as they like."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from apps.audits.disclosure import Group, chosen, is_safe
from apps.audits.enums import Grouping, QuestionKind
from apps.audits.measuring import Kind, Measured, Option, Sums
from apps.audits.releasing import alliance, cells, school
from apps.audits.suppression import RULE, is_small

ASKED = SimpleNamespace(pk=1, code="q", kind=QuestionKind.GRID, choices=[], steps=None)


def smallest(rows: list[set[int]], people: int) -> int | None:
    """Over how few people something is that can be made of ``rows``; None: RULE or more.

    By search: a combination that is about certain people alone is there if leaving these out
    costs the rows some of their rank.
    """
    matrix = np.array([[float(p in row) for p in range(people)] for row in rows])
    # People in the same rows are alike: take or leave them together.
    alike = Counter(tuple(column) for column in matrix.T)
    alike.pop((0.0,) * len(rows), None)
    small = [column for column, n in alike.items() if n < RULE]
    columns = list(alike)
    full = np.linalg.matrix_rank(np.array(columns).T) if columns else 0
    for count in range(1, RULE):
        for some in combinations(small, count):
            n = sum(alike[column] for column in some)
            if n < RULE:
                rest = [column for column in columns if column not in some]
                rank = np.linalg.matrix_rank(np.array(rest).T) if rest else 0
                if rank < full:
                    return n
    return None


def one_school(seed: int) -> list[Kind]:
    """People of one school, some groups of it very small."""
    random = Random(seed)
    roles = ["teacher"] * random.choice([1, 3, 9]) + ["support"] * random.choice([1, 2])
    departments = ["", "maths", "english", "science"][: random.randint(1, 4)]
    stages = ["", "ect_1", "established"][: random.randint(1, 3)]
    return [
        Kind(
            1,
            random.choice(roles),
            random.random() < random.choice([0.1, 0.4]),
            "primary",
            random.choice(departments),
            random.choice(stages),
        )
        for _ in range(random.choice([4, 9, 20, 45]))
    ]


def measured(people: list[Kind], rated: list[Kind]) -> Measured:
    counts = dict(Counter(people))
    sums = {kind: Sums(n, 7 * n, 2 * n, 3 * n) for kind, n in Counter(rated).items()}
    return Measured(counts, counts, counts, {1: sums})


def test_no_combination_of_one_schools_tables_is_about_fewer_than_five() -> None:
    for seed in range(40):
        attack_a_school(seed)


def attack_a_school(seed: int) -> None:
    people = one_school(seed)
    random = Random(seed)
    rated = [n for n in range(len(people)) if random.random() < random.choice([0.5, 0.95])]
    made = school.tables([ASKED], measured(people, [people[n] for n in rated]))

    every, answers = [], []
    for grouping, table in made.items():
        key_of = school.KEYS.get(grouping, lambda _kind: school.ALL)
        for row in table["groups"]:
            key = row["key"]
            of = {n for n, kind in enumerate(people) if key_of(kind) == key}
            assert row["counted"] == len(of)
            every.append(of)
            cell = table["questions"]["q"]["cells"][key]
            if cell is not None:
                assert cell[0] == len(of & set(rated))
                answers.append(of & set(rated))
    for rows in (every, answers):
        if rows:
            assert smallest(rows, len(people)) is None


def schools_of(seed: int) -> tuple[list[Kind], alliance.Schools]:
    random = Random(seed)
    people: list[Kind] = []
    count = random.randint(2, 5)
    for number in range(1, count + 1):
        support = random.choice([0, 0.1, 0.4])
        leading = random.choice([0, 0.15, 0.4])
        for _ in range(random.choice([1, 4, 6, 12, 30])):
            role = "support" if random.random() < support else "teacher"
            people.append(Kind(number, role, random.random() < leading))
    phases = {n: random.choice(["primary", "secondary"]) for n in range(1, count + 1)}
    pooled = frozenset(n for n in phases if random.random() < 0.2)
    named = frozenset(n for n in phases if n not in pooled and random.random() < 0.6)
    read = {n for n in phases if n not in pooled and random.random() < 0.3}
    readers = {frozenset({n}) for n in read} | ({frozenset(read)} if len(read) > 1 else set())
    return people, alliance.Schools(phases, pooled, named, readers=frozenset(readers))


def test_nor_of_an_alliances_tables_and_those_of_its_schools_for_who_reads_some_by_name() -> None:
    for seed in range(120):
        attack_an_alliance(seed)


def attack_an_alliance(seed: int) -> None:
    people, schools = schools_of(seed)
    random = Random(seed)
    rated = {n for n in range(len(people)) if random.random() < random.choice([0.6, 1])}
    made = alliance.tables([ASKED], measured(people, [people[n] for n in sorted(rated)]), schools)

    every, answers = [], []
    for (of_school, grouping), table in made.items():
        assert of_school not in schools.pooled
        if grouping == Grouping.SCHOOL:
            continue
        for row in table["groups"]:
            members = {
                n
                for n, kind in enumerate(people)
                if of_school in (None, kind.school) and _is_in(kind, grouping, row["key"], schools)
            }
            assert row["counted"] == len(members)
            every.append(members)
            cell = table["questions"]["q"]["cells"][row["key"]]
            if cell is not None:
                assert cell[0] == len(members & rated)
                answers.append(members & rated)
    for known in (frozenset[int](), *schools.readers):
        heart = {n for n, kind in enumerate(people) if kind.school in known}
        for rows in ([row - heart for row in every], [row - heart for row in answers]):
            if rows:
                assert smallest(rows, len(people)) is None


def _is_in(kind: Kind, grouping: str, key: str, schools: alliance.Schools) -> bool:
    if grouping == Grouping.PHASE:
        return schools.phases[kind.school or 0] == key
    if grouping == Grouping.ALL:
        return True
    return school.KEYS[grouping](kind) == key


def test_a_school_that_did_not_agree_is_not_what_the_named_ones_leave_over() -> None:
    for seed in range(30):
        leave_over(seed)


def leave_over(seed: int) -> None:
    people, schools = schools_of(seed)
    made = alliance.tables([ASKED], measured(people, people), schools)
    if not made:
        return
    found = made[None, Grouping.SCHOOL]["questions"]["q"]
    named = {
        n
        for n in schools.named
        if (n, Grouping.ALL) in made
        and made[n, Grouping.ALL]["questions"]["q"]["cells"]["all"]
        and n not in found["apart"]
    }
    left = {kind.school for kind in people} - named
    n = made[None, Grouping.ALL]["questions"]["q"]["cells"]["all"][0]
    rest = n - sum(made[s, Grouping.ALL]["questions"]["q"]["cells"]["all"][0] for s in named)
    assert not rest or len(left) > 1
    assert found["cells"]["others"] is None or found["cells"]["others"][0] == rest


def tables_of(schools: alliance.Schools, *sizes: int) -> dict[tuple[int | None, str], Any]:
    people = [Kind(n, "teacher", False) for n, size in enumerate(sizes, 1) for _ in range(size)]
    return alliance.tables([ASKED], measured(people, people), schools)


def test_who_reads_one_school_by_name_does_not_find_a_pooled_one_beside_it() -> None:
    """Of 3 with names and 3 pooled: whoever knows the first three has the sum of the others."""
    phases = dict.fromkeys((1, 2, 3, 4), "primary")
    pooled, named = frozenset({2}), frozenset({3, 4})
    unread = tables_of(alliance.Schools(phases, pooled, named), 3, 3, 25, 26)
    assert {of for of, _ in unread} == {None, 3, 4}
    assert unread[None, Grouping.SCHOOL]["questions"]["q"]["cells"]["others"][0] == 6
    readers = frozenset({frozenset({1})})
    made = tables_of(alliance.Schools(phases, pooled, named, readers=readers), 3, 3, 25, 26)
    assert {of for of, _ in made} == {None, 4}
    assert made[None, Grouping.SCHOOL]["questions"]["q"]["cells"]["others"][0] == 31
    # The second has enough people now, and was promised that nothing of it alone is shown.
    made = tables_of(alliance.Schools(phases, pooled, named, readers=readers), 3, 7, 25, 26)
    assert {of for of, _ in made} == {None, 4}
    # Who reads both knows both, and finds nobody else.
    both = frozenset({frozenset({1, 2})})
    schools = alliance.Schools(phases, frozenset(), named, readers=both)
    assert {of for of, _ in tables_of(schools, 3, 3, 25, 26)} == {None, 3, 4}


def test_nor_small_groups_of_two_schools_of_which_they_read_one() -> None:
    """Three of the support staff at each school: six together, and three for who reads one."""
    people = [Kind(n, role, False) for n in (1, 2) for role in ["teacher"] * 9 + ["support"] * 3]
    phases, readers = {1: "primary", 2: "primary"}, frozenset({frozenset({1})})
    for read, shown in ((frozenset(), True), (readers, False)):
        schools = alliance.Schools(phases, readers=read)
        made = alliance.tables([ASKED], measured(people, people), schools)
        assert ((None, Grouping.ROLE) in made) == shown


def test_two_groupings_that_differ_by_one_person_are_not_both_shown() -> None:
    """Of 12 teachers and 12 who do not lead, one teacher leads: the difference is that one."""
    people = [Kind(1, "teacher", False)] * 11 + [Kind(1, "teacher", True)]
    people += [Kind(1, "support", False)] * 1
    made = school.tables([ASKED], measured(people, people))
    assert set(made) == {Grouping.ALL}
    people += [Kind(1, "support", False)] * 6 + [Kind(1, "teacher", True)] * 5
    made = school.tables([ASKED], measured(people, people))
    assert set(made) == {Grouping.ALL, Grouping.ROLE, Grouping.LEADERS}


def test_a_small_group_is_safe_where_it_cannot_be_reached() -> None:
    """Two leaders among the support staff: no sum of roles and of leaders is about them."""
    people = [Kind(1, "teacher", False)] * 30 + [Kind(1, "teacher", True)] * 9
    people += [Kind(1, "support", False)] * 20 + [Kind(1, "support", True)] * 2
    made = school.tables([ASKED], measured(people, people))
    assert set(made) == {Grouping.ALL, Grouping.ROLE, Grouping.LEADERS}


def test_nothing_is_chosen_of_four_people() -> None:
    assert chosen(Group("all", "all", frozenset({1})), [], [{1: 4}]) == []
    assert is_safe([Group("all", "all", frozenset({1}))], {1: 5})


def test_a_scale_shows_all_of_its_steps_or_none() -> None:
    """Its mean with all steps but two would give these away."""
    scale = SimpleNamespace(pk=1, code="q", kind=QuestionKind.SCALE, choices=[], steps=4)
    people = [Kind(1, "teacher", False)] * 20
    found = measured(people, [])
    found.sums[1] = {people[0]: Sums(20, number=50)}
    found.steps[1] = {1: 3, 2: 7, 3: 7, 4: 3}
    assert school.tables([scale], found)["all"]["questions"]["q"] == {
        "cells": {"all": [20, 2.5]},
        "steps": None,
    }
    found.steps[1] = {2: 10, 3: 10}
    steps = school.tables([scale], found)["all"]["questions"]["q"]["steps"]
    assert steps == [[1, 0], [2, 10], [3, 10], [4, 0]]


def test_of_choose_one_a_small_count_takes_a_second_with_it() -> None:
    single = SimpleNamespace(pk=1, code="q", kind=QuestionKind.SINGLE, choices=["a", "b", "c"])
    people = [Kind(1, "teacher", False)] * 22
    found = measured(people, people)
    found.options[1] = {"a": Option(12), "b": Option(8), "c": Option(2)}
    options = school.tables([single], found)["all"]["questions"]["q"]["options"]
    assert options == [["a", 12], ["b", None], ["c", None]]


@pytest.mark.parametrize("kind", ["choice", "single", "ranking", "scale"])
def test_who_reads_a_school_by_name_finds_no_small_count_of_the_others(kind: str) -> None:
    for seed in range(60):
        attack_counts(kind, Random(seed))


def attack_counts(kind: str, random: Random) -> None:
    labels: list[Any] = [1, 2, 3, 4] if kind == "scale" else ["a", "b", "c", "d"]
    question = SimpleNamespace(pk=1, code="q", kind=QuestionKind(kind), choices=labels, steps=4)
    schools = {n: {x: random.choice([0, 2, 4, 6, 11]) for x in labels} for n in (1, 2, 3)}
    whole = {x: sum(counts[x] for counts in schools.values()) for x in labels}
    found = measured([], [])
    found.options[1] = {x: Option(n, 2 * n) for x, n in whole.items() if n}
    found.steps[1] = whole
    found.options_at[1] = {n: schools[n] for n in (1, 2)}
    found.steps_at[1] = {n: schools[n] for n in (1, 2)}
    readers = [frozenset({1}), frozenset({2}), frozenset({1, 2})]
    [rows] = cells.spread(question, found, readers=readers).values()
    shown = {row[0] for row in rows or () if row[1] is not None}
    for known in (frozenset[int](), *readers):
        left = {x: whole[x] - sum(schools[n][x] for n in known) for x in labels}
        assert not any(is_small(left[x]) for x in shown)
        if kind == "single":  # its counts add up to all
            assert not is_small(sum(n for x, n in left.items() if x not in shown))
