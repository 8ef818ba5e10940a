"""The database itself keeps the questions of an opened audit, and the wording in the bank."""

import pytest
from django.db import IntegrityError, transaction

from apps.audits.models import BankQuestion, Question
from apps.core import clock
from tests.audits.school import draft, make_school, opened

pytestmark = pytest.mark.django_db


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_questions_of_an_opened_audit_never_change() -> None:
    made = make_school(2, 0)
    audit, other = opened(made), draft(made)
    question, loose = audit.questions.first(), other.questions.first()

    assert refused(lambda: audit.questions.filter(pk=question.pk).update(text="Other words"))
    assert refused(question.delete)
    assert refused(lambda: Question.objects.filter(pk=loose.pk).update(audit=audit, code="new"))
    loose.pk, loose.audit, loose.code = None, audit, "another"
    assert refused(lambda: loose.save(force_insert=True))

    assert not refused(lambda: other.questions.update(text="Other words"))
    assert not refused(lambda: other.questions.all().delete())


def test_a_kept_question_is_retired_and_never_reworded() -> None:
    kept = BankQuestion.objects.create(kind="long_text", text="What now?", code="what-now")
    assert refused(lambda: BankQuestion.objects.filter(pk=kept.pk).update(text="What then?"))
    assert not refused(lambda: BankQuestion.objects.update(retired_at=clock.now()))
