from __future__ import annotations

import pytest

from apps.core.wording import doubts


def found(text: str, known: tuple[str, ...] = ()) -> list[str]:
    return [word for doubt in doubts(text, known) for word in doubt.words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Then Oliver Smithson put his hand up.", ["Oliver Smithson"]),
        ("Tariq Aziz-Khan counted on.", ["Tariq Aziz-Khan"]),
        ("Maisie found it hard.", ["Maisie"]),
        ("A pupil called Zebedee was stuck.", ["Zebedee"]),
        ("Pupil J. S. was stuck.", ["J. S."]),
        ("Ask A123456789012 about it.", ["A123456789012"]),
        ("Her ULN is 9876543210.", ["ULN is 9876543210"]),
        ("9876543210 counted in twos.", ["9876543210"]),
        ("The child of 14/03/2015 counted in twos.", ["14/03/2015"]),
        ("Y7 boy Tomasz S sat down.", ["Tomasz S"]),
        ("Then pupil TS sat down.", ["TS"]),
        ("Mail mum.of@home.example today.", ["mum.of@home.example"]),
        ("Ring 01483 555 123 first.", ["01483 555 123"]),
        ("The lesson was Grade 2.", ["Grade 2"]),
        ("I give it 8/10.", ["8/10"]),
    ],
)
def test_what_looks_like_a_pupil_or_a_grade_is_found(text: str, words: list[str]) -> None:
    assert found(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pupil A waited four seconds before answering. Year Four counted in twos.",
        "On Monday Morning the Spring Term began. Key Stage Two went first.",
        "In Maths the class used number lines. The English lesson came next.",
        "We met at 10:30, 3/4 of the class answered, about 25 pupils.",
        "It was 24/11/2026 and page 112.",
    ],
)
def test_ordinary_notes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_adults_who_take_part_may_be_named() -> None:
    assert found("Jack Hill asked, Jack waited.", ("Jack Hill",)) == []
