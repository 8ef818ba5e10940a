import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from apps.core.models import OutboundEmail
from tests.factories import PersonFactory
from tests.factories.accounts import PASSWORD
from tests.support.letters import send_all, send_one

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another-horse-staple-8"


def deliver(template: str) -> str:
    return send_one(template).body


def path_in(text: str) -> str:
    found = re.search(r"http://testserver(/accounts/\S+)", text)
    assert found, text
    return found[1]


def test_a_forgotten_password_is_chosen_anew(client: Client) -> None:
    person = PersonFactory()
    client.post("/accounts/password/reset/", {"email": person.email.upper()})
    row = OutboundEmail.objects.get()
    assert (row.person, row.keys) == (person, {})
    text = deliver("accounts.password_reset")
    assert person.username in text
    page = client.get(path_in(text), follow=True)
    path = page.redirect_chain[-1][0]
    client.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    assert "password was changed" in deliver("accounts.security")


def test_the_link_works_once(client: Client) -> None:
    person = PersonFactory()
    client.post("/accounts/password/reset/", {"email": person.email})
    path = path_in(deliver("accounts.password_reset"))
    person.set_password(NEW_PASSWORD)
    person.save()
    assert client.get(path, follow=True).context["token_fail"]


def test_no_row_holds_a_token(client: Client) -> None:
    person = PersonFactory()
    client.post("/accounts/password/reset/", {"email": person.email})
    path = path_in(deliver("accounts.password_reset"))
    row = OutboundEmail.objects.get()
    token = path.rstrip("/").split("-", 1)[1]
    assert token not in f"{row.key}{row.keys}{row.address}"


def test_an_unknown_address_is_answered_alike_and_written_to_never(client: Client) -> None:
    known = client.post("/accounts/password/reset/", {"email": PersonFactory().email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@school.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutboundEmail.objects.count() == 1


def test_somebody_disabled_gets_no_link(client: Client) -> None:
    person = PersonFactory()
    client.post("/accounts/password/reset/", {"email": person.email})
    person.is_active = False
    person.save()
    assert send_all() == []
    assert OutboundEmail.objects.get().state == "not_needed"


def test_an_address_changes_once_confirmed(client: Client) -> None:
    person = PersonFactory()
    old = person.email
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    client.post("/accounts/email/", {"email": "New@School.example", "action_add": ""})
    person.refresh_from_db()
    assert person.email == old
    text = deliver("accounts.confirm_email")
    assert mail.outbox[-1].to == ["new@school.example"]
    path = path_in(text)
    client.get(path)
    person.refresh_from_db()
    assert person.email == old, "opening the link changes nothing"
    client.post(path)
    person.refresh_from_db()
    assert person.email == "new@school.example"
    assert EmailAddress.objects.get(user=person).email == "new@school.example"
    assert "address was changed" in deliver("accounts.security")
    assert mail.outbox[-1].to == [old]


def test_an_address_that_is_somebody_elses_is_never_taken(client: Client) -> None:
    person, other = PersonFactory(), PersonFactory()
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    client.post("/accounts/email/", {"email": other.email, "action_add": ""})
    path = path_in(deliver("accounts.confirm_email"))
    page = client.post(path, follow=True)
    person.refresh_from_db()
    assert person.email != other.email
    assert page.status_code == 200
