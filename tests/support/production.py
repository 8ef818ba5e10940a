"""An environment that production accepts, and a way to ask the site questions under it."""

import json
import os
import subprocess
import sys
from typing import Any

from django.conf import settings

PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "a-production-key-of-the-tests-9f8e7d6c5b4a39281706-which-guards-nothing",
    "ALLOWED_HOSTS": "cpd.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://cpd.example.org",
    "BASE_URL": "https://cpd.example.org",
    "DATABASE_URL": "postgres://cpdhub@127.0.0.1:1/cpdhub",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
}


def ask(program: str, **environment: str) -> tuple[Any, str]:
    """Run ``program`` under production settings; the JSON it printed, and its log."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=settings.BASE_DIR,
        env={
            **PRODUCTION,
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "cpdhub.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout), run.stderr
