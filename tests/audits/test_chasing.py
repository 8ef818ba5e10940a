"""Response rates, reminders, joiners, leavers, and audits that open by themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from apps.audits import actions, sweeps
from apps.audits.actions.chasing import policy_days
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Audit, AuditReminder
from apps.audits.rates import Rate, by_group, overall
from apps.core import clock
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.core.permissions import Refused
from apps.schools.enums import Role
from apps.schools.models import TermDate
from tests import factories as f
from tests.audits.school import School, answer, draft, make_school, opened, part_of
from tests.support.clients import queries, signed_in
from tests.support.letters import send_all

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "after"), [(1, []), (2, [1]), (3, [2]), (7, [2, 4, 6]), (14, [4, 9, 13])]
)
def test_the_policy_reminds_at_most_three_times(days: int, after: list[int]) -> None:
    first = date(2026, 11, 23)
    assert [(d - first).days for d in policy_days(first, first + days * DAY)] == after


def test_rates_say_no_more_than_steps_of_five() -> None:
    assert Rate("", 9, 5).words == "at least 5 of 9"
    assert (Rate("", 9, 5).waiting, Rate("", 9, 5).is_low) == (4, False)
    assert Rate("", 9, 0).words == "fewer than five of 9"
    assert Rate("", 9, 0).is_low
    assert Rate("", 4, 0).words == "fewer than five asked"
    assert Rate("", 40, 10).words == "at least 10 of 40 (25%)"
    assert Rate("", 9, 8, exact=True).words == "8 of 9"


@pytest.mark.django_db
def test_reminders_reach_only_those_who_have_not_answered_on_their_days() -> None:
    with clock.frozen(MONDAY - 5 * DAY):
        made = make_school(8, 0)
        audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
        answered, begun, off, gone, *rest = made.teachers
        answer(audit, answered, [("autism", 1, 4)])
        answer(audit, begun, [("autism", 1, 4)], send=False)
        off.memberships.update(working_days=[3])
        gone.memberships.update(ends_on=clock.today() - DAY)
        send_all()
    with clock.frozen(MONDAY):
        assert actions.remind(by=made.lead, audit=audit) == 6
        with pytest.raises(Refused, match="today already"):
            actions.remind(by=made.lead, audit=audit)
    mails = {m.person: m for m in OutboundEmail.objects.filter(template="audits.reminder")}
    assert set(mails) == {begun, off, *rest}
    assert mails[off].due_at.date() == date(2026, 11, 26)
    assert mails[begun].due_at == MONDAY
    assert Notice.objects.filter(kind="audits.reminder").count() == 6
    data = AuditEvent.objects.get(action="audits.remind").data
    assert data == {"round": 1}, "how many were written to is not kept"

    mail.outbox.clear()
    with clock.frozen(MONDAY + timedelta(hours=1)):
        answer(audit, rest[0], [("autism", 2, 4)])  # meanwhile
        sent = {m.to[0]: m.body for m in send_all()}
    assert set(sent) == {begun.email, *(p.email for p in rest[1:])}
    assert "sections of" in sent[begun.email]
    assert "you have not begun it" in sent[rest[1].email]


@pytest.mark.django_db
def test_the_sweep_reminds_three_times_and_not_after_closing() -> None:
    with clock.frozen(MONDAY):
        opened(make_school(6, 0))
    rounds = []
    for n in range(1, 20):
        at = MONDAY + n * DAY
        with clock.frozen(at):
            rounds += [n] * sweeps.remind_due(at)
            sweeps.remind_due(at)
            sweeps.close_past(at)
    assert rounds == [4, 9, 14]  # the eve is a Sunday
    assert AuditReminder.objects.count() == len(rounds)


@pytest.mark.django_db
def test_a_letter_that_a_later_round_overtakes_is_not_sent() -> None:
    with clock.frozen(MONDAY):
        made = make_school(1, 0)
        made.teachers[0].memberships.update(working_days=[3])
        audit = opened(made)
        actions.remind(by=made.lead, audit=audit)
    with clock.frozen(MONDAY + 2 * DAY):
        actions.remind(by=made.lead, audit=audit)
    mail.outbox.clear()
    with clock.frozen(MONDAY + 3 * DAY):
        sent = [m.subject for m in send_all()]
    assert sorted(sent) == [
        "Still open for you: What we need",
        "What do you need to learn? What we need",
    ]


@pytest.mark.django_db
def test_in_a_confidential_audit_one_more_answer_changes_nothing_the_lead_sees() -> None:
    made = make_school(9, 3)
    audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    for person in made.teachers[:6]:
        answer(audit, person, [("autism", 1, 4)])
    client, url = signed_in(made.lead), reverse("audits:progress", args=[audit.public_id])
    before = client.get(url)
    answer(audit, made.teachers[6], [("autism", 1, 4)])
    after = client.get(url)
    assert before.context["rate"] == after.context["rate"] == Rate("All staff", 12, 5)
    assert after.context["groups"] == []  # three support staff, and all less the teachers
    assert after.context["names"] is None
    assert b"At most 7 people would be written to" in after.content
    listed = client.get(reverse("audits:list") + "?audits=all").content.decode()
    assert "at least 5 of 12" in listed


@pytest.mark.django_db
def test_in_a_named_audit_its_readers_see_who_has_not_answered() -> None:
    made = make_school(3, 0)
    audit = opened(made, topics=["autism"])
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    url = reverse("audits:progress", args=[audit.public_id])
    page = signed_in(made.lead).get(url)
    assert page.context["rate"].words == "1 of 3"
    assert set(page.context["names"]["people"]) == set(made.teachers[1:])
    f.MembershipFactory(person=made.lead, organisation=made.school, role=Role.HEAD)
    page = signed_in(made.lead).get(url)
    assert (page.context["names"], page.context["exact"]) == (None, False)


@pytest.mark.django_db
def test_only_who_sees_who_has_answered_gets_exact_counts() -> None:
    made = make_school(9, 0)
    audit = opened(made, topics=["autism"])
    for person in made.teachers[:6]:
        answer(audit, person, [("autism", 1, 4)])
    url = reverse("audits:list") + "?audits=all"
    assert "6 of 9" in signed_in(made.lead).get(url).content.decode()
    assert "at least 5 of 9" in signed_in(made.head).get(url).content.decode()
    actions.close_audit(by=made.lead, audit=audit)
    assert "6 of 9" in signed_in(made.lead).get(url).content.decode()
    for page in (url, reverse("audits:detail", args=[audit.public_id])):
        assert "at least 5" in signed_in(made.head).get(page).content.decode()


@pytest.mark.django_db
def test_joiners_are_asked_by_a_press_and_leavers_no_more() -> None:
    made = make_school(5, 0)
    audit = opened(made, topics=["autism"])
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    for person in made.teachers[:2]:
        person.memberships.update(ends_on=clock.today() - DAY)
    joiner = f.PersonFactory()
    f.MembershipFactory(person=joiner, organisation=made.school, role=Role.TEACHER)
    client = signed_in(made.lead)
    client.post(reverse("audits:ask_joiners", args=[audit.public_id]))
    client.post(reverse("audits:ask_joiners", args=[audit.public_id]))
    assert part_of(audit, joiner).role == Role.TEACHER
    assert sweeps.forget_leavers(clock.now()) == 1
    asked = set(audit.participations.values_list("person_id", flat=True))
    assert asked == {p.pk for p in [made.teachers[0], *made.teachers[2:], joiner]}
    assert overall(audit, exact=True).words == "1 of 5"


@pytest.mark.django_db
def test_it_opens_by_itself_on_an_open_day() -> None:
    with clock.frozen(MONDAY):
        made = make_school(5, 0)
        TermDate.objects.create(
            organisation=made.school, kind="closure", starts_on="2026-11-30", ends_on="2026-11-30"
        )
        audit = draft(made)
        client, url = signed_in(made.lead), reverse("audits:plan", args=[audit.public_id])
        shut = client.post(url, {"opens_on": "2026-11-30"})
        assert shut.status_code == 422
        assert b"The next one is Tue 1 Dec 2026" in shut.content
        assert client.post(url, {"opens_on": "2026-11-27"}).status_code == 302
        Audit.objects.filter(pk=audit.pk).update(opens_on=date(2026, 11, 28))  # a Saturday
    opened_at = []
    for n in (4, 5, 7, 8):  # Friday, Saturday, the closure, Tuesday
        with clock.frozen(MONDAY + n * DAY):
            opened_at += [n] * sweeps.open_due(clock.now())
    audit.refresh_from_db()
    assert (opened_at, audit.state, audit.opens_on) == ([8], AuditState.OPEN, date(2026, 12, 1))


@pytest.mark.django_db
def test_what_cannot_open_by_itself_stays_a_draft_and_is_told() -> None:
    with clock.frozen(MONDAY):
        made = make_school(5, 0)
        audit = draft(made)
        actions.plan_opening(by=made.lead, audit=audit, opens_on=date(2026, 11, 24))
        for person in made.teachers:
            person.memberships.update(ends_on=MONDAY.date())
    with clock.frozen(MONDAY + DAY):
        assert sweeps.open_due(clock.now()) == 0
        [letter] = send_all()
    audit.refresh_from_db()
    assert (audit.state, audit.planned_at) == (AuditState.DRAFT, None)
    assert letter.to == [made.lead.email]
    assert "Nobody would be asked" in letter.body


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_three_people_as_for_thirty() -> None:
    counts = []
    for n in (3, 30):
        made = make_school(n, 0)
        audit = opened(made)
        counts.append(queries(made.lead, reverse("audits:progress", args=[audit.public_id])))
    assert counts[0] == counts[1] <= 15


@pytest.mark.django_db
def test_groups_of_fewer_than_five_and_another_beside_them_are_left_out() -> None:
    made: School = make_school(6, 3)
    made.teachers[0].memberships.update(phase="primary")
    audit = opened(made, mode=AuditMode.CONFIDENTIAL)
    assert by_group(audit, "role", exact=False) == []
    assert by_group(audit, "phase", exact=False) == []
    assert [r.words for r in by_group(audit, "role", exact=True)] == ["0 of 3", "0 of 6"]
