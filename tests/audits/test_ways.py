"""Every kind of question: drawn, read back, filled in again."""

import pytest

from apps.audits.actions import Given
from apps.audits.enums import QuestionKind
from apps.audits.forms import SectionForm
from apps.audits.forms.ways import WAYS
from apps.audits.models import Answer, Question, Topic

KINDS = {
    QuestionKind.GRID: ({"confidence": "2", "priority": "4"}, Given(2, 4)),
    QuestionKind.OFFER: ({"chosen": ["autism"]}, Given(chosen=("autism",))),
    QuestionKind.CHOICE: ({"chosen": ["Ash", "Oak"]}, Given(chosen=("Ash", "Oak"))),
    QuestionKind.SINGLE: ({"one": "Oak"}, Given(chosen=("Oak",))),
    QuestionKind.SCALE: ({"number": "7"}, Given(number=7)),
    QuestionKind.RANKING: (
        {"place1": "Oak", "place2": "Elm", "place3": ""},
        Given(chosen=("Oak", "Elm")),
    ),
    QuestionKind.SHORT_TEXT: ({"text": "Time"}, Given(text="Time")),
    QuestionKind.LONG_TEXT: ({"text": "More time"}, Given(text="More time")),
}


def asked(kind: str, pk: int = 7, **values) -> Question:
    return Question(
        pk=pk,
        kind=kind,
        text="Which?",
        choices=["Ash", "Oak", "Elm"],
        steps=10,
        topic=Topic(slug="autism", name="Autism") if kind == "grid" else None,
        **values,
    )


def filled(question: Question, sent: dict | None, **values) -> SectionForm:
    data = None if sent is None else {f"q{question.pk}-{name}": v for name, v in sent.items()}
    return SectionForm(
        data,
        **{
            "questions": [question],
            "saved": {},
            "topics": [Topic(slug="autism", name="Autism")],
            **values,
        },
    )


def test_no_kind_is_forgotten() -> None:
    assert set(WAYS) == set(KINDS) == set(QuestionKind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_read_and_shown_again(kind: str) -> None:
    sent, given = KINDS[kind]
    question = asked(kind)
    form = filled(question, sent)
    assert form.is_valid(), form.errors
    assert form.given() == {7: given}

    row = Answer(
        confidence=given.confidence,
        priority=given.priority,
        number=given.number,
        chosen=list(given.chosen),
        text=given.text,
    )
    again = filled(question, None, saved={7: row})
    (item,) = again.items()
    kept = {name: bound.value() for name, bound in item.fields.items()}
    assert item.has_answer
    for name, value in sent.items():
        shown = kept[name]
        assert (shown if isinstance(shown, list) else str(shown or "")) == value


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_missing_not_zero(kind: str) -> None:
    form = filled(asked(kind), {})
    assert form.is_valid()
    assert not form.given()[7]


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_be_answered_is_asked_for_when_going_on(kind: str) -> None:
    question = asked(kind, required=True)
    assert filled(question, {}).is_valid()
    form = filled(question, {}, insists=True)
    assert not form.is_valid()
    assert len(form.errors) == 1
    assert filled(question, KINDS[kind][0], insists=True).is_valid()


def test_half_a_grid_is_not_an_answer_and_not_my_role_is_one() -> None:
    question = asked(QuestionKind.GRID, required=True)
    assert not filled(question, {"confidence": "1"}, insists=True).is_valid()
    assert filled(question, {"not_my_role": "on"}, insists=True).is_valid()


@pytest.mark.parametrize(
    ("places", "at", "reason"),
    [
        (("Oak", "Oak", ""), "place2", "has a place already"),
        (("", "Oak", ""), "place2", "from the 1st on"),
        (("Oak", "", "Elm"), "place3", "from the 1st on"),
        (("Yew", "", ""), "place1", "Select a valid choice"),
    ],
)
def test_an_order_that_cannot_be_is_refused_at_its_place(places, at: str, reason: str) -> None:
    sent = {f"place{n}": choice for n, choice in enumerate(places, start=1)}
    form = filled(asked(QuestionKind.RANKING), sent)
    assert list(form.errors) == [f"q7-{at}"]
    assert reason in str(form.errors)


@pytest.mark.parametrize("value", ["0", "11", "-1", "two", "1.5"])
def test_a_step_that_is_not_on_the_scale_is_refused(value: str) -> None:
    assert not filled(asked(QuestionKind.SCALE), {"number": value}).is_valid()
