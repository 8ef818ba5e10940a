"""One test over every URL of the URLconf x every role x own and foreign objects."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.matrix
from tests.activities import studies
from tests.evaluation import previews
from tests.matrix import Row
from tests.support.kept import for_the_module
from tests.world import ROLES, World, make_world

# Whole trees of other people's URLs, each with one row of its own below.
PREFIXES = ("admin/", "accounts/")
SIGN_IN = ("/accounts/login/", "/admin/login/")


def rows() -> list[Row]:
    found: list[Row] = []
    for module in pkgutil.iter_modules(tests.matrix.__path__):
        if not module.name.startswith("test_"):
            found += importlib.import_module(f"tests.matrix.{module.name}").ROWS
    return found


def url_names(
    resolver: URLResolver | None = None, path: str = "", space: str = ""
) -> Iterator[str]:
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        here = path + str(pattern.pattern)
        if here.startswith(PREFIXES):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from url_names(pattern, here, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else here


def test_every_url_is_in_the_table() -> None:
    listed = {row.name for row in rows()}
    assert set(url_names()) - listed == set()
    assert listed - set(url_names()) == set()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all rows: what a request does is rolled back by `answer`."""
    with for_the_module(django_db_blocker):
        found = make_world()
        for place in (found.own, found.foreign):
            studies.furnish(place)
            previews.furnish(place)
        yield found


@pytest.fixture(scope="module")
def sessions(world: World) -> dict[str, str]:
    """The session's key of each role."""
    found = {}
    for role in ROLES[1:]:
        client = Client()
        client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
        found[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def client_of(sessions: dict[str, str], role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role != "anonymous":
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
    return client


def url_of(row: Row, place: Any) -> str | None:
    try:
        args = [str(attrgetter(key)(place)) for key in row.key.split()]
    except AttributeError:
        return None
    if args:
        return reverse(row.name, args=[*args, *row.kwargs.values()]) + row.query
    return reverse(row.name, kwargs=row.kwargs) + row.query


def answer(client: Client, row: Row, url: str) -> str:
    """``ok``, ``login``, ``refused``, ``missing`` or the bare status."""
    with transaction.atomic():
        point = transaction.savepoint()
        response = client.get(url) if row.post is None else client.post(url, row.post)
        transaction.savepoint_rollback(point)
    if response.status_code == 302 and urlsplit(response["Location"]).path in SIGN_IN:
        return "login"
    if response.status_code in (200, 204, 302, 400, 409, 422):
        return "ok"
    return {403: "refused", 404: "missing"}.get(response.status_code, str(response.status_code))


def expected(row: Row, role: str) -> set[str]:
    if row.public:
        return {"ok"}
    if role == "anonymous":
        return {"login"}
    if role in row.ok.split():
        return {"ok"}
    if role in row.refused.split():
        return {"refused"}
    return {"missing"} if row.key else {"missing", "refused"}


def expected_of_foreign(row: Row, role: str) -> set[str]:
    if role == "anonymous":
        return {"ok"} if row.public else {"login"}
    if row.public or role in row.foreign_ok.split():
        return {"ok"}
    return {"missing"}


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.name}{'+' if row.post else ''}")
def test_matrix(row: Row, world: World, sessions: dict[str, str]) -> None:
    url = url_of(row, world.own)
    assert url is not None, f"the world has no {row.key}"
    wrong = {}
    for role in ROLES:
        got = answer(client_of(sessions, role), row, url)
        if got not in expected(row, role):
            wrong[role] = got
    assert wrong == {}, url


@pytest.mark.parametrize(
    "row",
    [row for row in rows() if row.key],
    ids=lambda row: f"{row.name}{'+' if row.post else ''}",
)
def test_foreign_objects_do_not_exist(row: Row, world: World, sessions: dict[str, str]) -> None:
    url = url_of(row, world.foreign)
    assert url is not None, f"the foreign world has no {row.key}"
    wrong = {}
    for role in ROLES:
        if role == "outsider":
            continue  # it is their own
        got = answer(client_of(sessions, role), row, url)
        if got not in expected_of_foreign(row, role):
            wrong[role] = got
    assert wrong == {}, url


@pytest.mark.parametrize(
    ("path", "operator", "others"),
    [("/admin/", "ok", {"missing", "refused", "login", "ok"}), ("/accounts/email/", "ok", {"ok"})],
)
def test_trees_of_others(
    path: str, operator: str, others: set[str], sessions: dict[str, str]
) -> None:
    row = Row(path)
    assert answer(client_of(sessions, "anonymous"), row, path) != "ok"
    assert answer(client_of(sessions, "operator"), row, path) == operator
    for role in ROLES[1:-1]:
        assert answer(client_of(sessions, role), row, path) in others
