"""The frame's small views and the size of what every page loads."""

import gzip
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from apps.core import session
from apps.core.templatetags.ui import icon_names
from tests.factories.accounts import PersonFactory

KB = 1000
# For forms that keep drafts, which have tests of their own.
NOT_ON_THE_PAGE = {"draft_status.html", "unsent_drafts.html", "back.html", "error_summary.html"}
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def person(db: None) -> Any:
    return PersonFactory()


@pytest.fixture
def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def gzipped(name: str) -> int:
    path = finders.find(name)
    assert path, f"{name} is not built: npm run build"
    return len(gzip.compress(Path(str(path)).read_bytes(), 9))


@pytest.mark.parametrize(
    ("names", "most"),
    [
        (["app.css"], 25 * KB),
        (["app.js"], 35 * KB),
        (["app.js", "drafts.js"], 42 * KB),
        (["fonts/source-sans-3-latin.woff2"], 30 * KB),
        (
            ["app.css", "app.js", "drafts.js", "icons.svg", "fonts/source-sans-3-latin.woff2"],
            100 * KB,
        ),
    ],
    ids=["css", "js", "js-log", "font", "together"],
)
def test_what_every_page_loads_stays_small(names: list[str], most: int) -> None:
    assert sum(gzipped(name) for name in names) <= most


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    sprite = Path(str(finders.find("icons.svg"))).read_text()
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }

    assert used
    assert used <= icon_names()
    assert all(f'id="{name}"' in sprite for name in icon_names())


def test_no_template_carries_script_or_style() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        if "emails" in template.parts:
            continue
        text = template.read_text()
        assert not re.search(r"\s(style|on[a-z]+)=\"", text), template
        assert "<style" not in text, template


def test_a_fresh_token_says_whose_it_is(client: Client, signed_in: Client, person: Any) -> None:
    assert signed_in.get("/csrf/").json()["person"] == str(person.pk)
    anonymous = Client().get("/csrf/")
    assert anonymous.json()["person"] == ""
    assert "no-store" in anonymous["Cache-Control"]


def test_staying_signed_in_counts_as_use(signed_in: Client) -> None:
    store = signed_in.session
    store["seen"] = int(time.time()) - 7000
    store.save()
    assert session.left(signed_in.session) <= 200

    assert signed_in.post("/session/keep/").json()["seconds"] > 7000
    assert signed_in.get("/session/keep/").status_code == 405


def test_the_longest_time_is_not_put_off() -> None:
    began = int(time.time()) - settings.SESSION_LONGEST + 60
    store = {"began": began}

    assert 0 < session.keep(store) <= 60
    assert session.left({}) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_kept_on_the_device(client: Client, db: None, theme: str) -> None:
    answer = client.post("/theme/", {"theme": theme, "next": "/offline/"})

    assert answer["Location"] == "/offline/"
    assert f'data-theme="{theme}"' in client.get("/offline/").content.decode()
    client.post("/theme/", {"theme": ""})
    assert "data-theme" not in client.get("/offline/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_a_theme_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_a_forged_theme_cookie_is_ignored(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/offline/").content.decode()


def test_the_worker_keeps_nothing_private(client: Client, db: None) -> None:
    answer = client.get("/worker.js")
    shell = json.loads(re.search(r"const SHELL = (.*);", answer.content.decode())[1])

    assert answer["Content-Type"] == "text/javascript"
    assert shell["offline"] == "/offline/"
    assert all(url.startswith(("/offline/", "/static/")) for url in shell["kept"])
    assert 'credentials:"omit"' in answer.content.decode()


def test_the_style_guide_is_for_developers(client: Client, signed_in: Client) -> None:
    assert signed_in.get("/styleguide/").status_code == 404
    assert Client().get("/styleguide/").status_code == 302


def test_the_style_guide_shows_every_component(client: Client, db: None, settings: Any) -> None:
    settings.DEBUG = True
    answer = client.get("/styleguide/")
    shown = {str(found.name).rpartition("/")[2] for found in answer.templates}
    parts = {path.name for path in (ROOT / "templates" / "components").glob("*.html")}

    assert answer.status_code == 200
    assert parts - shown - NOT_ON_THE_PAGE == set()


def test_a_page_that_is_not_there_says_so_in_the_frame(client: Client, db: None) -> None:
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.content.decode()


def test_the_error_page_needs_nothing(client: Client, db: None) -> None:
    from django.template.loader import render_to_string

    html = render_to_string("500.html")
    assert "Nothing was half-written" in html
    assert "<script" not in html


@pytest.mark.parametrize("url", ["/accounts/login/", "/accounts/password/reset/"])
def test_there_is_nothing_to_sign_up_for(client: Client, db: None, url: str) -> None:
    html = client.get(url).content.decode()

    assert "<h1>" in html
    assert "signup" not in html
