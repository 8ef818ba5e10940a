import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.world import ROLES, World, make_world

pytestmark = pytest.mark.django_db
MUST = {"outsider", "lead", "other_lead", "head", "governor", "coordinator", "operator"}


@pytest.fixture
def world(settings) -> World:
    settings.REQUIRE_MFA = True
    return make_world()


def client_of(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", ROLES[1:])
def test_roles_with_power_over_others_enrol_first(world: World, role: str) -> None:
    page = client_of(world, role).get(reverse("accounts:profile"))
    assert page.status_code == (302 if role in MUST else 200)
    if role in MUST:
        assert page["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/person/"])
def test_the_admin_too(world: World, path: str) -> None:
    assert client_of(world, "operator").get(path)["Location"] == reverse("mfa_index")


def test_a_post_does_nothing_before(world: World) -> None:
    page = client_of(world, "lead").post(reverse("accounts:mail_preferences"), {"audits": "off"})
    assert page.status_code == 302
    assert not world.lead.mail_preferences.exists()


def test_enrolling_and_signing_out_stay_open(world: World) -> None:
    client = client_of(world, "lead")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")


def test_once_enrolled_everything_works(world: World) -> None:
    Authenticator.objects.create(user=world.lead, type=Authenticator.Type.TOTP, data={})
    assert client_of(world, "lead").get(reverse("accounts:profile")).status_code == 200


def test_nobody_must_where_it_is_off(world: World, settings) -> None:
    settings.REQUIRE_MFA = False
    assert client_of(world, "lead").get(reverse("accounts:profile")).status_code == 200
