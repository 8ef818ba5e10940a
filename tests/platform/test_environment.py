"""With DEBUG off the site refuses to start on a missing or insecure setting, and names it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from environ import Env

from cpdhub import environment
from tests.support.production import PRODUCTION


def flaws(**changes: str | None) -> list[str]:
    env = Env()
    env.ENVIRON = {k: v for k, v in (PRODUCTION | changes).items() if v is not None}
    return environment.flaws(env)


def test_a_whole_environment_is_accepted() -> None:
    assert flaws() == []


@pytest.mark.parametrize("name", environment.REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    assert [flaw for flaw in flaws(**{name: value}) if flaw == f"{name} is not set"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 60),
        ("SECRET_KEY", environment.LAPTOP_KEY),
        ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnopqrstuvwxyz" * 2),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "cpd.example.org,*"),
        ("BASE_URL", "http://cpd.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "http://cpd.example.org"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("REDIS_URL", "locmem://"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "filemail:///tmp/mail"),
    ],
)
def test_an_insecure_setting_is_named(name: str, value: str) -> None:
    found = flaws(**{name: value})

    assert len(found) == 1
    assert found[0].startswith(f"{name} must ")


def test_the_refusal_is_one_line() -> None:
    environment = {**PRODUCTION, "PATH": os.environ["PATH"], "SECRET_KEY": ""}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "cpdhub cannot start: SECRET_KEY is not set (DEBUG is off; see docs/operations.md)"
    ]
