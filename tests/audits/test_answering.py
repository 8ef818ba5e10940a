"""Answering through the pages."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.audits import actions
from apps.audits.models import Answer, Audit, Response
from tests.audits.school import answer, make_school, opened, part_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return make_school(3, 3)


@pytest.fixture
def audit(made) -> Audit:
    return opened(made)


@pytest.fixture
def teacher(client: Client, made) -> Client:
    client.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(audit: Audit, name: str, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.public_id, *args])


def first(audit: Audit):
    return audit.questions.order_by("position").first()


def test_saved_page_by_page_and_gone_on_with_elsewhere(teacher, audit, made) -> None:
    question = first(audit)
    there = teacher.post(
        url(audit, "section", 1),
        {f"q{question.pk}-confidence": "2", f"q{question.pk}-priority": "4", "then": "leave"},
    )
    assert there.url == url(audit, "answer")

    elsewhere = Client()
    elsewhere.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    assert "Go on at page 2" in elsewhere.get(url(audit, "answer")).content.decode()
    page = elsewhere.get(url(audit, "section", 1)).content.decode()
    assert page.count(" checked") == 2
    assert Response.objects.get().submitted_at is None


def test_what_is_left_out_stays_missing(teacher, audit) -> None:
    question = first(audit)
    teacher.post(url(audit, "section", 1), {f"q{question.pk}-confidence": "3"})
    row = Answer.objects.get()
    assert (row.confidence, row.priority, row.not_my_role) == (3, None, False)
    check = teacher.get(url(audit, "answer_check"))
    assert check.context["sections"][0].answered == 0
    assert "Partly answered" in check.content.decode()
    assert "Go on at page 2" in teacher.get(url(audit, "answer")).content.decode()
    assert "1 topic has one rating of two" in check.content.decode()
    assert f"/answer/1/#q{question.pk}" in check.content.decode()
    teacher.post(url(audit, "section", 1), {f"q{question.pk}-confidence": ""})
    assert not Answer.objects.exists()


def test_one_answer_is_cleared_without_scripts(teacher, audit) -> None:
    question = first(audit)
    filled = {f"q{question.pk}-confidence": "3", f"q{question.pk}-priority": "1"}
    teacher.post(url(audit, "section", 1), filled)
    there = teacher.post(url(audit, "section", 1), filled | {"clear": str(question.pk)})
    assert there.url == url(audit, "section", 1) + f"#q{question.pk}"
    assert not Answer.objects.exists()


@pytest.mark.parametrize("value", ["0", "5", "-1", "two", "\x00"])
def test_a_rating_that_does_not_exist_is_refused(teacher, audit, value: str) -> None:
    question = first(audit)
    sent = {f"q{question.pk}-confidence": value, f"q{question.pk}-priority": "4"}
    page = teacher.post(url(audit, "section", 1), sent)
    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    assert not Answer.objects.exists()


def test_questions_of_others_cannot_be_answered(teacher, audit) -> None:
    theirs = audit.questions.filter(for_roles=["support"]).first()
    teacher.post(url(audit, "section", 1), {f"q{theirs.pk}-confidence": "3"})
    assert not Answer.objects.exists()
    page = teacher.get(url(audit, "answer_check")).content.decode()
    assert "Your role" not in page
    assert "Curriculum" in page


def test_sending_twice_is_harmless(teacher, audit, made) -> None:
    answer(audit, made.teachers[0], [("autism", 1, 4)], send=False)
    for _ in range(2):
        there = teacher.post(url(audit, "answer_check"))
        assert there.url == url(audit, "done")
    assert audit.participations.answered().count() == 1
    assert Response.objects.get().submitted_at is not None


def test_late_answers_are_kept_and_not_counted(teacher, audit, made) -> None:
    answer(audit, made.teachers[0], [("autism", 1, 4)], send=False)
    actions.close_audit(by=None, audit=audit)
    question = first(audit)

    saved = teacher.post(url(audit, "section", 1), {f"q{question.pk}-confidence": "3"}, follow=True)
    assert "What you had entered is kept" in saved.content.decode()
    sent = teacher.post(url(audit, "answer_check"), follow=True)
    assert "your answers could not be sent" in sent.content.decode()

    assert Answer.objects.count() == 2
    audit.refresh_from_db()
    assert audit.results["shared"]["answered"] == 0
    assert Response.objects.get().submitted_at is None


def test_sent_answers_do_not_change_after_closing(teacher, audit, made) -> None:
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    actions.close_audit(by=None, audit=audit)
    question = first(audit)
    teacher.post(url(audit, "section", 1), {f"q{question.pk}-confidence": "3"})
    assert Answer.objects.get().confidence == 1


def test_a_section_opens_in_eight_queries_and_is_saved_in_twelve(
    teacher, audit, made, django_assert_max_num_queries
) -> None:
    teacher.get(url(audit, "section", 1))
    with django_assert_max_num_queries(8):
        teacher.get(url(audit, "section", 1))
    questions = [q for q in audit.questions.all() if q.section == first(audit).section]
    filled = {f"q{q.pk}-{name}": "2" for q in questions for name in ("confidence", "priority")}
    for _ in range(2):  # the first time makes the response
        with django_assert_max_num_queries(12):
            teacher.post(url(audit, "section", 1), filled)
    assert Answer.objects.count() == len(questions)


def test_the_first_page_says_who_sees_what(teacher, audit, made) -> None:
    page = teacher.get(url(audit, "answer")).content.decode()
    assert "Your CPD lead can read what you answer, with your name." in page
    assert "nobody reads your answers one by one" not in page
    made.teachers[0].memberships.update(appraiser=made.lead)
    page = teacher.get(url(audit, "answer")).content.decode()
    assert "nobody reads your answers one by one" in page


def test_the_standard_template_takes_less_than_ten_minutes(audit, made) -> None:
    from apps.audits.reading import minutes_to_answer

    assert all(minutes_to_answer(audit, role) < 10 for role in ("teacher", "support"))


def test_somebody_who_has_left_the_school_is_not_asked_any_more(teacher, audit, made) -> None:
    assert part_of(audit, made.teachers[0])
    made.teachers[0].memberships.update(ends_on="2026-11-01", starts_on="2026-10-01")
    assert teacher.get(url(audit, "section", 1)).status_code == 404
