"""Cards with a code for staff without e-mail: what they open, and what they do not."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.audits import actions, passes
from apps.audits.enums import AuditMode
from apps.audits.models import Answer, AnswerCode, Audit, Response
from apps.core.models import AuditEvent
from tests.audits.school import School, answer, make_school, opened, part_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> School:
    made = make_school(6, 3)
    Person.objects.filter(pk__in=[person.pk for person in made.support]).update(email=None)
    return made


@pytest.fixture
def audit(made: School) -> Audit:
    return opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)


def url(audit: Audit, name: str, *args: object) -> str:
    return reverse(f"audits:{name}", args=[audit.public_id, *args])


def code_for(made: School, audit: Audit, person: Person) -> str:
    part = part_of(audit, person)
    return actions.print_codes(by=made.lead, audit=audit, parts=[part])[0][1]


def entered(code: str) -> tuple[Client, str]:
    client = Client()
    response = client.post(reverse("audits:code"), {"code": code})
    return client, response.headers.get("Location", response.content.decode())


def test_the_lead_prints_a_card_for_each_without_email(client: Client, made, audit) -> None:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    answer(audit, made.support[0], [("autism", 1, 4)])
    page = client.get(url(audit, "codes")).content.decode()
    assert all(person.name in page for person in made.support)  # it does not tell who has answered
    assert made.teachers[0].name not in page
    parts = [str(part_of(audit, person).pk) for person in made.support]
    sheet = client.post(url(audit, "codes"), {"people": parts}).content.decode()
    codes = re.findall(r'code-words">([^<]+)<', sheet)
    assert len(set(codes)) == 3
    assert "Answer in time you are paid for." in sheet
    assert sheet.count("<svg") >= 3
    assert AuditEvent.objects.get(action="audits.print_codes").data == {"codes": 3}
    assert not any(code in str(list(AnswerCode.objects.values())) for code in codes)
    theirs = {"people": [str(part_of(audit, made.teachers[0]).pk)]}
    assert client.post(url(audit, "codes"), theirs).status_code == 422


def test_a_code_opens_its_audit_once_and_nothing_else(made, audit) -> None:
    code = code_for(made, audit, made.support[0])
    client, there = entered(code.upper().replace("-", " "))
    assert there == url(audit, "answer")
    page = client.get(there).content.decode()
    assert made.support[0].name in page
    assert "Answer in time you are paid for." in page
    for name in ("home:index", "audits:list", "accounts:profile"):
        assert "login" in client.get(reverse(name))["Location"]
    other = opened(made, topics=["eal"], mode=AuditMode.NAMED)
    assert "login" in client.get(url(other, "answer"))["Location"]
    assert "No code is like this" in entered(code)[1]


def test_somebody_answers_with_a_code_to_the_end(
    made, audit, django_assert_max_num_queries
) -> None:
    client, _there = entered(code_for(made, audit, made.support[0]))
    with django_assert_max_num_queries(8):
        client.get(url(audit, "section", 1))
    question = audit.questions.get(topic__slug="autism")
    rated = {f"q{question.pk}-confidence": "1", f"q{question.pk}-priority": "4"}
    client.post(url(audit, "section", 1), rated)
    sent = client.post(url(audit, "answer_check"), follow=True).content.decode()
    assert "need <strong>16</strong> of 16" in sent
    assert "Keep as my private goal" not in sent  # that needs an account
    assert Response.objects.get().person == made.support[0]
    client.post(reverse("audits:code_leave"))
    assert "login" in client.get(url(audit, "done"))["Location"]


def test_a_new_code_replaces_the_old_one(made, audit) -> None:
    old = code_for(made, audit, made.support[0])
    new = code_for(made, audit, made.support[0])
    assert "No code is like this" in entered(old)[1]
    assert entered(new)[1] == url(audit, "answer")


def test_whoever_holds_a_code_does_not_read_what_was_entered_before(made, audit) -> None:
    answer(audit, made.support[0], [("autism", 1, 4)], send=False)
    client, _there = entered(code_for(made, audit, made.support[0]))
    assert " checked" not in client.get(url(audit, "section", 1)).content.decode()
    assert not Answer.objects.exists()


def test_a_code_opens_nothing_once_the_answers_are_sent(made, audit) -> None:
    before = code_for(made, audit, made.support[0])
    answer(audit, made.support[0], [("autism", 1, 4)])
    assert not AnswerCode.objects.exists()
    assert "No code is like this" in entered(before)[1]
    after = code_for(made, audit, made.support[0])
    assert "have been sent already" in entered(after)[1]
    assert Answer.objects.count() == 1


def test_closing_ends_codes_and_those_who_came_with_one(made, audit) -> None:
    unused = code_for(made, audit, made.support[1])
    client, there = entered(code_for(made, audit, made.support[0]))
    actions.close_audit(by=made.lead, audit=audit)
    assert "login" in client.get(there)["Location"]
    assert "No code is like this" in entered(unused)[1]
    assert not AnswerCode.objects.exists()


def test_guessing_is_stopped(made, audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "MOST_TRIES", 2)
    code = code_for(made, audit, made.support[0])
    for _ in range(2):
        assert "No code is like this" in entered("wrong")[1]
    assert "tried too often" in entered(code)[1]


def test_who_is_signed_in_uses_no_code_up(client: Client, made, audit) -> None:
    code = code_for(made, audit, made.support[0])
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("audits:code"), {"code": code}).content.decode()
    assert "You are signed in on this device." in page
    assert AnswerCode.objects.exists()


def test_opening_the_link_of_the_square_uses_nothing_up(made, audit) -> None:
    code = code_for(made, audit, made.support[0])
    page = Client().get(reverse("audits:code"), {"code": code}).content.decode()
    assert code in page
    assert AnswerCode.objects.exists()
