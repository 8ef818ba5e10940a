import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from tests.factories import PersonFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": login, "password": password}).status_code


@pytest.mark.parametrize(
    "login", ["ada", "ADA", "ada@school.example", "Ada@School.Example"], ids=str
)
def test_by_username_or_address_whatever_the_case(client: Client, login: str) -> None:
    person = PersonFactory(username="ada", email="Ada@School.example")
    assert sign_in(client, login) == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_address_is_kept_in_lower_case() -> None:
    person = PersonFactory(email="Head.Teacher@School.EXAMPLE")
    person.refresh_from_db()
    assert person.email == "head.teacher@school.example"
    assert Person.objects.get(email="HEAD.Teacher@school.example") == person


def test_people_without_an_address_sign_in_by_username(client: Client) -> None:
    PersonFactory(username="cleaner7", email=None)
    assert sign_in(client, "cleaner7") == 302
    assert not EmailAddress.objects.exists()


def test_the_first_sign_in_makes_the_address_the_primary_one(client: Client) -> None:
    person = PersonFactory()
    sign_in(client, person.username)
    row = EmailAddress.objects.get(user=person)
    assert (row.email, row.verified, row.primary) == (person.email, True, True)


def test_a_corrected_address_replaces_the_old_one(client: Client) -> None:
    person = PersonFactory()
    sign_in(client, person.username)
    Person.objects.filter(pk=person.pk).update(email="new@school.example")
    assert sign_in(Client(), "new@school.example") == 302
    assert [row.email for row in EmailAddress.objects.filter(user=person)] == ["new@school.example"]


def test_other_spellings_give_no_further_tries(client: Client) -> None:
    PersonFactory(username="tess", email="tess@school.example")
    for login in ("tess", "TESS", "tess@school.example", "Tess@school.example", "tesS"):
        client.post(LOGIN, {"login": login, "password": "wrong"})
    for login in ("tess", "tess@school.example"):
        page = client.post(LOGIN, {"login": login, "password": PASSWORD})
        assert "Too many failed" in page.content.decode()


def test_the_sixth_wrong_password_in_five_minutes_is_refused(client: Client) -> None:
    person = PersonFactory()
    for _attempt in range(5):
        page = client.post(LOGIN, {"login": person.email, "password": "wrong"})
        assert "Too many failed" not in page.content.decode()
    page = client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert "Too many failed" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_count_is_shared_between_processes(client: Client) -> None:
    """It lies in the database, not in the memory of one worker."""
    from django.core.cache import caches
    from django.core.cache.backends.db import DatabaseCache

    assert isinstance(caches["default"], DatabaseCache)


def test_thirty_colleagues_at_one_address_can_sign_in(client: Client) -> None:
    people = [PersonFactory() for _ in range(35)]
    assert {sign_in(Client(), person.username) for person in people} == {302}


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(PersonFactory(), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/signup/passkey/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 404


def test_somebody_disabled_is_out_at_once_and_stays_out(client: Client) -> None:
    from apps.accounts import actions

    operator, person = PersonFactory(is_staff=True), PersonFactory()
    sign_in(client, person.username)
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert actions.disable(by=operator, person=person)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert actions.enable(by=operator, person=person)
    assert client.get(reverse("accounts:profile")).status_code == 302, "the old session is dead"
    assert sign_in(Client(), person.username) == 302


def test_signing_out_everywhere(client: Client) -> None:
    person, elsewhere = PersonFactory(), Client()
    sign_in(client, person.username)
    sign_in(elsewhere, person.username)
    client.post(reverse("accounts:end_sessions"))
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
