"""A comment in an audit, and who never sees it; canaries on every page that could leak."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.audits import actions
from apps.audits.enums import AuditMode
from apps.audits.models import Goal, Need
from apps.core.models import AuditEvent, MailState, OutboundEmail
from apps.schools.models import Membership
from tests import factories as f
from tests.audits.school import answer, make_school, opened, part_of
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
CANARY = "canary-my-own-words"
PAGES = ("list", "detail", "answers", "export", "answer", "done", "answer_check")


def seen_by(person, audit) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    urls = [reverse("audits:list") + query for query in ("", "?needs=all", "?audits=all")]
    urls += [reverse(f"audits:{name}", args=[audit.public_id]) for name in PAGES if name != "list"]
    urls += [
        reverse("audits:answers_of", args=[audit.public_id, part.person.public_id])
        for part in audit.participations.select_related("person")
    ]
    urls += [reverse("audits:need", args=[need.public_id]) for need in Need.objects.all()]
    return "".join(text_of(client.get(url)) for url in urls)


def text_of(response) -> str:
    content = response.getvalue() if response.streaming else response.content
    return content.decode()


def world(mode: str, *, close: bool):
    made = make_school(7, 6)
    alliance = f.AllianceFactory()
    f.AllianceMemberFactory(alliance=alliance, organisation=made.school)
    coordinator, governor = f.PersonFactory(), f.PersonFactory()
    f.MembershipFactory(
        person=coordinator, organisation=None, alliance=alliance, role="coordinator"
    )
    f.MembershipFactory(person=governor, organisation=made.school, role="governor")
    audit = opened(made, topics=["autism", "eal"], mode=mode)
    author = made.teachers[0]
    for person in made.staff:
        rated = [("autism", 1, 4), ("eal", 2, 2)]
        answer(audit, person, rated, comment=CANARY if person == author else "")
    if close:
        actions.close_audit(by=made.lead, audit=audit)
    audit.refresh_from_db()
    others = [made.head, made.teachers[1], made.support[0], coordinator, governor]
    return made, audit, author, others


@pytest.mark.parametrize("close", [False, True])
@pytest.mark.parametrize("mode", [AuditMode.NAMED, AuditMode.CONFIDENTIAL])
def test_only_the_author_and_the_cpd_lead_meet_the_words(mode: str, close: bool) -> None:
    made, audit, _author, others = world(mode, close=close)
    for person in [*others, f.PersonFactory()]:
        assert CANARY not in seen_by(person, audit), person
    lead_reads = close or mode == AuditMode.NAMED
    assert (CANARY in seen_by(made.lead, audit)) == lead_reads
    assert CANARY not in str(list(AuditEvent.objects.values("data")))
    assert CANARY not in str(list(OutboundEmail.objects.values("keys")))
    assert CANARY not in str(audit.results)


@pytest.mark.parametrize("tie", ["line_manager", "appraiser", "induction_tutor"])
def test_a_lead_who_manages_somebody_does_not_read_them(tie: str) -> None:
    made, audit, author, _others = world(AuditMode.NAMED, close=False)
    Membership.objects.filter(person=author).update(**{tie: made.lead})
    page = seen_by(made.lead, audit)
    assert CANARY not in page
    assert author.name not in page


def test_a_lead_who_was_the_manager_since_the_audit_opened_does_not_read_them() -> None:
    made, audit, author, _others = world(AuditMode.NAMED, close=False)
    rows = Membership.objects.filter(person=author)
    rows.update(line_manager=made.lead)
    rows.update(line_manager=made.head)
    page = seen_by(made.lead, audit)
    assert CANARY not in page
    assert author.name not in page


def test_a_lead_who_ceased_to_manage_before_the_audit_reads_them() -> None:
    made = make_school(7, 6)
    author = made.teachers[0]
    rows = Membership.objects.filter(person=author)
    rows.update(line_manager=made.lead)
    rows.update(line_manager=None)
    audit = opened(made, topics=["autism"], mode=AuditMode.NAMED)
    answer(audit, author, [("autism", 1, 4)], comment=CANARY)
    assert CANARY in seen_by(made.lead, audit)


def test_a_head_who_leads_cpd_too_reads_nobody() -> None:
    made, audit, _author, _others = world(AuditMode.NAMED, close=True)
    f.MembershipFactory(person=made.lead, organisation=made.school, role="head")
    page = seen_by(made.lead, audit)
    assert CANARY not in page
    assert made.teachers[0].name not in page


def test_comments_of_fewer_than_five_are_not_shown() -> None:
    made = make_school(8, 0)
    audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    for person in made.teachers[:4]:
        answer(audit, person, [("autism", 1, 4)], comment=CANARY)
    actions.close_audit(by=made.lead, audit=audit)
    assert CANARY not in seen_by(made.lead, audit)


def test_reading_one_persons_answers_is_recorded(client: Client) -> None:
    made, audit, author, _others = world(AuditMode.NAMED, close=False)
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("audits:answers_of", args=[audit.public_id, author.public_id]))
    event = AuditEvent.objects.get(action="audits.read_answers")
    assert (event.actor, event.subject_id) == (made.lead, author.responses.get().pk)


def test_answering_leaves_no_trail() -> None:
    _made, _audit, _author, _others = world(AuditMode.CONFIDENTIAL, close=False)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "audits.create",
        "audits.choose_topics",
        "audits.open",
    }


def test_my_goal_is_mine_until_i_share_it() -> None:
    made, audit, author, others = world(AuditMode.CONFIDENTIAL, close=True)
    topic = audit.questions.get(topic__slug="autism").topic
    part = part_of(audit, author)
    for _ in range(2):
        goal = actions.keep_goal(by=author, part=part, topic=topic, shared=False)
    assert Goal.objects.get() == goal
    for person in [made.lead, *others]:
        assert not Goal.objects.visible_to(person).filter(pk=goal.pk)
        assert not Need.objects.visible_to(person).filter(pk=goal.need_id)

    actions.keep_goal(by=author, part=part, topic=topic, shared=True)

    assert Goal.objects.visible_to(made.lead).filter(pk=goal.pk)
    assert not Goal.objects.visible_to(made.head).filter(pk=goal.pk)
    assert not Need.objects.visible_to(made.lead).filter(pk=goal.need_id)


def test_a_goal_of_an_earlier_audit_is_not_kept_twice() -> None:
    made, audit, author, _others = world(AuditMode.CONFIDENTIAL, close=False)
    topic = audit.questions.get(topic__slug="autism").topic
    later = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    answer(later, author, [("autism", 1, 4)])
    first = actions.keep_goal(by=author, part=part_of(audit, author), topic=topic, shared=False)
    page = signed_in(author).get(reverse("audits:done", args=[later.public_id]))
    assert "Your goal; only you see it" in page.content.decode()
    again = {"by": author, "part": part_of(later, author), "topic": topic, "shared": False}
    assert actions.keep_goal(**again) == first

    actions.finish_goal(by=author, goal=first, done=True)

    assert actions.keep_goal(**again) != first


def test_mail_rows_tell_operators_nothing_of_who_has_not_answered() -> None:
    made = make_school(6, 0)
    audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    actions.remind(by=made.lead, audit=audit)
    waiting = made.teachers[1]
    rows = OutboundEmail.objects.filter(person=waiting, template__startswith="audits.")
    assert set(rows.values_list("template", flat=True)) == {"audits.asked", "audits.reminder"}
    rows.update(state=MailState.FAILED, last_error="SMTPRecipientsRefused 550")
    operator = signed_in(f.PersonFactory(is_staff=True))
    for query in ("", f"?person={waiting.pk}", "?template=audits.reminder", "?state=not_needed"):
        page = operator.get(f"/admin/core/outboundemail/{query}").content.decode()
        assert waiting.name not in page
        assert "0 email" in page or "0 outbound" in page
    for row in rows:
        assert operator.get(f"/admin/core/outboundemail/{row.pk}/change/").status_code == 302
    page = operator.get(reverse("core:outbox")).content.decode()
    assert "audits.reminder" in page
    assert waiting.name not in page
    assert str(waiting.email) not in page
