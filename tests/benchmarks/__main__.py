"""Load 500 schools and 50,000 staff, ask for every page as every role, print what it costs.

``python -m tests.benchmarks [--schools N] [--staff M] [--activities A] [--times T]``
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

VAR = Path(__file__).resolve().parents[2] / "var" / "bench"
ROLES = ("lead", "teacher", "support", "coordinator", "head", "governor", "operator")
# experience.md's budgets: queries by sort of page; server time with one client; 8 clients.
MOST_QUERIES, DASHBOARD_QUERIES = 15, 23
# Many small answers to one question each.
DASHBOARDS = ("home:index", "audits:detail", "evaluation:partnership", "evaluation:close_review")
MEDIAN_MS, P95_MS, LEAST_A_SECOND, CLIENTS = 80, 200, 25, 8


def main() -> int:
    asked = arguments()
    port = prepare()
    import django

    django.setup()
    logging.disable(logging.WARNING)
    fill(asked)
    from tests.benchmarks import aggregation, crawl

    pages, cookies = [], {}
    for role in ROLES:
        client = crawl.client_for(f"scale-{role}")
        pages += crawl.pages_of(role, client)
        cookies[role] = "; ".join(f"{key}={value.value}" for key, value in client.cookies.items())
    pages += crawl.results_page("coordinator", crawl.client_for("scale-coordinator"))
    aggregation.compare()
    server = serve(port)
    try:
        return report(pages, cookies, port, asked.times)
    finally:
        server.terminate()
        server.wait()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    for name, value in (("schools", 500), ("staff", 50_000), ("activities", 5_000), ("times", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def prepare() -> int:
    """Private servers, production's settings; the port to serve on."""
    from cpdhub import embedded

    own = embedded.attach(VAR)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.benchmarks.settings",
        DEBUG="off",
        REQUIRE_MFA="off",
        SECRET_KEY="benchmarks-guard-nothing-" + "0123456789abcdef" * 3,
        BASE_URL="https://127.0.0.1",
        ALLOWED_HOSTS="127.0.0.1,testserver",
        DATABASE_URL=own.database,
        REDIS_URL=own.redis,
        EMAIL_URL="smtp://127.0.0.1:9",
    )
    return port


def fill(asked: argparse.Namespace) -> None:
    from django.core.management import call_command

    from apps.home.scale.load import is_loaded

    call_command("migrate", verbosity=0)
    if is_loaded():
        print("Scale data is there from an earlier run (remove var/bench to load anew).")
        return
    began = time.perf_counter()
    size = {"schools": asked.schools, "staff": asked.staff, "activities": asked.activities}
    call_command("load_scale", force=True, **size)
    print(f"Loaded in {time.perf_counter() - began:.0f} s")


def serve(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "cpdhub.wsgi", "--workers", "2"]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    server.kill()
    raise RuntimeError("the server did not start")


def report(pages: list, cookies: dict[str, str], port: int, times: int) -> int:
    """Print the table; the number of budgets that are broken (times are only marked)."""
    from tests.benchmarks import load

    broken = 0
    # Each worker reads its templates once; what that costs is not what a page costs.
    asked = [(page.path, cookies[page.role]) for page in pages] * 4
    load.requests_a_second(port, asked, CLIENTS)
    print(
        f"{'role':<12}{'page':<34}{'median':>8}{'p95':>8}{'q':>5}{'rep':>5}{'KB':>7}{'x bare':>8}"
    )
    for page in pages:
        median, p95 = load.milliseconds(port, page.path, cookies[page.role], times)
        bare, _ = load.milliseconds(port, f"/bare/?rows={page.rows}", cookies[page.role], times)
        most = DASHBOARD_QUERIES if page.view in DASHBOARDS else MOST_QUERIES
        over = page.queries > most
        broken += over or page.repeated > 0
        marks = (
            ("!" * over)
            + ("r" * (page.repeated > 0))
            + ("t" * (median > MEDIAN_MS or p95 > P95_MS))
        )
        print(
            f"{page.role:<12}{page.view:<34}{median:>8.1f}{p95:>8.1f}{page.queries:>5}"
            f"{page.repeated:>5}{page.size / 1024:>7.1f}{median / bare:>8.1f} {marks}"
        )
    rate = load.requests_a_second(port, asked, CLIENTS)
    print(
        f"{CLIENTS} clients over all pages: {rate:.0f} requests a second (least {LEAST_A_SECOND})"
    )
    print(f"{len(pages)} pages; {broken} over a query budget (! too many, r repeated, t slow)")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
