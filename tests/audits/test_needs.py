"""From results to what is done about them."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.audits import actions, taxonomy
from apps.audits.enums import AuditMode
from apps.audits.models import Need, Offer, Topic
from apps.audits.templates_data import TEMPLATES
from apps.core import letters
from apps.core.models import OutboundEmail
from tests.audits.school import answer, make_school, opened, part_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return make_school(6, 0)


@pytest.fixture
def audit(made):
    audit = opened(made, topics=["autism", "eal"])
    for n, person in enumerate(made.teachers):
        answer(audit, person, [("autism", 1, 4)] + ([("eal", 2, 3)] if n < 3 else []))
    return audit


@pytest.fixture
def lead(client: Client, made) -> Client:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_need_is_taken_on_once_with_where_it_is_from(lead, audit, made) -> None:
    url = reverse("audits:take_on", args=[audit.public_id])
    for _ in range(2):
        there = lead.post(url, {"topic": "autism"})
    need = Need.objects.get()
    assert there.url == reverse("audits:need", args=[need.public_id])
    assert (need.audit, need.level) == (audit, "school")
    page = lead.get(there.url).content.decode()
    assert f"{reverse('activities:new')}?need={need.public_id}" in page
    assert "The figure is shown once the audit has closed" in page


def test_a_need_that_the_staff_read_has_the_released_figure_and_no_earlier_one(
    lead, audit, made
) -> None:
    for slug in ("autism", "eal"):
        lead.post(reverse("audits:take_on", args=[audit.public_id]), {"topic": slug})
    assert [need.figure for need in Need.objects.all()] == [None, None]
    audit.refresh_from_db()
    actions.close_audit(by=made.lead, audit=audit)
    found = {need.topic.slug: need.figure for need in Need.objects.all()}
    assert (found["autism"]["need"], found["autism"]["n"]) == (16.0, 6)
    assert found["eal"] is None  # of three people
    page = lead.get(reverse("audits:need", args=[Need.objects.get(topic__slug="autism").public_id]))
    assert "Mean need 16.00 from 6 people" in page.content.decode()
    assert "16.00" in lead.get(reverse("audits:list") + "?needs=all").content.decode()


def test_a_topic_that_was_not_asked_about_is_not_taken_on(lead, audit) -> None:
    lead.post(reverse("audits:take_on", args=[audit.public_id]), {"topic": "site-safety"})
    assert not Need.objects.exists()


def test_the_export_is_always_under_the_rule_of_five(lead, audit, made) -> None:
    url = reverse("audits:export", args=[audit.public_id])
    assert lead.get(url).status_code == 404
    actions.close_audit(by=made.lead, audit=audit)
    lines = lead.get(url).getvalue().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Autistic pupils,6,16.0,1.0,4.0")
    assert not any(",3," in line or ",9.0" in line for line in lines)


def test_goals_of_a_need(lead, audit, made) -> None:
    need = actions.take_on(by=made.lead, audit=audit, topic=Topic.objects.get(slug="autism"))
    url = reverse("audits:add_goal", args=[need.public_id])
    assert lead.post(url, {}).status_code == 422
    form = {"statement": "Calmer mornings", "client_key": "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d"}
    for _ in range(2):
        lead.post(url, form)
    goal = need.goals.get()
    assert (goal.person, goal.organisation) == (None, made.school)
    lead.post(reverse("audits:change_goal", args=[goal.public_id]), {"change": "done"})
    goal.refresh_from_db()
    assert goal.done_at is not None


def test_an_offer_is_shared_only_with_consent(client: Client, audit, made) -> None:
    client.force_login(made.teachers[0], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("audits:offer", args=[audit.public_id])
    key = "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d"
    for _ in range(2):
        client.post(url, {"topic": "eal", "text": "A visit", "client_key": key})
    offer = Offer.objects.get()
    assert (offer.shared, offer.person) == (False, made.teachers[0])
    assert Offer.objects.visible_to(made.lead).get() == offer
    assert client.post(url, {"topic": "nothing", "client_key": key}).status_code == 422


def test_needs_table(audit, made, capsys) -> None:
    call_command("needs_table", "--audit", audit.public_id, "--json")
    assert json.loads(capsys.readouterr().out) == [
        {"topic": "Autistic pupils", "n": 6, "mean_need": 16.0},
        {
            "topic": "Pupils who use English as an additional language",
            "n": 3,
            "mean_need": 9.0,
        },
    ]
    secret = opened(made, mode=AuditMode.CONFIDENTIAL)
    with pytest.raises(CommandError, match="confidential"):
        call_command("needs_table", "--audit", secret.public_id)


def test_topics_load_twice_and_keep_a_schools_own() -> None:
    own = Topic.objects.create(slug="bee-keeping", name="Bee keeping", area="curriculum")
    Topic.objects.filter(slug="autism").update(name="Reworded")
    for _ in range(2):
        taxonomy.load(Topic)
    assert Topic.objects.get(slug="autism").name == "Autistic pupils"
    assert Topic.objects.filter(pk=own.pk).exists()
    known = {slug for slug, *_rest in taxonomy.TOPICS}
    assert all(set(template.topics) <= known for template in TEMPLATES.values())


class TestLetters:
    def mail(self, audit, person, template="audits.asked"):
        row = OutboundEmail.objects.get(template=template, person=person)
        return letters.compose(row)

    def test_asked(self, made) -> None:
        audit = opened(made, topics=["autism"])
        message = self.mail(audit, made.teachers[0])
        assert f"/needs/audits/{audit.public_id}/answer/" in message.body
        assert "Your CPD lead reads your answers with your name" in message.body
        assert "minutes" in message.body
        assert "List-Unsubscribe" in message.extra_headers

    def test_not_once_it_is_answered_closed_or_unwanted(self, made) -> None:
        audit = opened(made, topics=["autism"])
        answer(audit, made.teachers[0], [("autism", 1, 4)])
        assert self.mail(audit, made.teachers[0]) is None
        made.teachers[1].mail_preferences.create(kind="audits", frequency="off")
        assert self.mail(audit, made.teachers[1]) is None
        actions.close_audit(by=made.lead, audit=audit)
        assert self.mail(audit, made.teachers[2]) is None

    def test_closed_tells_the_lead(self, made, audit) -> None:
        actions.close_audit(by=None, audit=audit)
        message = self.mail(audit, made.lead, "audits.closed")
        assert "Answered: 6 of 6" in message.body
        assert part_of(audit, made.teachers[0]).person.name not in message.body
