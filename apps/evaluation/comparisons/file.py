"""Two groups' values before and after, read from a table: one row for each person or pupil.

Only the groups' sums leave this module: no row is stored, and no column but the three is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite
from typing import IO

from django.utils.translation import gettext as _

from apps.core.tabular import MEGABYTE, UnreadableFile, open_table
from apps.evaluation.comparisons.effect import Group, Pair, summarise
from apps.evaluation.suppression import LEAST

LARGEST, MOST_ROWS, MOST_PROBLEMS = MEGABYTE, 5000, 20
COLUMNS = {
    "group": ("group", "which", "class", "arm", "tookpart"),
    "before": ("before", "pre", "pretest", "baseline", "first", "start"),
    "after": ("after", "post", "posttest", "endline", "second", "end"),
}
OURS = {"ours", "our", "tookpart", "yes", "y", "1", "treatment", "intervention", "participants"}
THEIRS = {"theirs", "comparison", "control", "others", "other", "no", "n", "0", "notyet"}
NOTHING = {"", "-", "–", "na", "n/a", "absent", "abs"}


@dataclass
class Found:
    ours: Group | None = None
    theirs: Group | None = None
    problems: list[str] = field(default_factory=list)


def read(file: IO[bytes]) -> Found:
    """Both groups, or what is wrong with which row. Raises UnreadableFile."""
    pairs: dict[bool, list[Pair]] = {True: [], False: []}
    found = Found()
    with open_table(file, largest=LARGEST) as table:
        columns = _columns(table.headers)
        for count, row in enumerate(table.rows(), 1):
            if count > MOST_ROWS:
                raise UnreadableFile(
                    _("It has more than %(most)d rows.") % {"most": MOST_ROWS},
                    _("Keep only the two groups that are compared."),
                )
            cells = {name: row.cells[at].strip() for name, at in columns.items()}
            problem = row.problem or _take(cells, pairs)
            if problem and len(found.problems) < MOST_PROBLEMS:
                found.problems.append(
                    _("Row %(row)d: %(problem)s") % {"row": row.number, "problem": problem}
                )
    if not found.problems:
        found.ours, found.theirs = summarise(pairs[True]), summarise(pairs[False])
        found.problems = _too_few(found)
    return found


def _columns(headers: Iterable[str]) -> dict[str, int]:
    plain = [re.sub(r"[^a-z]", "", header.casefold()) for header in headers]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        at = next((plain.index(word) for word in words if word in plain), None)
        if at is not None:
            found[name] = at
    if len(found) < len(COLUMNS):
        raise UnreadableFile(
            _("It needs three columns: Group, Before and After."),
            _("Name them so in the first row, and put one person or pupil in each row."),
        )
    return found


def _take(cells: dict[str, str], pairs: dict[bool, list[Pair]]) -> str:
    """Add the row to its group; what is wrong with it otherwise."""
    group = re.sub(r"[^a-z0-9]", "", cells["group"].casefold())
    if group not in OURS | THEIRS:
        return _("the group is neither “ours” nor “comparison”.")
    try:
        pair = _number(cells["before"]), _number(cells["after"])
    except ValueError:
        return _("“Before” and “After” must be numbers; leave a cell empty if there is none.")
    pairs[group in OURS].append(pair)
    return ""


def _number(text: str) -> float | None:
    if text.casefold() in NOTHING:
        return None
    found = float(text.rstrip("%"))
    if not isfinite(found) or abs(found) > 1e8:
        raise ValueError(text)
    return found


def _too_few(found: Found) -> list[str]:
    words = _("%(group)s: fewer than %(least)d have a value before and after, so it is not kept.")
    groups = ((found.ours, _("Ours")), (found.theirs, _("Comparison")))
    return [words % {"group": name, "least": LEAST} for group, name in groups if group is None]
