"""What the commands of the solvers share: files in and out, progress, one clear error."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.matching.malformed import Malformed, need
from apps.matching.work import Work


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("problem", help="a JSON file with the problem")
    parser.add_argument("solution", help="the JSON file to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="a guard; results repeat only without it")


def run(options: dict[str, Any], solve: Callable[[object, Work], object]) -> None:
    """Read, solve, write. Exits with 2 and one line on stderr when a file is of no use."""
    given, made = Path(options["problem"]), Path(options["solution"])
    work = Work(options["seed"], options["seconds"], tell)
    try:
        need(
            made.parent.is_dir() and not made.is_dir(), "the solution", f"{made} cannot be written"
        )
        solution = solve(_read(given), work)
    except Malformed as error:
        tell(f"{given}: {error}")
        sys.exit(2)
    made.write_text(json.dumps(solution, separators=(",", ":")))
    if work.stopped:
        tell("stopped: time")


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # ValueError: text that is no JSON
        raise Malformed(str(error)) from error


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
