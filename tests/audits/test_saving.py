"""Saved as it is filled in, from more than one place."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.audits import actions
from apps.audits.enums import AuditMode
from apps.audits.forms import seen
from apps.audits.models import Answer, Audit, HeldAnswers, Question
from tests.audits.school import make_school, opened

pytestmark = pytest.mark.django_db


class Page:
    """A section open in one tab: what it showed, and what is typed into it."""

    def __init__(self, client: Client, url: str) -> None:
        self.client, self.url = client, url
        self.seen: dict[str, str] = {}
        self.typed: dict[str, str] = {}

    def save(self, then: str = "autosave", **typed: str):
        self.typed |= {name.replace("_", "-", 1): value for name, value in typed.items()}
        sent = {"seen": json.dumps(self.seen), "then": then, **self.typed}
        response = self.client.post(self.url, sent)
        if then == "autosave":
            self.seen |= response.json().get("seen", {})
        return response


@pytest.fixture
def made():
    return make_school(6, 0)


@pytest.fixture
def audit(made) -> Audit:
    return opened(made, topics=["autism"], mode=AuditMode.NAMED)


@pytest.fixture
def teacher(client: Client, made) -> Client:
    client.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    return client


def of(audit: Audit, **which: str) -> tuple[Question, str]:
    """The first such question, and the section it stands in."""
    question = audit.questions.filter(**which).first()
    assert question is not None
    titles = list(dict.fromkeys(q.section for q in audit.questions.all() if q.is_for("teacher")))
    number = titles.index(question.section) + 1
    return question, reverse("audits:section", args=[audit.public_id, number])


def test_a_page_saves_what_was_changed_on_it(teacher, audit, django_assert_max_num_queries) -> None:
    question, url = of(audit, kind="grid")
    page = Page(teacher, url)
    page.save(**{f"q{question.pk}_confidence": "2"})
    with django_assert_max_num_queries(12):
        saved = page.save(**{f"q{question.pk}_priority": "4"})
    assert saved.status_code == 200
    row = Answer.objects.get()
    assert (row.confidence, row.priority) == (2, 4)


def test_two_tabs_lose_nothing_that_the_other_saved(teacher, audit) -> None:
    grid, url = of(audit, kind="grid")
    early = Page(teacher, url)
    Page(teacher, url).save(**{f"q{grid.pk}_confidence": "2"})
    assert early.save(then="on").status_code == 302  # opened before, with nothing entered
    assert Answer.objects.get().confidence == 2


def test_a_text_changed_in_two_places_is_shown_and_neither_is_lost(teacher, audit) -> None:
    text, url = of(audit, kind="long_text")
    here, there = Page(teacher, url), Page(teacher, url)
    there.save(**{f"q{text.pk}_text": "Written there"})
    conflict = here.save(**{f"q{text.pk}_text": "Written here"})
    assert conflict.status_code == 409
    assert conflict.json()["theirs"] == {str(text.pk): "Written there"}
    assert Answer.objects.get().text == "Written there"
    assert here.save(**{f"q{text.pk}_text": "Both"}).status_code == 200
    assert Answer.objects.get().text == "Both"


def test_without_scripts_both_texts_stand_on_the_page(teacher, audit) -> None:
    text, url = of(audit, kind="long_text")
    Page(teacher, url).save(**{f"q{text.pk}_text": "Written there"})
    page = Page(teacher, url).save(then="on", **{f"q{text.pk}_text": "Written here"})
    assert page.status_code == 409
    assert "Written there" in page.content.decode()
    assert "Written here" in page.content.decode()


def test_what_is_not_well_formed_is_not_saved_by_itself(teacher, audit) -> None:
    question, url = of(audit, kind="grid")
    page = Page(teacher, url)
    faulty = page.save(**{f"q{question.pk}_confidence": "9"})
    assert faulty.status_code == 422
    assert faulty.json() == {"faulty": [f"q{question.pk}-confidence"]}
    assert not Answer.objects.exists()


@pytest.mark.parametrize("nothing", ["²", pytest.param("9" * 5000, id="long"), "-1"])
def test_clearing_what_is_no_question_clears_nothing(teacher, audit, nothing: str) -> None:
    question, url = of(audit, kind="grid")
    rated = {f"q{question.pk}-confidence": "1", f"q{question.pk}-priority": "4"}
    assert teacher.post(url, rated | {"clear": nothing}).status_code == 302
    assert Answer.objects.get().confidence == 1


@pytest.mark.parametrize(
    "sent", ["", "[]", "{", '{"x": 1}', "null", "1", pytest.param("[" * 20_000, id="deep")]
)
def test_marks_that_are_no_marks_are_left_out(sent: str) -> None:
    given = {1: actions.Given(confidence=2)}
    assert seen.read(sent) is None
    assert seen.changed(given, None, {}) == (given, {})


def test_anonymous_answers_are_one_page_and_sent_once(client: Client, made) -> None:
    audit = opened(made, topics=["autism"], mode=AuditMode.ANONYMOUS)
    client.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("audits:whole", args=[audit.public_id])
    start = client.get(reverse("audits:answer", args=[audit.public_id])).content.decode()
    assert "What nobody can promise you" in start
    assert "nothing is kept before you send it" in client.get(url).content.decode()
    for name in (["section", 1], ["answer_check"]):
        there = client.get(reverse(f"audits:{name[0]}", args=[audit.public_id, *name[1:]]))
        assert there["Location"] == url
    question = audit.questions.get(kind="grid")
    before = dict(client.session)
    sent = {f"q{question.pk}-confidence": "1", f"q{question.pk}-priority": "4"}
    assert client.post(url, sent).status_code == 422  # the device's key is missing
    sent["client_key"] = "5bd3a1a2-5d62-4b32-9d4c-9a9b1f3c0f11"
    assert client.post(url, sent)["Location"] == reverse("audits:done", args=[audit.public_id])
    assert HeldAnswers.objects.count() == 1
    assert dict(client.session) == before
    done = client.get(reverse("audits:done", args=[audit.public_id])).content.decode()
    assert "data-own-needs" in done
    assert "need <strong>" not in done
    assert client.get(url)["Location"] == reverse("audits:done", args=[audit.public_id])


def test_the_whole_page_opens_in_eight_queries(
    client: Client, made, django_assert_max_num_queries
) -> None:
    audit = opened(made, mode=AuditMode.ANONYMOUS)
    client.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("audits:whole", args=[audit.public_id])
    client.get(url)
    with django_assert_max_num_queries(8):
        client.get(url)
