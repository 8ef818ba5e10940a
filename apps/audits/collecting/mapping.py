"""MAP.json, checked against the audit's questions and the file's headings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.audits.collecting.cells import Cell, UnreadableCell, as_written, plain, reader_of
from apps.audits.enums import QuestionKind
from apps.audits.models import Audit, Question
from apps.audits.models.audits import STANDING
from apps.core.tabular import MEGABYTE

PARTS = ("columns", "values", "missing", "school")
HALVES = ("confidence", "priority", "need")
LARGEST = MEGABYTE
Read = Callable[[str], Cell]


class UnusableMap(Exception):
    """Why a map cannot be used with this file and this audit, in one line."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: where it is, what it answers and how its cells are read."""

    place: int
    header: str
    question: Question | None  # None: it says who answered
    part: str  # of a grid: confidence, priority, need; else a name of STANDING or nothing
    values: Mapping[str, str]
    missing: frozenset[str]
    read: Read

    def cell(self, text: str) -> Cell | None:
        """What the cell says; None where it is missing. UnreadableCell when it makes no sense."""
        for form in dict.fromkeys((text, plain(text))):
            if form in self.values:
                said = self.values[form]
                return self.read(said) if said.strip() else None
        if not text.strip() or text in self.missing or plain(text) in self.missing:
            return None
        return as_written(self.read(text), self.part)


@dataclass(frozen=True, slots=True)
class Mapped:
    columns: tuple[Column, ...]
    school: int | None  # the place of the column that names the school

    @property
    def gives_needs(self) -> bool:
        """Whether a column holds the need itself, on the scale of whoever asked."""
        return any(column.part in ("need", "both") for column in self.columns)


def read_map(path: Path) -> dict[str, Any]:
    """MAP.json as it stands; UnusableMap when it is no JSON object."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableMap(_("The map is larger than 1 MB."))
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        if "\\u0000" in json.dumps(found, ensure_ascii=False).encode().decode():
            raise ValueError("NUL")  # nor are halves of characters text: encode() says so
    except OSError as error:
        reason = {"path": str(path), "reason": error.strerror}
        raise UnusableMap(_("The map %(path)s cannot be read: %(reason)s.") % reason) from error
    except (ValueError, RecursionError) as error:
        raise UnusableMap(_("The map %s is not JSON.") % path) from error
    if not isinstance(found, dict):
        raise UnusableMap(_("The map must be one JSON object with “columns”."))
    return found


def understood(raw: Mapping[str, Any], audit: Audit, headers: Sequence[str]) -> Mapped:
    """``raw`` as columns of the file. UnusableMap names the first thing that is wrong."""
    _known(raw, PARTS, _("The map has “%(name)s”, which is none of %(known)s."))
    columns = _strings(raw.get("columns"), "columns")
    if not columns:
        raise UnusableMap(_("The map says nothing under “columns”."))
    missing = _missing(raw.get("missing"))
    values = _values(raw.get("values"))
    places = _places(headers, [*columns, *values])
    found = [
        _column(places[header], header, code, values.get(header, {}), missing, audit)
        for header, code in columns.items()
    ]
    _once(found)
    return Mapped(tuple(found), _school(raw.get("school"), headers))


def _known(raw: Mapping[str, Any], names: Iterable[str], words: str) -> None:
    for name in raw:
        if name not in names:
            raise UnusableMap(words % {"name": short(name), "known": ", ".join(names)})


def _strings(raw: Any, name: str) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict) or not all(_is_text(value) for value in raw.values()):
        raise UnusableMap(_("“%s” in the map must be an object of texts.") % name)
    return {key.strip(): "" if value is None else str(value) for key, value in raw.items()}


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def _values(raw: Any) -> dict[str, dict[str, str]]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise UnusableMap(_("“%s” in the map must be an object of objects.") % "values")
    return {
        header.strip(): _strings(known, f"values: {short(header)}") for header, known in raw.items()
    }


def _missing(raw: Any) -> frozenset[str]:
    if raw is None:
        return frozenset()
    if not isinstance(raw, list) or not all(_is_text(value) for value in raw):
        raise UnusableMap(_("“%s” in the map must be a list of texts.") % "missing")
    texts = {"" if value is None else str(value).strip() for value in raw}
    return frozenset(texts | {plain(text) for text in texts})


def _places(headers: Sequence[str], wanted: Iterable[str]) -> dict[str, int]:
    times = Counter(headers)
    for header in wanted:
        if not times[header]:
            names = short(", ".join(name for name in headers if name), 200)
            raise UnusableMap(
                _("The file has no column “%(name)s”. It has: %(names)s.")
                % {"name": short(header), "names": names}
            )
        if times[header] > 1:
            raise UnusableMap(
                _("The file has %(n)d columns called “%(name)s”. Rename all but one.")
                % {"n": times[header], "name": short(header)}
            )
    return {header: place for place, header in enumerate(headers)}


def _school(raw: Any, headers: Sequence[str]) -> int | None:
    if raw in (None, ""):
        return None
    if not isinstance(raw, str):
        raise UnusableMap(_("“%s” in the map must be the name of a column, or null.") % "school")
    return _places(headers, [raw.strip()])[raw.strip()]


def _column(
    place: int,
    header: str,
    code: str,
    values: Mapping[str, str],
    missing: frozenset[str],
    audit: Audit,
) -> Column:
    question, part = _target(code.strip(), audit)
    read = reader_of(question, part, audit)
    known = {plain(text.strip()): said for text, said in values.items()}
    known |= {text.strip(): said for text, said in values.items()}
    for text, said in values.items():
        try:
            if said.strip():
                read(said)
        except UnreadableCell as error:
            words = {"header": short(header), "value": short(text), "reason": error}
            raise UnusableMap(
                _("“%(header)s”: “%(value)s” cannot mean that. %(reason)s") % words
            ) from error
    return Column(place, header, question, part, known, missing, read)


def _target(code: str, audit: Audit) -> tuple[Question | None, str]:
    if code.startswith("@"):
        if code[1:] not in STANDING:
            known = ", ".join(f"@{name}" for name in STANDING)
            words = {"code": short(code), "known": known}
            raise UnusableMap(_("“%(code)s” is none of %(known)s.") % words)
        return None, code[1:]
    questions = {question.code: question for question in audit.asked_questions}
    if code in questions:
        question = questions[code]
        return question, "both" if question.kind == QuestionKind.GRID else ""
    stem, _dot, half = code.rpartition(".")
    found = questions.get(stem)
    if found is None:
        names = short(", ".join(questions), 300)
        raise UnusableMap(
            _("The audit has no question “%(code)s”. It has: %(names)s.")
            % {"code": short(code), "names": names or _("none")}
        )
    if found.kind != QuestionKind.GRID or half not in HALVES:
        words = {"code": short(code), "halves": ", ".join(f".{half}" for half in HALVES)}
        raise UnusableMap(
            _("“%(code)s”: only confidence and priority questions have %(halves)s.") % words
        )
    return found, half


def _once(columns: Sequence[Column]) -> None:
    """No two columns answer the same; a question has ratings or the need, not both."""
    seen: dict[tuple[Any, str], str] = {}
    for column in columns:
        code = column.question.code if column.question else "@"
        if (code, column.part) in seen:
            words = {"one": short(seen[code, column.part]), "two": short(column.header)}
            raise UnusableMap(_("“%(one)s” and “%(two)s” answer the same question.") % words)
        seen[code, column.part] = column.header
    for code, part in seen:
        if part in ("both", "need") and sum(other == code for other, _p in seen) > 1:
            raise UnusableMap(
                _("“%s”: give confidence and priority, or the need, not both.") % code
            )


def short(text: str, most: int = 60) -> str:
    """Text of other people's files, one line of it, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
