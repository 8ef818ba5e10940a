"""What changed between two texts, word by word, for <ins> and <del>."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, GONE = "same", "added", "gone"
_WORDS = re.compile(r"\s*\w+(?:['’-]\w+)*|\s*[^\w\s]|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both (``same``), only in the new one (``added``) or only in the
    old one (``gone``)."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces in reading order: without the added ones they make ``before``, without those
    that are gone ``after``."""
    return _joined(_by_lines(_normal(before), _normal(after)))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    """Lines first, so that a long text is compared by words only where it changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Piece(SAME, was)
        else:
            yield from _by_words(was, now)


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(old[i:j]))
            continue
        yield Piece(GONE, "".join(old[i:j]))
        yield Piece(ADDED, "".join(new[k:m]))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
