"""What we heard, what we will do, what we cannot: to all who were asked, once."""

import pytest
from django.db import Error, transaction
from django.urls import reverse

from apps.audits import actions
from apps.audits.actions import telling
from apps.audits.models import HeardBack
from apps.core import letters
from apps.core.models import Notice, OutboundEmail
from apps.core.notices import told
from apps.core.permissions import Refused
from tests.audits.school import answer, make_school, opened
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
TEXTS = {"heard": "You need time.", "will_do": "Two afternoons.", "cannot": "A third day."}


@pytest.fixture
def made():
    return make_school(3, 0)


@pytest.fixture
def audit(made):
    audit = opened(made, topics=["autism"])
    answer(audit, made.teachers[0], [("autism", 1, 4)])
    return actions.close_audit(by=made.lead, audit=audit)


def write(made, audit) -> HeardBack:
    return telling.write_heard(by=made.lead, audit=audit, base=0, **TEXTS)


@pytest.mark.parametrize(("people", "said"), [(1, "The one person who was"), (2, "All 2 people")])
def test_one_person_is_told_and_two_are(made, audit, monkeypatch, people: int, said: str) -> None:
    write(made, audit)
    monkeypatch.setattr(telling, "send_heard", lambda **_values: people)
    url = reverse("audits:heard_send", args=[audit.public_id])
    assert said in signed_in(made.lead).post(url, follow=True).content.decode()


def test_everybody_who_was_asked_is_told_once_and_reads_it_later(made, audit) -> None:
    person = made.teachers[2]
    person.email = None
    person.username = "no-mail"
    person.save()
    heard = write(made, audit)
    url = reverse("audits:heard", args=[audit.public_id])
    assert signed_in(made.teachers[1]).get(url).status_code == 404
    lead = signed_in(made.lead)
    assert "3 people are told" in lead.get(url).content.decode()
    for _ in range(2):
        lead.post(reverse("audits:heard_send", args=[audit.public_id]))
    assert Notice.objects.filter(kind="audits.heard").count() == 3
    mails = OutboundEmail.objects.filter(template="audits.heard")
    assert {mail.person for mail in mails} == set(made.teachers[:2])
    bodies = [letters.compose(mail).body for mail in mails]
    for body in bodies:
        assert "Two afternoons." in body and "whether or not they answered" in body
        assert made.teachers[0].name not in body or made.teachers[1].name not in body
    for person in made.teachers:
        assert "Two afternoons." in signed_in(person).get(url).content.decode()
        start = reverse("audits:answer", args=[audit.public_id])
        assert url in signed_in(person).get(start).content.decode()
    (row,) = told(Notice.objects.filter(kind="audits.heard")[:1])
    assert audit.title in row.words
    with pytest.raises(Refused):
        telling.write_heard(by=made.lead, audit=audit, base=1, **TEXTS)
    with pytest.raises(Error), transaction.atomic():
        HeardBack.objects.filter(pk=heard.pk).update(heard="Other words")


def test_it_is_written_beside_the_biggest_needs_and_only_after_closing(made) -> None:
    audit = opened(made, topics=["autism"])
    url = reverse("audits:heard_write", args=[audit.public_id])
    lead = signed_in(made.lead)
    assert lead.get(url).status_code == 403
    actions.close_audit(by=made.lead, audit=audit)
    assert "Too few people" in lead.get(url).content.decode()
    assert lead.post(url, {"heard": "a"}).status_code == 422
    assert lead.post(url, TEXTS | {"version": 0}).status_code == 302
    assert 'name="version" value="1"' in lead.get(url).content.decode()
    page = lead.post(url, TEXTS | {"version": 0, "heard": "Mine"})
    assert page.status_code == 422 and "Mine" in page.content.decode()
    assert lead.post(url, TEXTS | {"version": 1, "heard": "Mine"}).status_code == 302
    assert HeardBack.objects.get().heard == "Mine"


def test_who_has_left_is_not_told(made, audit) -> None:
    gone = made.teachers[1].memberships.get()
    gone.ends_on = gone.starts_on
    gone.save(update_fields=["ends_on"])
    assert telling.send_heard(by=made.lead, heard=write(made, audit)) == 2
