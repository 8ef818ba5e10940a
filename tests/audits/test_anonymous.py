"""Answering without a name: what is written, what is not, and what is left after closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.audits import actions
from apps.audits.actions import anonymous
from apps.audits.enums import AuditMode
from apps.audits.models import Answer, Audit, HeldAnswers, Participation, Response
from apps.audits.models.audits import STANDING
from apps.core import clock
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.core.permissions import Refused
from tests.audits.school import School, answer, make_school, opened, part_of

pytestmark = pytest.mark.django_db


def world(teachers: int = 6, support: int = 6) -> tuple[School, Audit]:
    made = make_school(teachers, support)
    topics = ["autism", "supporting-learning"]  # for all; for support staff
    return made, opened(made, topics=topics, mode=AuditMode.ANONYMOUS)


def send(audit: Audit, person: Any, key: UUID | None = None) -> None:
    part = part_of(audit, person)
    asked = [q for q in audit.questions.filter(kind="grid") if q.is_for(part.role)]
    given = {question.pk: actions.Given(1, 4) for question in asked}
    actions.send_anonymously(by=person, part=part, key=key or uuid4(), given=given)


def test_sending_writes_that_and_what_and_nothing_else() -> None:
    made, audit = world()
    others = (AuditEvent, Notice, OutboundEmail, Response, Answer)
    before = [model.objects.count() for model in others]
    send(audit, made.teachers[0])
    assert [model.objects.count() for model in others] == before
    assert part_of(audit, made.teachers[0]).answered_at == audit.opened_at
    sheet = HeldAnswers.objects.get().sheet
    assert set(sheet) == {"standing", "answers"}
    assert set(sheet["standing"]) == {*STANDING, "organisation_id"}


def test_the_same_form_twice_counts_once_and_another_is_refused() -> None:
    made, audit = world()
    key = uuid4()
    for _ in range(2):
        send(audit, made.teachers[0], key)
    with pytest.raises(Refused, match="You have answered already"):
        send(audit, made.teachers[0])
    assert HeldAnswers.objects.count() == 1


def test_a_server_that_dies_in_between_loses_nothing_and_counts_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, audit = world()
    key = uuid4()
    with monkeypatch.context() as broken:
        broken.setattr(anonymous, "_note", lambda part: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(audit, made.teachers[0], key)
    assert not Participation.objects.answered().exists()
    for person in made.teachers[1:5]:
        send(audit, person)
    assert anonymous.mix(audit=audit) == 5  # the keys outlast the mixing
    send(audit, made.teachers[0], key)
    assert Participation.objects.answered().count() == 5
    actions.close_audit(by=made.lead, audit=audit)
    assert Response.objects.count() == 5


def test_answers_with_a_name_or_a_time_are_refused_by_the_database_too() -> None:
    made, audit = world()
    part = part_of(audit, made.teachers[0])
    with pytest.raises(Refused, match="This audit is anonymous"):
        actions.save_section(by=part.person, part=part, number=1, given={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(audit=audit, person=part.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.filter(pk=part.pk).update(answered_at=clock.now() + timedelta(1))


def test_nobody_reads_anything_before_it_has_closed(client: Client) -> None:
    made, audit = world()
    for person in made.staff:
        answer(audit, person, [("autism", 1, 4)], comment="canary-words")
    pages = [reverse(f"audits:{name}", args=[audit.public_id]) for name in ("detail", "export")]
    for reader in (made.lead, made.head):
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        for page in pages:
            found = client.get(page).content.decode()
            assert "canary-words" not in found
            assert "16.0" not in found
    actions.close_audit(by=made.lead, audit=audit)
    assert "canary-words" not in client.get(pages[0]).content.decode()  # the head
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "canary-words" in client.get(pages[0]).content.decode()


def test_sheets_wait_until_there_are_five() -> None:
    made, audit = world()
    for person in made.teachers[:4]:
        send(audit, person)
    assert anonymous.mix(audit=audit) == 0
    send(audit, made.teachers[4])
    assert anonymous.mix(audit=audit) == 5
    assert anonymous.mix(audit=audit) == 0
    assert set(Response.objects.values_list("person", "submitted_at")) == {(None, audit.opened_at)}
    assert not HeldAnswers.objects.exclude(sheet=None).exists()


def test_after_closing_nothing_says_who_they_were() -> None:
    made, audit = world()
    for person in made.staff:
        send(audit, person)
    actions.close_audit(by=made.lead, audit=audit)
    audit.refresh_from_db()
    assert audit.results["shared"]["topics"][0]["all"]["n"] == 12
    standing = ("role", "phase", "department", "career_stage", "job_role", "organisation", "person")
    assert set(Response.objects.values_list(*standing)) == {("", "", "", "", "", None, None)}
    assert Response.objects.count() == 12
    assert Answer.objects.count() == 18
    assert not HeldAnswers.objects.exists()


def test_what_fewer_than_five_sent_is_thrown_away() -> None:
    made, audit = world()
    for person in made.teachers[:4]:
        send(audit, person)
    actions.close_audit(by=made.lead, audit=audit)
    assert not Response.objects.exists()
    assert not HeldAnswers.objects.exists()


def test_answers_to_a_question_put_to_few_are_thrown_away() -> None:
    made, audit = world(teachers=6, support=3)
    for person in made.staff:
        send(audit, person)
    assert sum(len(held.sheet["answers"]) for held in HeldAnswers.objects.all()) == 12
    actions.close_audit(by=made.lead, audit=audit)
    slugs = Answer.objects.values_list("question__topic__slug", flat=True)
    assert sorted(slugs) == ["autism"] * 9


def test_a_closed_audit_takes_no_more() -> None:
    made, audit = world()
    actions.close_audit(by=made.lead, audit=audit)
    with pytest.raises(Refused, match="has closed"):
        send(audit, made.teachers[0])
    assert not HeldAnswers.objects.exists()
    assert not Participation.objects.answered().exists()
