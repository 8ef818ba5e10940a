"""One mail of many letters: nothing twice, and nothing lost."""

from apps.accounts.digests import digest
from apps.accounts.models import Person
from apps.core.letters import Letter, Line
from apps.core.models import OutboundEmail

DONE, LATER = Line("Read it", "/follow-ups/a/"), Line("Try it", "/follow-ups/b/")


def mailed(*letters: tuple[str, list[Line]]) -> Letter:
    person = Person(given_name="Ann", family_name="Lee", email="ann@school.example", pk=1)
    written = [
        (
            OutboundEmail(template=template, person=person),
            Letter("ann@school.example", f"{template} {number}", "Hello", [], lines),
        )
        for number, (template, lines) in enumerate(letters)
    ]
    return digest(written[0][0], written)


def test_what_a_later_letter_says_again_stands_once() -> None:
    mail = mailed(("due", [DONE]), ("news", []), ("due", [DONE, LATER]))
    assert [(part.heading, part.lines) for part in mail.parts] == [
        ("news 1", []),
        ("due 2", [DONE, LATER]),
    ]
    assert mail.paragraphs == ["There are 2 things for you today, in one e-mail:"]
    assert mailed(("due", [DONE]), ("due", [DONE])).subject == "due 1"


def test_only_what_is_said_again_is_left_out() -> None:
    plain = Line("13% took part")
    mail = mailed(("due", [DONE, LATER]), ("due", [LATER]), ("late", [LATER]))
    assert [part.lines for part in mail.parts] == [[DONE], [LATER], [LATER]]
    assert len(mailed(("report", [plain]), ("report", [plain])).parts) == 2
