"""What the commands of the solvers share: files in and out, progress, one clear error."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.matching.malformed import Malformed
from apps.matching.work import Work


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("problem", help="a JSON file with the problem")
    parser.add_argument("solution", help="the JSON file to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="a guard; results repeat only without it")


def run(options: dict[str, Any], solve: Callable[[object, Work], object]) -> None:
    """Read, solve, write. Exits with 2 and one line on stderr when the file is of no use."""
    try:
        raw = json.loads(Path(options["problem"]).read_text(encoding="utf-8"))
        work = Work(options["seed"], options["seconds"], tell)
        solution = solve(raw, work)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, Malformed) as error:
        tell(f"{options['problem']}: {error}")
        sys.exit(2)
    Path(options["solution"]).write_text(json.dumps(solution, separators=(",", ":")))
    if work.stopped:
        tell("stopped: time")


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
