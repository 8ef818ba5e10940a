"""Cards with a code for staff without e-mail: what they open, and what they do not."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.audits import actions, passes
from apps.audits.enums import AuditMode
from apps.audits.models import (
    Answer,
    AnswerCode,
    Audit,
    Goal,
    HeldAnswers,
    Offer,
    Response,
    Topic,
)
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
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
    for page in (url(audit, "done"), url(audit, "answer"), url(audit, "section", 1)):
        thanks = client.get(page).content.decode()
        assert "Your answers are in. Thank you." in thanks
        assert made.support[0].name not in thanks
        assert " of 16" not in thanks
    assert client.post(url(audit, "answer_check"))["Location"] == url(audit, "done")
    client.post(reverse("audits:code_leave"))
    assert "login" in client.get(url(audit, "done"))["Location"]


def test_a_new_code_replaces_the_old_one(made, audit) -> None:
    old = code_for(made, audit, made.support[0])
    new = code_for(made, audit, made.support[0])
    assert "No code is like this" in entered(old)[1]
    assert entered(new)[1] == url(audit, "answer")


def rate(client: Client, audit: Audit, confidence: int, **more: str) -> HttpResponse:
    question = audit.questions.get(topic__slug="autism")
    rated = {f"q{question.pk}-confidence": str(confidence), f"q{question.pk}-priority": "4"}
    return client.post(url(audit, "section", 1), rated | more)


def is_blank(client: Client, audit: Audit) -> bool:
    start = client.get(url(audit, "answer"))
    page = client.get(url(audit, "section", 1)).content.decode()
    return not start.context["sent"] and not start.context["begun"] and " checked" not in page


def signed_in_as(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_session_of_a_code_ends_when_a_newer_one_is_printed(made, audit) -> None:
    printer, _there = entered(code_for(made, audit, made.support[0]))
    theirs, there = entered(code_for(made, audit, made.support[0]))
    rate(theirs, audit, 1)
    for page in (there, url(audit, "section", 1), url(audit, "answer_check")):
        assert "login" in printer.get(page)["Location"]
    assert "login" in rate(printer, audit, 2, then="autosave")["Location"]
    assert " checked" in theirs.get(url(audit, "section", 1)).content.decode()
    theirs.post(url(audit, "answer_check"))
    assert "login" in printer.get(url(audit, "section", 1))["Location"]


def test_the_session_of_a_code_reads_only_what_was_entered_in_it(made, audit) -> None:
    answer(audit, made.support[0], [("autism", 1, 4)], send=False)
    printer, _there = entered(code_for(made, audit, made.support[0]))
    assert is_blank(printer, audit)
    themselves = signed_in_as(made.support[0])
    rate(themselves, audit, 2)
    assert is_blank(printer, audit)
    themselves.post(url(audit, "answer_check"))
    assert is_blank(printer, audit)
    assert printer.get(url(audit, "done"))["Location"] == url(audit, "answer")
    saved = rate(printer, audit, 3, then="autosave", seen="{}")
    assert (saved.status_code, saved.json()["theirs"]) == (200, {})
    assert not is_blank(printer, audit)


@pytest.mark.parametrize("mode", [AuditMode.CONFIDENTIAL, AuditMode.ANONYMOUS])
def test_no_code_tells_whether_somebody_has_answered(made, mode) -> None:
    audit = opened(made, topics=["autism"], mode=mode)
    asked, done = made.support[:2]
    before = code_for(made, audit, done)
    answer(audit, done, [("autism", 1, 4)])
    answered_at = part_of(audit, done).answered_at
    seen = []
    for code, person in ((before, done), (None, done), (None, asked)):
        client, there = entered(code or code_for(made, audit, person))
        steps = [there]
        assert not client.get(there).context["sent"]
        if mode == AuditMode.ANONYMOUS:
            page = url(audit, "whole")
            steps.append(str(client.get(page).status_code))
            question = audit.questions.get(topic__slug="autism")
            rated = {f"q{question.pk}-confidence": "3", f"q{question.pk}-priority": "3"}
            sent = client.post(page, rated | {"client_key": str(uuid4())}, follow=True)
        else:
            rate(client, audit, 3)
            sent = client.post(url(audit, "answer_check"), follow=True)
        steps += [str(sent.status_code), sent.request["PATH_INFO"]]
        assert "Your answers are in. Thank you." in sent.content.decode()
        assert "Your answers are in. Thank you." in client.get(there).content.decode()
        seen.append(steps)
    assert seen[0] == seen[1] == seen[2]
    assert not AnswerCode.objects.exists()
    assert part_of(audit, done).answered_at == answered_at
    assert audit.participations.answered().count() == 2
    if mode == AuditMode.CONFIDENTIAL:
        kept = Answer.objects.filter(confidence__isnull=False)
        assert dict(kept.values_list("response__person", "confidence")) == {done.pk: 1, asked.pk: 3}
    else:
        assert HeldAnswers.objects.count() == 2
        assert not Response.objects.exists()


def test_what_somebody_has_begun_stays_until_answers_are_sent_with_a_code(made, audit) -> None:
    answer(audit, made.support[0], [("autism", 1, 4)], send=False)
    client, _there = entered(code_for(made, audit, made.support[0]))
    rate(client, audit, 3)
    assert Answer.objects.get().confidence == 1
    client.post(url(audit, "answer_check"))
    assert Answer.objects.get().confidence == 3
    assert Response.objects.get().submitted_at is not None


def test_what_was_not_sent_goes_with_the_session(made, audit) -> None:
    client, _there = entered(code_for(made, audit, made.support[0]))
    rate(client, audit, 3)
    assert AnswerCode.objects.get().sheet
    client.post(reverse("audits:code_leave"))
    assert not AnswerCode.objects.exists()


def test_no_answers_of_an_anonymous_audit_wait_on_a_code(made) -> None:
    audit = opened(made, topics=["autism"], mode=AuditMode.ANONYMOUS)
    code_for(made, audit, made.support[0])
    code = AnswerCode.objects.select_related("participation__audit").get()
    question = audit.questions.get(topic__slug="autism")
    with pytest.raises(Refused):
        actions.save_sheet(code=code, given={question.pk: actions.Given(1, 4)})
    code.sheet = {str(question.pk): {}}
    with pytest.raises(IntegrityError), transaction.atomic():
        code.save()


def test_a_code_keeps_no_goal_and_offers_no_help_in_somebodys_name(made, audit) -> None:
    answer(audit, made.support[0], [("autism", 1, 4)])
    topic = Topic.objects.get(slug="autism")
    actions.keep_goal(
        by=made.support[0], part=part_of(audit, made.support[0]), topic=topic, shared=False
    )
    client, _there = entered(code_for(made, audit, made.support[0]))
    goal = client.post(url(audit, "keep_goal"), {"topic": "autism", "shared": "yes"})
    offer = client.post(url(audit, "offer"), {"topic": topic.pk, "text": "", "shared": "on"})
    assert "login" in goal["Location"]
    assert "login" in offer["Location"]
    assert not Goal.objects.get().shared
    assert not Offer.objects.exists()


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
