"""The demonstration loads once, tells a whole year, and its numbers are links to their rows."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import Person
from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Record
from apps.core.models import MailState, OutboundEmail
from apps.evaluation.models import Report
from apps.followups.models import FollowUp
from apps.home.demo import build
from apps.schools.models import Alliance, Membership, Organisation

STAT = re.compile(r'<a class="stat[^"]*" href="([^"]+)"><strong>(\d+)</strong>')
COUNT = re.compile(r"data-announce>\s*(?:[^<\d]*)(\d+)")


@pytest.mark.django_db(transaction=True)
def test_the_demonstration(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """One load (it takes a while), then all that others rely on."""
    settings.DEBUG = True
    call_command("demo")
    first = _counts()
    call_command("demo")
    assert _counts() == first
    assert "lead@cpdhub.example" in capsys.readouterr().out
    _tells_a_year()
    _signs_in()
    _numbers_are_links()


def _counts() -> dict[str, int]:
    models = (Person, Organisation, Alliance, Membership, Activity, Record, FollowUp, Report)
    return {model.__name__: model.objects.count() for model in models} | {
        "mail": OutboundEmail.objects.count()
    }


def _tells_a_year() -> None:
    assert set(Activity.objects.values_list("state", flat=True)) >= {
        ActivityState.DRAFT,
        ActivityState.AGREED,
        ActivityState.ACTIVE,
        ActivityState.CLOSED,
        ActivityState.PAUSED,
        ActivityState.CANCELLED,
    }
    kinds = Report.objects.ready().order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["alliance", "alliance", "governors", "school"]
    small = Organisation.objects.get(urn="125004")
    staffed = Membership.objects.staff().filter(organisation=small)
    heads = Membership.objects.filter(organisation=small, role="head")
    assert (
        len({*staffed.values_list("person", flat=True), *heads.values_list("person", flat=True)})
        == 9
    )
    alliance = Alliance.objects.get(memberships__person__username="coordinator")
    assert alliance.members.joined().filter(organisation__kind="school").count() >= 8
    assert alliance.organisations.values("phase").distinct().count() >= 4
    assert not Person.objects.filter(is_demo=False).exists()
    assert not OutboundEmail.objects.filter(state=MailState.SENT).exists()


def _signs_in() -> None:
    for name, _role in build.ACCOUNTS:
        client = Client()
        answer = client.post(
            "/accounts/login/",
            {"login": f"{name}@cpdhub.example", "password": "staffroom-noticeboard"},
        )
        assert answer.status_code == 302, name
        assert client.get("/").status_code == 200, name
    assert not Person.objects.get(username="operator").is_superuser


def _numbers_are_links() -> None:
    """Every number on every home opens a page that lists exactly as many rows."""
    followed = 0
    for name, _role in build.ACCOUNTS:
        client = Client()
        client.force_login(
            Person.objects.get(username=name),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        home = client.get("/").content.decode()
        for url, number in STAT.findall(home):
            page = client.get(url.replace("&amp;", "&")).content.decode()
            announced = COUNT.search(page)
            assert announced, f"{name}: {url} announces no count"
            assert announced.group(1) == number, f"{name}: {urlsplit(url)}"
            followed += 1
    assert followed >= 12


@pytest.mark.django_db
def test_demo_is_refused_in_production(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")
    assert not Person.objects.exists()
