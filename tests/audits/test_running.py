"""Opening, closing and giving more time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.audits import actions, sweeps
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Audit
from apps.core import clock
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.core.permissions import Refused
from tests import factories as f
from tests.audits.school import answer, draft, make_school, opened

pytestmark = pytest.mark.django_db
SUNDAY = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_opening_asks_everybody_once_and_mails_on_an_open_morning() -> None:
    with clock.frozen(SUNDAY):
        made = make_school(3, 2)
        f.MembershipFactory(person=made.teachers[0], organisation=made.school, role="support")
        made.support[0].email = None
        made.support[0].save()
        audit = opened(made)
        actions.open_audit(by=made.lead, audit=audit)  # pressed twice

    parts = {p.person_id: p.role for p in audit.participations.all()}
    assert parts == {p.pk: "teacher" for p in made.teachers} | {
        p.pk: "support" for p in made.support
    }
    mails = OutboundEmail.objects.filter(template="audits.asked")
    assert {mail.person for mail in mails} == {*made.teachers, made.support[1]}
    assert {mail.due_at for mail in mails} == {datetime(2026, 11, 23, 7, 30, tzinfo=UTC)}
    assert Notice.objects.filter(kind="audits.asked").count() == 5
    assert AuditEvent.objects.filter(action="audits.open").count() == 1


def test_mail_waits_for_the_persons_working_day() -> None:
    with clock.frozen(SUNDAY):
        made = make_school(1, 0)
        made.teachers[0].memberships.update(working_days=[3])
        opened(made)
    mail = OutboundEmail.objects.get(template="audits.asked")
    assert mail.due_at == datetime(2026, 11, 26, 7, 30, tzinfo=UTC)


def test_opening_takes_as_many_queries_for_three_as_for_thirty(
    django_assert_max_num_queries,
) -> None:
    counts = set()
    for n in (3, 30):
        made = make_school(n, 0)
        audit = draft(made)
        with django_assert_max_num_queries(15) as asked:
            actions.open_audit(by=made.lead, audit=audit)
        counts.add(len(asked))
    assert len(counts) == 1


def test_the_audience_may_be_a_department() -> None:
    made = make_school(4, 0)
    made.teachers[0].memberships.update(department="Maths")
    audit = draft(made, departments=["Maths"])
    assert [held.person for held in actions.people_to_ask(audit)] == [made.teachers[0]]


def test_four_people_are_not_asked_confidentially() -> None:
    made = make_school(2, 2)
    audit = draft(made, mode=AuditMode.CONFIDENTIAL)
    with pytest.raises(Refused, match="Choose “named to my CPD lead”"):
        actions.open_audit(by=made.lead, audit=audit)
    audit.refresh_from_db()
    assert (audit.state, audit.participations.count()) == (AuditState.DRAFT, 0)


def test_questions_are_fixed_once_it_is_open() -> None:
    made = make_school()
    audit = opened(made)
    before = list(audit.questions.values_list("code", flat=True))
    with pytest.raises(Refused):
        actions.choose_topics(by=made.lead, audit=audit, slugs=["autism"])
    with pytest.raises(Refused):
        actions.change_draft(by=made.lead, audit=audit, mode=AuditMode.CONFIDENTIAL)
    assert list(audit.questions.values_list("code", flat=True)) == before


def test_the_sweep_closes_what_is_past_and_nothing_else() -> None:
    made = make_school()
    audit = opened(made)
    last_day = datetime.combine(audit.closes_on, datetime.min.time(), tzinfo=UTC)

    assert sweeps.close_past(last_day + timedelta(hours=23)) == 0
    assert sweeps.close_past(last_day + timedelta(hours=30)) == 1
    assert sweeps.close_past(last_day + timedelta(hours=30)) == 0

    audit.refresh_from_db()
    assert audit.state == AuditState.CLOSED
    assert OutboundEmail.objects.filter(template="audits.closed").count() == 1


def test_more_time_keeps_it_open() -> None:
    made = make_school()
    audit = opened(made)
    later = audit.closes_on + timedelta(days=7)
    actions.extend_audit(by=made.lead, audit=audit, closes_on=later)
    at = datetime.combine(later, datetime.min.time(), tzinfo=UTC)
    assert sweeps.close_past(at) == 0
    actions.close_audit(by=made.lead, audit=audit)
    with pytest.raises(Refused):
        actions.extend_audit(by=made.lead, audit=audit, closes_on=date(2027, 1, 1))


def test_a_form_sent_twice_makes_one_draft() -> None:
    made = make_school()
    key = Audit(title="x").client_key
    first = draft(made, client_key=key)
    assert draft(made, client_key=key) == first
    assert Audit.objects.count() == 1


def test_nine_staff_are_served_by_a_named_audit() -> None:
    made = make_school(6, 3)
    audit = opened(made, topics=["autism"])
    for n, person in enumerate(made.staff):
        answer(audit, person, [("autism", 1 + n % 4, 4)])
    closed = actions.close_audit(by=made.lead, audit=audit)

    assert closed.results["lead"]["topics"][0]["groups"]["support"]["n"] == 3
    shared = closed.results["shared"]["topics"][0]
    assert shared["all"]["n"] == 9
    assert shared["groups"] == {"support": None, "teacher": None}
