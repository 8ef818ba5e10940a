"""Time the solvers on made-up worlds, against taking the best first, with the bound, the gap and
whether the goals are reached.

``python -m tests.benchmarks.matching [--large] [--seeds 3]``; ``MATCHING`` names a folder
with a generator of problems A, B and C (``generate.py``), else small worlds of our own are used.
Each world is solved in a process of its own, so that memory is that world's. On a machine that
others use too, the seconds of the processor tell more than those of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from apps.matching.placements import candidates
from apps.matching.placements import solve as placing
from apps.matching.placements.problem import read as read_placements
from apps.matching.placements.quality import broken_rules as broken_placements
from apps.matching.placements.quality import judge as judge_placements
from apps.matching.placements.timetable import plan, want_of
from apps.matching.similar import nearest
from apps.matching.triads import solve as grouping
from apps.matching.triads.groups import THIRDS, Catalogue
from apps.matching.triads.problem import read as read_triads
from apps.matching.triads.quality import broken_rules as broken_groups
from apps.matching.triads.quality import judge
from tests.matching import worlds
from tests.matching.test_nearest import world

SIZES = {"A": ((100, 1000), (10_000, 50_000)), "B": ((60, 600), (6000,)), "C": ((24_000,), ())}
OWN = 200  # people of a world of our own at most


@dataclass(frozen=True)
class Goal:
    """``placed``: part of the bound at least; ``gap`` in per cent of the bound, at most."""

    placed: float
    gap: float
    seconds: float
    megabytes: int


GOALS = {
    ("A", 1000): Goal(0.995, 1.5, 10, 300),
    ("A", 10_000): Goal(0.999, 0.5, 30, 500),
    ("A", 50_000): Goal(0.999, 0.5, 180, 1500),
    ("B", 60): Goal(0.0, 3, 5, 200),  # the bound itself, on most seeds
    ("B", 600): Goal(0.985, 2, 60, 300),
    ("B", 6000): Goal(0.965, 2, 120, 1000),
}


@dataclass(frozen=True)
class Row:
    """``fair``: how many points more people of small schools are placed than others."""

    people: int
    placed: int
    greedy: int
    bound: int
    points: float
    most: float
    fair: float
    clock: float
    processor: float
    megabytes: int

    @property
    def gap(self) -> float:
        return 100 * (self.most - self.points) / self.most if self.most else 0.0

    def reaches(self, goal: Goal) -> str:
        missed = {
            "placed": self.placed < goal.placed * self.bound,
            "gap": self.gap > goal.gap,
            "time": self.clock > goal.seconds,
            "memory": self.megabytes > goal.megabytes,
        }
        return ", ".join(name for name, is_missed in missed.items() if is_missed) or "reached"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.matching")
    parser.add_argument("--large", action="store_true", help="the sizes that take minutes, too")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{'':2}{'people':>7}{'seed':>6}{'placed':>8}{'greedy':>8}{'bound':>8}", end="")
    print(f"{'points':>10}{'bound':>10}{'gap %':>7}{'small':>7}{'s':>7}{'cpu s':>7}{'MB':>6}  goal")
    for problem, (small, large) in SIZES.items():
        for size in (*small, *(large if asked.large else ())):
            for seed in range(101, 101 + asked.seeds):
                with get_context("spawn").Pool(1) as apart:
                    print(apart.apply(line, (problem, size, seed)), flush=True)


def line(problem: str, size: int, seed: int) -> str:
    raw = made(problem, size, seed)
    if problem == "C":
        return similar(raw, seed)
    row = (placements if problem == "A" else triads)(raw)
    goal = GOALS.get((problem, row.people))
    said = f"{problem:2}{row.people:>7}{seed:>6}{row.placed:>8}{row.greedy:>8}{row.bound:>8}"
    said += f"{row.points:>10.0f}{row.most:>10.0f}{row.gap:>7.2f}{row.fair:>+7.1f}"
    said += f"{row.clock:>7.1f}{row.processor:>7.1f}{row.megabytes:>6}"
    return f"{said}  {row.reaches(goal) if goal else '-'}"


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fairness(small: float | None, others: float | None) -> float:
    return 100 * ((small or 0) - (others or 0)) if None not in (small, others) else 0.0


def similar(raw: dict[str, Any], seed: int) -> str:
    """Exactness is a matter of the tests."""
    problem = nearest.read(raw)
    began, spent = time.perf_counter(), time.process_time()
    found = nearest.solve(problem)
    clock, processor = time.perf_counter() - began, time.process_time() - spent
    assert all(len(near) == problem.k for near in found.values())
    said = f"{'C':2}{len(found):>7}{seed:>6}{problem.k:>8} of each"
    said = (
        f"{said:<{2 + 7 + 6 + 3 * 8 + 2 * 10 + 2 * 7}}{clock:>7.1f}{processor:>7.1f}{memory():>6}"
    )
    reached = clock <= 3 and memory() <= 300
    return f"{said}  {'reached' if reached else 'missed'}"


def made(problem: str, size: int, seed: int) -> dict[str, Any]:
    folder = os.environ.get("MATCHING")
    if folder is None:
        small = min(size, OWN)
        if problem == "A":
            return worlds.placements(seed, people=small, hosts=small // 3, days=10)
        return worlds.triads(seed, people=small) if problem == "B" else world(seed, 4 * OWN, 50)
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, str(Path(folder) / "generate.py"), problem, "--n", str(size)]
        subprocess.run([*command, "--seed", str(seed), "--out", file.name], check=True)
        found: dict[str, Any] = json.loads(Path(file.name).read_text())
        return found


def placements(raw: dict[str, Any]) -> Row:
    """``bound``: of points, among solutions that place as many as the bound."""
    problem = read_placements(raw)
    began, spent = time.perf_counter(), time.process_time()
    result = placing.solve(problem)
    clock, processor, used = time.perf_counter() - began, time.process_time() - spent, memory()
    assert not broken_placements(problem, result.placements)
    pairs = candidates.feasible(problem)
    room = [host.capacity for host in problem.hosts]
    out: dict[int, list[Any]] = {}
    taken: set[int] = set()
    for pair in np.argsort(-pairs.points, kind="stable").tolist():
        person, host = int(pairs.applicant[pair]), int(pairs.host[pair])
        school = problem.applicants[person].school
        wants = [*out.get(school, []), want_of(problem, pairs, pair)]
        if person in taken or not room[host]:
            continue
        if plan(wants, problem.schools[school].release_cap) is not None:
            taken.add(person)
            room[host] -= 1
            out[school] = wants
    quality = judge_placements(problem, result.placements)
    return Row(
        people=len(problem.applicants),
        placed=quality.placed,
        greedy=len(taken),
        bound=result.bound_placed,
        points=quality.fit,
        most=result.bound_fit,
        fair=fairness(quality.rate_small_schools, quality.rate_other_schools),
        clock=clock,
        processor=processor,
        megabytes=used,
    )


def triads(raw: dict[str, Any]) -> Row:
    problem = read_triads(raw)
    began, spent = time.perf_counter(), time.process_time()
    result = grouping.solve(problem)
    clock, processor, used = time.perf_counter() - began, time.process_time() - spent, memory()
    assert not broken_groups(problem, result.groups)
    quality = judge(problem, result.groups)
    threes = Catalogue.of(problem).threes
    taken: set[int] = set()
    for row in np.argsort(-threes.worth / THIRDS, kind="stable").tolist():
        who = threes.members[row].tolist()
        if taken.isdisjoint(who):
            taken.update(who)
    return Row(
        people=quality.people,
        placed=quality.placed,
        greedy=len(taken),
        bound=result.bound_placed,
        points=quality.score,
        most=result.bound_score,
        fair=fairness(quality.rate_small_schools, quality.rate_other_schools),
        clock=clock,
        processor=processor,
        megabytes=used,
    )


if __name__ == "__main__":
    main()
