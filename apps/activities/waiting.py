"""What waits for a person's answer, of every kind that has such things."""

from __future__ import annotations

from apps.accounts.models import Person
from apps.activities.kinds import all_kinds
from apps.activities.kinds.base import Waiting


def waiting_for(person: Person) -> list[Waiting]:
    return [row for kind in all_kinds() if kind.waiting for row in kind.waiting(person)]
