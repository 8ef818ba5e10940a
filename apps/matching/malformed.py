"""Reading a problem from JSON: what is wrong is said once, with the field and the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Malformed(ValueError):
    """The input cannot be used; the message names the field and whose it is."""


def need(holds: bool, where: str, problem: str) -> None:
    if not holds:
        raise Malformed(f"{where}: {problem}")


def whole(row: Mapping[str, Any], name: str, where: str, low: int = 0, high: int = 10**9) -> int:
    value = row.get(name)
    ok = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    need(ok, f"{where}, {name}", f"expected a whole number from {low} to {high}, got {value!r}")
    return int(value)  # type: ignore[arg-type]


def wholes(
    row: Mapping[str, Any], name: str, where: str, high: int, *, distinct: bool = True
) -> tuple[int, ...]:
    """A list of whole numbers from 0 to ``high``."""
    values = row.get(name)
    need(isinstance(values, list), f"{where}, {name}", f"expected a list, got {values!r}")
    for value in values or []:
        ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high
        need(ok, f"{where}, {name}", f"expected whole numbers from 0 to {high}, got {value!r}")
    found = tuple(values or [])
    need(
        not distinct or len(set(found)) == len(found), f"{where}, {name}", "something stands twice"
    )
    return found


def flag(row: Mapping[str, Any], name: str, where: str) -> bool:
    value = row.get(name)
    need(isinstance(value, bool), f"{where}, {name}", f"expected true or false, got {value!r}")
    return bool(value)


def rows(
    raw: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], T]
) -> tuple[T, ...]:
    """The list ``name``, whose objects have their positions as ids."""
    found = raw.get(name)
    need(isinstance(found, list), name, f"expected a list, got {type(found).__name__}")
    out = []
    for place, row in enumerate(found or []):
        where = f"{name}[{place}]"
        need(isinstance(row, dict), where, "expected an object")
        need(row.get("id", place) == place, f"{where}, id", "ids are positions in the list")
        out.append(read(row, where))
    return tuple(out)


def pairs(values: object, where: str, highs: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """A list of lists of whole numbers, each position with its highest."""
    need(isinstance(values, list), where, f"expected a list, got {values!r}")
    found = []
    for value in values:  # type: ignore[attr-defined]
        ok = isinstance(value, list) and len(value) == len(highs)
        need(ok, where, f"expected lists of {len(highs)} numbers, got {value!r}")
        for number, high in zip(value, highs, strict=True):
            fits = isinstance(number, int) and 0 <= number <= high
            need(fits, where, f"expected a whole number from 0 to {high}, got {number!r}")
        found.append(tuple(value))
    return tuple(found)
