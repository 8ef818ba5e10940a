import pytest
from django.contrib import admin
from django.test import Client

from apps.core.admin import OperatorAdmin
from apps.core.models import AuditEvent
from tests.factories import AllianceFactory, PersonFactory, SchoolFactory

pytestmark = pytest.mark.django_db
SEEN = (
    "accounts/person",
    "schools/organisation",
    "schools/alliance",
    "core/outboundemail",
    "core/auditevent",
)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        PersonFactory(is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.parametrize("model", SEEN)
def test_operators_look_and_do_not_write(operator: Client, model: str) -> None:
    AllianceFactory()
    SchoolFactory()
    assert operator.get(f"/admin/{model}/").status_code == 200
    assert operator.get(f"/admin/{model}/add/").status_code == 403
    assert operator.post(f"/admin/{model}/add/", {}).status_code == 403


def test_nothing_else_of_ours_is_there() -> None:
    ours = {
        model._meta.label_lower.replace(".", "/")
        for model in admin.site._registry
        if model.__module__.startswith("apps.")
    }
    assert ours == set(SEEN)
    assert all(
        isinstance(admin.site._registry[model], OperatorAdmin)
        for model in admin.site._registry
        if model.__module__.startswith("apps.")
    )


def test_what_others_register_stays_shut(operator: Client) -> None:
    for path in ("mfa/authenticator", "account/emailaddress", "auth/group"):
        assert operator.get(f"/admin/{path}/").status_code in (403, 404)


def test_nothing_is_deleted(operator: Client) -> None:
    person = PersonFactory()
    path = f"/admin/accounts/person/{person.pk}/"
    assert operator.get(f"{path}change/").status_code == 200
    assert operator.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    assert operator.post(f"{path}change/", {"email": "x@y.example"}).status_code == 403


def test_disabling_and_enabling(operator: Client) -> None:
    person = PersonFactory()
    for action, active in (("disable", False), ("enable", True)):
        operator.post(
            "/admin/accounts/person/", {"action": action, "_selected_action": [person.pk]}
        )
        person.refresh_from_db()
        assert person.is_active is active
        assert AuditEvent.objects.filter(action=f"accounts.{action}d").count() == 1


def test_an_operator_does_not_lock_themselves_out(operator: Client) -> None:
    own = operator.session["_auth_user_id"]
    operator.post("/admin/accounts/person/", {"action": "disable", "_selected_action": [own]})
    assert operator.get("/admin/").status_code == 200


def test_others_do_not_get_in(client: Client) -> None:
    client.force_login(PersonFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/accounts/person/").status_code == 302
