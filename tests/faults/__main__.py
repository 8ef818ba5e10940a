"""Break what the product runs on, and count what became of the reminders.

``python -m tests.faults [--short] [NAME ...]``: every fault of the table in docs/operations.md, or
those named. Ends with 1 when one was not survived.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial

from tests.faults.ledger import Result
from tests.faults.stand import Stand

Fault = Callable[[Stand], Result]


def whole() -> dict[str, Fault]:
    from tests.faults import background, foreground

    return {
        "workers": partial(background.kill_workers, kills=20, mails=1000, within=120),
        "broker": partial(background.kill_broker, kills=20, flushes=3, mails=1000),
        "database": partial(foreground.restart_database, restarts=6, mails=600),
        "beats": partial(background.two_beats, seconds=600, mails=600),
        "smtp": partial(background.bad_mail_server, mails=300, hangs=4),
        "deploys": partial(background.deploys, times=10, mails=1000),
        "clock": partial(background.clock_jumps, mails=30),
        "memory": partial(background.memory, tasks=20_000),
        "away": partial(foreground.broker_away, mails=100),
    }


def short() -> dict[str, Fault]:
    from tests.faults import background

    return {"short": background.in_short}


def main() -> int:
    asked = arguments()
    stand = Stand()
    began = time.monotonic()
    results: list[Result] = []
    try:
        stand.open()
        import django

        django.setup()
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        stand.hurry()
        say(f"servers and an empty database: {time.monotonic() - began:.0f} s")
        faults = short() if asked.short else whole()
        for name in asked.faults or faults:
            results.append(survive(name, faults[name], stand))
            say(line(results[-1]))
    finally:
        stand.close()
    say(table(results))
    return 0 if results and all(result.passed for result in results) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--short", action="store_true", help="the quick ones, for every change")
    parser.add_argument("faults", nargs="*", help="workers, broker, database, ... (all)")
    return parser.parse_args()


def survive(name: str, fault: Fault, stand: Stand) -> Result:
    began = time.monotonic()
    try:
        result = fault(stand)
    except Exception as error:
        traceback.print_exc()
        result = Result(name, flaws=[f"{type(error).__name__}: {error}"])
    result.seconds = time.monotonic() - began
    return result


def line(result: Result) -> str:
    verdict = "passed" if result.passed else "FAILED: " + "; ".join(result.flaws)
    counts = f"lost {result.lost}, repeated {result.repeated}, new Message-ID {result.renamed}"
    return f"{result.fault}: {counts}; {', '.join(result.notes)} [{result.seconds:.0f} s] {verdict}"


def table(results: list[Result]) -> str:
    rows = ["", "| fault | lost | repeated | repeated with a new Message-ID | besides |"]
    rows.append("|---|---|---|---|---|")
    rows += [
        f"| {r.fault} | {r.lost} | {r.repeated} | {r.renamed} | {'; '.join(r.notes + r.flaws)} |"
        for r in results
    ]
    return "\n".join(rows)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
