"""Headers, cookies and logs under production settings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.support.production import ask
from tests.support.servers import database_url

VISIT = """
import json, django
django.setup()
from django.test import Client
client = Client(headers={"host": "cpd.example.org", "x-forwarded-proto": "https"})
answer = client.get("/accounts/login/?next=/a-private-place/")
client.get("/invitations/k4mz-29dw-xv7q/")
plain = Client(headers={"host": "cpd.example.org"})
print(json.dumps({
    "status": answer.status_code,
    "headers": dict(answer.headers),
    "cookies": [str(morsel) for morsel in answer.cookies.values()],
    "plain": plain.get("/accounts/login/").headers.get("Location"),
    "healthz": plain.get("/healthz").status_code,
    "readyz": plain.get("/readyz").status_code,
    "signup": client.get("/accounts/signup/").status_code,
    "foreign": Client(headers={"host": "evil.example", "x-forwarded-proto": "https"})
        .get("/accounts/login/").status_code,
}))
"""


@pytest.fixture(scope="module")
def visit(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> tuple[Any, str]:
    from django.conf import settings

    collect = Path(settings.BASE_DIR, "deploy", "collect-static")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run([collect], env={"PATH": path}, check=True)
    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
    return ask(VISIT, DATABASE_URL=database_url(name), REDIS_URL=settings.REDIS_URL)


def test_headers(visit: tuple[Any, str]) -> None:
    headers = visit[0]["headers"]
    policy = headers["Content-Security-Policy"]

    assert visit[0]["status"] == 200
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_keep_to_this_host(visit: tuple[Any, str]) -> None:
    assert visit[0]["cookies"]
    for cookie in visit[0]["cookies"]:
        assert cookie.startswith("Set-Cookie: __Host-")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "Domain" not in cookie


def test_plain_http_is_redirected_but_health_answers(visit: tuple[Any, str]) -> None:
    assert visit[0]["plain"] == "https://cpd.example.org/accounts/login/"
    assert visit[0]["healthz"] == 200
    assert visit[0]["readyz"] == 200


def test_strangers_cannot_sign_up(visit: tuple[Any, str]) -> None:
    assert visit[0]["signup"] == 404


def test_another_host_name_is_refused(visit: tuple[Any, str]) -> None:
    assert visit[0]["foreign"] == 400


def test_the_log_is_json_without_query_strings(visit: tuple[Any, str]) -> None:
    lines = [json.loads(line) for line in visit[1].splitlines()]

    assert {"path": "/accounts/login/", "status": 200, "method": "GET"}.items() <= lines[0].items()
    assert "a-private-place" not in visit[1]


def test_the_log_holds_no_token_of_a_link(visit: tuple[Any, str]) -> None:
    assert '"path": "/invitations/[token]/"' in visit[1]
    assert "k4mz" not in visit[1]
