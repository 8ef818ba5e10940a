"""What people wrote: whose words a CPD lead finds on the page of results."""

from __future__ import annotations

import pytest

from apps.audits import actions
from apps.audits.enums import AuditMode, QuestionKind
from apps.audits.models import Answer, Audit, Question, Response
from apps.audits.results.texts import texts
from apps.schools.enums import JobRole
from apps.schools.models import Membership
from tests.audits.alliance import across, make_alliance, takes_part
from tests.audits.school import School, answer, draft, make_school

pytestmark = pytest.mark.django_db
RATED = [("autism", 1, 4)]


def ask_in_words(audit: Audit, **values: list[str]) -> Question:
    audit.questions.filter(kind__in=(QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)).delete()
    return Question.objects.create(
        audit=audit,
        code="say",
        kind=QuestionKind.LONG_TEXT,
        position=90,
        section="More",
        text="What hinders you?",
        **values,
    )


def write(question: Question, response: Response) -> str:
    words = f"words of {response.person}"
    Answer.objects.create(response=response, question=question, text=words)
    return words


@pytest.mark.parametrize(
    ("leaders", "mode", "shown"),
    [
        (4, AuditMode.CONFIDENTIAL, False),
        (5, AuditMode.CONFIDENTIAL, True),
        (4, AuditMode.ANONYMOUS, False),
        (5, AuditMode.ANONYMOUS, True),
        (4, AuditMode.NAMED, True),
    ],
)
def test_words_are_read_only_of_questions_put_to_five_who_answered(
    leaders: int, mode: str, shown: bool
) -> None:
    made = make_school(9, 0)
    leading = made.teachers[:leaders]
    Membership.objects.filter(person__in=leading).update(job_role=JobRole.SENIOR_LEADER)
    audit = draft(made, topics=["autism"], mode=mode)
    question = ask_in_words(audit, for_roles=[JobRole.SENIOR_LEADER.value])
    audit = actions.open_audit(by=made.lead, audit=audit)
    for person in made.teachers:
        answer(audit, person, RATED, comment="words of ours" if person in leading else "")
    audit = actions.close_audit(by=made.lead, audit=audit)
    found = texts(made.lead, audit)
    assert found == ([(question.text, ["words of ours"] * leaders)] if shown else [])


def across_by_name(*staff: tuple[int, int]) -> tuple[School, Audit, Question]:
    """An alliance's named audit, which everybody answers; its first school."""
    made = make_alliance(*staff)
    audit = across(made, mode=AuditMode.NAMED)
    question = ask_in_words(audit)
    for school in made.schools:
        takes_part(audit, school)
    return made.schools[0], actions.open_audit(by=made.coordinator, audit=audit), question


def test_a_lead_reads_no_words_of_whom_they_judge_in_an_alliances_audit_either() -> None:
    school, audit, question = across_by_name((7, 0), (6, 0))
    judged, *others = school.teachers
    Membership.objects.filter(person=judged).update(line_manager=school.lead)
    said = {p.pk: write(question, answer(audit, p, RATED)) for p in school.teachers}
    audit = actions.close_audit(by=None, audit=audit)
    found = texts(school.lead, audit, school.school)
    assert found == [(question.text, found[0][1])]
    assert sorted(found[0][1]) == sorted(said[person.pk] for person in others)


def test_five_must_be_left_without_those_whom_the_lead_judges() -> None:
    school, audit, question = across_by_name((5, 0), (6, 0))
    Membership.objects.filter(person=school.teachers[0]).update(appraiser=school.lead)
    for person in school.teachers:
        write(question, answer(audit, person, RATED))
    audit = actions.close_audit(by=None, audit=audit)
    assert texts(school.lead, audit, school.school) == []


def test_an_alliances_anonymous_words_are_for_its_coordinator_alone_mixed_over_schools() -> None:
    made = make_alliance((6, 0), (6, 0))
    audit = across(made, topics=["autism"], mode=AuditMode.ANONYMOUS)
    ask_in_words(audit)
    for school in made.schools:
        takes_part(audit, school)
    audit = actions.open_audit(by=made.coordinator, audit=audit)
    for school in made.schools:
        for person in school.teachers:
            answer(audit, person, RATED, comment=f"words of {school.school}")
    assert texts(made.coordinator, audit) == []
    audit = actions.close_audit(by=made.coordinator, audit=audit)
    [(_question, written)] = texts(made.coordinator, audit) or []
    assert len(written) == 12
    for person in (made.schools[0].lead, made.schools[0].head):
        assert texts(person, audit) is None
        assert not texts(person, audit, made.schools[0].school)
