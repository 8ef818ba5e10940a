from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.core.textdiff import ADDED, GONE, SAME, Piece, differences

TEXTS = st.lists(
    st.sampled_from(["wait", "time,", "pupils’", "“the", "and–", ".", "\n", "  ", "\t", "é"])
).map(" ".join)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(p.text for p in pieces if p.kind != ADDED) == before
    assert "".join(p.text for p in pieces if p.kind != GONE) == after


@given(TEXTS)
def test_nothing_differs_from_itself(text: str) -> None:
    assert differences(text, text) == ([Piece(SAME, text)] if text else [])


def test_a_changed_word_is_told_from_its_neighbours() -> None:
    assert differences("We ask one question first.", "We ask two questions first.") == [
        Piece(SAME, "We ask"),
        Piece(GONE, " one question"),
        Piece(ADDED, " two questions"),
        Piece(SAME, " first."),
    ]


def test_the_line_ends_of_a_form_are_no_change() -> None:
    assert differences("a\r\nb", "a\nb") == [Piece(SAME, "a\nb")]
