"""Usernames made from names: edoyle, edoyle2, edoyle3."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.db.models.functions import Lower

from apps.accounts.models import Person

LONGEST = 50


def base(given_name: str, family_name: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{given_name[:1]}{family_name}").encode(
        "ascii", "ignore"
    )
    return re.sub(r"[^a-z0-9]", "", plain.decode().lower())[:LONGEST] or "person"


def free(names: Sequence[tuple[str, str]]) -> list[str]:
    """A username for each (given, family), none taken and none twice."""
    bases = [base(*name) for name in names]
    rows = Person.objects.annotate(low=Lower("username"))
    pattern = f"^({'|'.join(sorted(set(bases)))})[0-9]*$"
    taken = set(rows.filter(low__regex=pattern).values_list("low", flat=True)) if bases else set()
    found = []
    for wanted in bases:
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}{number}"
        taken.add(name)
        found.append(name)
    return found
