"""Signed in, but with no current role anywhere."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Person
from apps.home.acting import Acting

TEMPLATE = "nobody"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    return {}
