"""Asking a running server over HTTP: one client in turn, or eight at once."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles


def milliseconds(port: int, path: str, cookie: str, times: int) -> tuple[float, float]:
    """Median and 95th percentile of ``times`` requests, after two to warm up."""
    taken = [_ask(port, path, cookie) for _ in range(times + 2)][2:]
    return median(taken), quantiles(taken, n=20)[-1]


def requests_a_second(port: int, asked: Sequence[tuple[str, str]], clients: int) -> float:
    """All of ``asked`` (path, cookie), shared between ``clients`` at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda one: _ask(port, *one), asked))
    return len(asked) / (time.perf_counter() - began)


def _ask(port: int, path: str, cookie: str) -> float:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "X-Forwarded-Proto": "https"})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return (time.perf_counter() - began) * 1000
