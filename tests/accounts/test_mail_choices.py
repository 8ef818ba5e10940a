import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from apps.accounts import mail_kinds
from apps.accounts.models import MailFrequency
from apps.core.models import AuditEvent
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_a_kind_has_its_default_until_somebody_chooses(client: Client) -> None:
    person = PersonFactory()
    assert mail_kinds.frequency(person, "followups") == MailFrequency.DAILY
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    chosen = {kind.slug: kind.default.value for kind in mail_kinds.KINDS.values()}
    page = client.post(
        reverse("accounts:mail_preferences"), chosen | {"followups": "weekly"}, follow=True
    )
    assert page.status_code == 200
    assert mail_kinds.frequency(person, "followups") == MailFrequency.WEEKLY
    assert AuditEvent.objects.filter(action="accounts.mail_chosen", actor=person).count() == 1


def test_a_frequency_that_a_kind_does_not_offer_is_refused(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    chosen = {kind.slug: kind.default.value for kind in mail_kinds.KINDS.values()}
    page = client.post(reverse("accounts:mail_preferences"), chosen | {"reports": "hourly"})
    assert page.status_code == 422
    assert not person.mail_preferences.exists()


def test_unsubscribing_asks_first(client: Client) -> None:
    person = PersonFactory()
    path = mail_kinds.unsubscribe_path(person, "reports")
    page = client.get(path)
    assert page.status_code == 200
    assert mail_kinds.wants(person, "reports")
    client.post(path)
    assert not mail_kinds.wants(person, "reports")
    assert mail_kinds.wants(person, "audits")


def test_one_click_works_without_a_session_or_a_csrf_token() -> None:
    person = PersonFactory()
    strict = Client(enforce_csrf_checks=True)
    path = mail_kinds.unsubscribe_path(person, "followups")
    page = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert mail_kinds.frequency(person, "followups") == MailFrequency.OFF


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        signing.dumps([1, "followups"], salt="another"),
        signing.dumps([0, "followups"], salt=mail_kinds.SALT),
        signing.dumps("odd", salt=mail_kinds.SALT),
    ],
    ids=["nonsense", "anothers", "nobody", "odd"],  # a token holds the second it was made in
)
def test_a_forged_link_explains_itself(client: Client, token: str) -> None:
    page = client.post(reverse("accounts:unsubscribe", args=[token]))
    assert page.status_code == 400
    assert b"does not work" in page.content
