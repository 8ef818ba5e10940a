"""Reading a problem from JSON: what is wrong is said once, with the field and the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from reprlib import repr as shown
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
    need(
        ok, f"{where}, {name}", f"expected a whole number from {low} to {high}, got {shown(value)}"
    )
    return int(value)  # type: ignore[arg-type]


def number(row: Mapping[str, Any], name: str, where: str, low: float, high: float) -> float:
    value = row.get(name)
    ok = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    problem = f"expected a number from {low:g} to {high:g}, got {shown(value)}"
    need(ok, f"{where}, {name}", problem)
    return float(value)  # type: ignore[arg-type]


def wholes(
    row: Mapping[str, Any], name: str, where: str, high: int, *, distinct: bool = True
) -> tuple[int, ...]:
    """A list of whole numbers from 0 to ``high``."""
    values = row.get(name)
    need(isinstance(values, list), f"{where}, {name}", f"expected a list, got {shown(values)}")
    for value in values or []:
        ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high
        problem = f"expected whole numbers from 0 to {high}, got {shown(value)}"
        need(ok, f"{where}, {name}", problem)
    found = tuple(values or [])
    need(
        not distinct or len(set(found)) == len(found), f"{where}, {name}", "something stands twice"
    )
    return found


def flag(row: Mapping[str, Any], name: str, where: str) -> bool:
    value = row.get(name)
    need(isinstance(value, bool), f"{where}, {name}", f"expected true or false, got {shown(value)}")
    return bool(value)


def text(row: Mapping[str, Any], name: str, where: str) -> str:
    """Empty where it is not given."""
    value = row.get(name, "")
    need(isinstance(value, str), f"{where}, {name}", f"expected a text, got {shown(value)}")
    return str(value)


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
    need(isinstance(values, list), where, f"expected a list, got {shown(values)}")
    assert isinstance(values, list)
    found = []
    for place, value in enumerate(values):
        at = f"{where}[{place}]"
        ok = isinstance(value, list) and len(value) == len(highs)
        need(ok, at, f"expected {len(highs)} numbers, got {shown(value)}")
        for number, high in zip(value, highs, strict=True):
            fits = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= high
            need(fits, at, f"expected a whole number from 0 to {high}, got {shown(number)}")
        found.append(tuple(value))
    return tuple(found)
