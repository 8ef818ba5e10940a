"""Time the solvers on made-up worlds, against taking the best first, with the bound and the gap.

``python -m tests.benchmarks.matching [--large] [--seeds 3]``; ``MATCHING`` names a folder
with a generator of problems A and B (``generate.py``), else small worlds of our own are used.
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
from pathlib import Path
from typing import Any

import numpy as np

from apps.matching.placements import candidates
from apps.matching.placements import solve as placing
from apps.matching.placements.problem import read as read_placements
from apps.matching.placements.quality import broken_rules as broken_placements
from apps.matching.placements.quality import total_fit
from apps.matching.placements.timetable import plan, want_of
from apps.matching.triads import solve as grouping
from apps.matching.triads.groups import THIRDS, Catalogue
from apps.matching.triads.problem import read as read_triads
from apps.matching.triads.quality import broken_rules as broken_groups
from apps.matching.triads.quality import judge
from tests.matching import worlds

SIZES = {"A": ((100, 1000), (10_000, 50_000)), "B": ((60, 600), (6000,))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.matching")
    parser.add_argument("--large", action="store_true", help="the sizes that take minutes, too")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{'':2}{'people':>7}{'seed':>6}{'placed':>8}{'greedy':>8}{'bound':>8}", end="")
    print(f"{'points':>9}{'bound':>9}{'gap %':>7}{'s':>7}{'MB':>6}")
    for problem, (small, large) in SIZES.items():
        for size in (*small, *(large if asked.large else ())):
            for seed in range(101, 101 + asked.seeds):
                row = (placements if problem == "A" else triads)(made(problem, size, seed))
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                placed, greedy, bound, points, most, seconds = row
                gap = 100 * (most - points) / most
                print(f"{problem:2}{size:>7}{seed:>6}{placed:>8}{greedy:>8}{bound:>8}", end="")
                print(
                    f"{points:>9.0f}{most:>9.0f}{gap:>7.2f}{seconds:>7.1f}{memory:>6}", flush=True
                )


def made(problem: str, size: int, seed: int) -> dict[str, Any]:
    folder = os.environ.get("MATCHING")
    if folder is None:
        small = min(size, 200)
        if problem == "A":
            return worlds.placements(seed, people=small, hosts=small // 3, days=10)
        return worlds.triads(seed, people=small)
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, str(Path(folder) / "generate.py"), problem, "--n", str(size)]
        subprocess.run([*command, "--seed", str(seed), "--out", file.name], check=True)
        found: dict[str, Any] = json.loads(Path(file.name).read_text())
        return found


Row = tuple[int, int, int, float, float, float]


def placements(raw: dict[str, Any]) -> Row:
    """``bound``: of points, among solutions that place as many as the bound."""
    problem = read_placements(raw)
    began = time.perf_counter()
    result = placing.solve(problem)
    seconds = time.perf_counter() - began
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
    fit = total_fit(problem, result.placements)
    placed = len(result.placements)
    return placed, len(taken), result.bound_placed, fit, result.bound_fit, seconds


def triads(raw: dict[str, Any]) -> Row:
    problem = read_triads(raw)
    began = time.perf_counter()
    result = grouping.solve(problem)
    seconds = time.perf_counter() - began
    assert not broken_groups(problem, result.groups)
    quality = judge(problem, result.groups)
    threes = Catalogue.of(problem).threes
    taken: set[int] = set()
    for row in np.argsort(-threes.worth / THIRDS, kind="stable").tolist():
        who = threes.members[row].tolist()
        if taken.isdisjoint(who):
            taken.update(who)
    greedy = len(taken)
    return quality.placed, greedy, result.bound_placed, quality.score, result.bound_score, seconds


if __name__ == "__main__":
    main()
