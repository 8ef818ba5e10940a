"""On many random problems: every hard rule and the points, reckoned again from the files alone, and
what must hold whatever the problem is."""

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from apps.matching.group_proposing import propose as propose_groups
from apps.matching.placements.problem import Placement
from apps.matching.placements.problem import read as read_placements
from apps.matching.placements.quality import total_fit
from apps.matching.placements.solve import solve as place
from apps.matching.proposing import propose as propose_pairs
from apps.matching.triads.problem import Group
from apps.matching.triads.problem import read as read_groups
from apps.matching.triads.quality import group_points
from apps.matching.triads.solve import solve as group
from tests.matching import worlds

Raw = dict[str, Any]


def apart(raw: Raw, one: int, other: int) -> int:
    """Whole metres between two schools."""
    a, b = raw["schools"][one], raw["schools"][other]
    return math.isqrt((a["e"] - b["e"]) ** 2 + (a["n"] - b["n"]) ** 2)


# Placements: rules R1 to R8


def pair_fit(raw: Raw, who: Raw, host: Raw) -> int:
    home, away = raw["schools"][who["school"]], raw["schools"][host["school"]]
    weights, offers = (6, 3, 2)[: len(who["foci"])], dict(host["offers"])
    got = sum(w * offers.get(topic, 0) for w, topic in zip(weights, who["foci"], strict=True))
    focus, limit = 60 * got // (3 * sum(weights)), 1000 * who["max_km"]
    return (
        focus
        + 20 * (limit - apart(raw, who["school"], host["school"])) // limit
        + 10 * (who["cross_phase"] and home["phase"] != away["phase"])
        - 20 * (focus < 20)
        + 15 * who["prior_unmatched"]
        + 8 * (home["pupils"] <= 210)
    )


def worth_of_placements(raw: Raw, placements: Sequence[Placement]) -> tuple[int, int]:
    """How many are placed and their fit, with every rule checked on the way."""
    out: Counter[tuple[int, int]] = Counter()
    at_host, at_school, seats = Counter[int](), Counter[int](), Counter[int]()
    for host in raw["hosts"]:
        seats[host["school"]] += host["capacity"]
    assert len({p.applicant for p in placements}) == len(placements)  # R1
    fit = 0
    for p in placements:
        who, host = raw["applicants"][p.applicant], raw["hosts"][p.host]
        assert who["school"] != host["school"]  # R2
        assert [p.applicant, p.host] not in raw["blocked"]  # R3
        assert apart(raw, who["school"], host["school"]) <= 1000 * who["max_km"]  # R4
        assert set(who["foci"]) & {topic for topic, _strength in host["offers"]}  # R5
        at_host[p.host] += 1
        assert len(set(p.slots)) == len(p.slots) == who["need_half_days"]  # R7
        assert set(p.slots) <= set(who["avail"]) & set(host["avail"])
        out.update({(who["school"], slot // 2) for slot in p.slots})
        at_school[host["school"]] += 1
        fit += pair_fit(raw, who, host)
    assert all(n <= raw["hosts"][j]["capacity"] for j, n in at_host.items())  # R6
    assert all(n <= raw["schools"][s]["release_cap"] for (s, _day), n in out.items())  # R8
    beyond = (n - math.ceil(seats[school] / 2) for school, n in at_school.items())
    return len(placements), fit - 6 * sum(n for n in beyond if n > 0)


def renamed(raw: Raw, rng: random.Random) -> Raw:
    """The same problem in another order of people, places, schools and topics."""
    new = {
        name: rng.sample(range(n), n)
        for name, n in (
            ("schools", len(raw["schools"])),
            ("applicants", len(raw["applicants"])),
            ("hosts", len(raw["hosts"])),
            ("topics", raw["topics"]),
        )
    }
    found = copy.deepcopy(raw)
    for name in ("schools", "applicants", "hosts"):
        for row in found[name]:
            row["id"] = new[name][row["id"]]
            if name != "schools":
                row["school"] = new["schools"][row["school"]]
        found[name].sort(key=lambda row: row["id"])
    for row in found["applicants"]:
        row["foci"] = [new["topics"][topic] for topic in row["foci"]]
    for row in found["hosts"]:
        row["offers"] = [[new["topics"][topic], strength] for topic, strength in row["offers"]]
    found["blocked"] = [[new["applicants"][i], new["hosts"][j]] for i, j in raw["blocked"]]
    return found


def test_placements_keep_the_rules_and_what_is_proved_hangs_on_no_name_nor_falls() -> None:
    proved = 0
    for seed in range(30):
        rng = random.Random(1000 + seed)
        raw = worlds.placements(seed, people=rng.randint(3, 18), hosts=rng.randint(3, 8))
        found = place(read_placements(raw))
        placed, fit = worth_of_placements(raw, found.placements)
        assert fit == total_fit(read_placements(raw), found.placements)
        assert placed <= found.bound_placed
        if placed < found.bound_placed:
            continue
        assert fit <= found.bound_fit
        proved += 1

        other = renamed(raw, rng)
        again = place(read_placements(other))
        worth = worth_of_placements(other, again.placements)
        assert worth[0] == placed
        if fit == found.bound_fit:
            assert worth[1] == fit

        fewer = copy.deepcopy(raw)
        gone = fewer["hosts"].pop()["id"]
        fewer["blocked"] = [pair for pair in fewer["blocked"] if pair[1] != gone]
        less = place(read_placements(fewer))
        assert worth_of_placements(fewer, less.placements)[0] <= placed
    assert proved >= 15


# Groups: rules T1 to T10


def worth_of_groups(raw: Raw, groups: Sequence[Group]) -> tuple[int, Fraction]:
    """How many are placed and their score, with every rule checked on the way."""
    people = raw["people"]
    everybody = [i for found in groups for i in found.members]
    assert len(set(everybody)) == len(everybody)  # T2
    assert sum(len(found.members) != 3 for found in groups) <= raw["max_odd_groups"]  # T10
    score = Fraction(0)
    for found in groups:
        rows = [people[i] for i in found.members]
        assert len(rows) in (2, 3, 4)  # T1
        assert all(found.focus in row["foci"] for row in rows)  # T3
        assert all(found.slot in row["slots"] for row in rows)  # T4
        schools = Counter(row["school"] for row in rows)
        if any(row["school_only"] for row in rows):
            assert all(row["school_only"] for row in rows)  # T5
            assert len(schools) == 1
        else:
            assert len(schools) >= 2  # T6
            assert max(schools.values()) <= 2
        assert not any(set(three) <= set(found.members) for three in raw["earlier_triads"])  # T9
        pairs = list(combinations(rows, 2))
        points = sum(
            (pair_points(raw, one, other, found.focus) for one, other in pairs), Fraction(0)
        )
        score += sum((30, 21, 12)[row["foci"].index(found.focus)] for row in rows)
        score += len(rows) * points / len(pairs) - 30 * (len(rows) != 3)
    return len(everybody), score


def pair_points(raw: Raw, one: Raw, other: Raw, focus: int) -> Fraction:
    assert other["id"] != one["manager"]  # T7
    assert one["id"] != other["manager"]
    limit = 1000 * min(one["max_km"], other["max_km"])
    metres = apart(raw, one["school"], other["school"])
    assert metres <= limit  # T8
    phases = {raw["schools"][row["school"]]["phase"] for row in (one, other)}
    new, old = sorted((one["years"], other["years"]))
    common = len(set(one["foci"]) & set(other["foci"]) - {focus})
    known = {one["department"], other["department"]} - {""}
    before = any({one["id"], other["id"]} <= set(three) for three in raw["earlier_triads"])
    return Fraction(
        9 * (limit - metres) // limit
        + 3 * min(common, 2)
        + 6 * (len(phases) > 1)
        + 9 * (new < 2 and old >= 5)
        - 6 * (old < 2)
        - 30 * before
        + raw["scoring"]["cross_department"] * (len(known) == 2)
    )


def without(raw: Raw, gone: int) -> Raw:
    """Without the last person."""
    fewer = copy.deepcopy(raw)
    fewer["people"].pop()
    fewer["earlier_triads"] = [three for three in raw["earlier_triads"] if gone not in three]
    for row in fewer["people"]:
        row["manager"] = None if row["manager"] == gone else row["manager"]
    return fewer


def regrouped(raw: Raw, rng: random.Random) -> Raw:
    """The same problem in another order of people and schools."""
    people = rng.sample(range(len(raw["people"])), len(raw["people"]))
    schools = rng.sample(range(len(raw["schools"])), len(raw["schools"]))
    found = copy.deepcopy(raw)
    for row in found["people"]:
        row["id"], row["school"] = people[row["id"]], schools[row["school"]]
        row["manager"] = None if row["manager"] is None else people[row["manager"]]
    for row in found["schools"]:
        row["id"] = schools[row["id"]]
    for name in ("people", "schools"):
        found[name].sort(key=lambda row: row["id"])
    found["earlier_triads"] = [[people[i] for i in three] for three in raw["earlier_triads"]]
    return found


def test_groups_keep_the_rules_and_what_is_proved_hangs_on_no_name_nor_falls() -> None:
    proved = 0
    for seed in range(20):
        rng = random.Random(2000 + seed)
        raw = worlds.triads(seed, people=rng.randint(5, 14))
        found = group(read_groups(raw))
        worth = worth_of_groups(raw, found.groups)
        problem = read_groups(raw)
        assert worth[1] == sum(group_points(problem, g.members, g.focus) for g in found.groups)
        assert worth[0] <= found.bound_placed
        assert worth[1] <= found.bound_score + 1e-6
        if not found.proved:
            continue
        proved += 1

        other = regrouped(raw, rng)
        again = group(read_groups(other))
        assert again.proved
        assert worth_of_groups(other, again.groups) == worth

        fewer = without(raw, len(raw["people"]) - 1)
        assert worth_of_groups(fewer, group(read_groups(fewer)).groups)[0] <= worth[0]
    assert proved >= 15


def test_a_proposal_says_that_it_is_alive_while_it_is_solved() -> None:
    """And so hears that it is stopped: the job's progress raises then."""
    groups, pairs = worlds.triads(1), worlds.placements(1)
    shared = {"locked": [], "nowhere": [], "support": [], "part_time": [], "foci": list(range(4))}
    people, seekers = range(len(groups["people"])), range(len(pairs["applicants"]))
    for propose, inputs in (
        (propose_groups, {"problem": groups, "people": people}),
        (propose_pairs, {"problem": pairs, "seekers": seekers, "places": range(4)}),
    ):
        heard: list[int] = []
        propose({**shared, **inputs}, 1, lambda done, _total, heard=heard: heard.append(done))  # type: ignore[misc]
        assert heard.count(0) > 2
        assert heard == sorted(heard)
