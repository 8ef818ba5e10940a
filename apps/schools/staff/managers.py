"""Line managers, appraisers and induction tutors: named in a file, found among the staff."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.schools.models import Membership
from apps.schools.staff import words
from apps.schools.staff.differences import Diff, label_of
from apps.schools.staff.reading import Entry

Found = int | str | None  # a person's key, "row 12" for somebody who joins with this file


class Managers:
    """Whom a staff ID, an e-mail address or a full name means; None when two share it."""

    def __init__(self) -> None:
        self._known: dict[str, Found] = {}
        self._names: dict[Found, str] = {}

    def add_person(self, membership: Membership) -> None:
        person = membership.person
        self._add(person.pk, person.name, membership.staff_id, membership.address, person.username)

    def add_entry(self, entry: Entry) -> None:
        self._add(f"row {entry.row}", entry.name, entry.staff_id, entry.email)

    def _add(self, who: Found, name: str, *keys: str) -> None:
        self._names[who] = name
        given, family = words.split_name(name)
        for key in {name, f"{family}, {given}", *keys}:
            known = self._known.setdefault(key.lower(), who)
            if known != who:
                self._known[key.lower()] = None

    def find(self, text: str) -> Found:
        given, family = words.split_name(text)
        plain = f"{given} {family}".strip().lower()
        return self._known.get(text.lower()) or self._known.get(plain)

    def check(self, entry: Entry) -> None:
        """Drop what names nobody, or the person themself, with a note."""
        for name, text in list(entry.managers.items()):
            label = label_of(Membership, name)
            found = self.find(text)
            if found is None:
                entry.note(
                    _(
                        "%(label)s “%(text)s” is nobody on the staff list, or two people. "
                        "Write a staff ID."
                    )
                    % {"label": label.capitalize(), "text": text[:60]}
                )
                del entry.managers[name]

    def diffs(self, entry: Entry, membership: Membership) -> list[Diff]:
        found = []
        for name, text in entry.managers.items():
            who = self.find(text)
            if who != getattr(membership, f"{name}_id"):
                before: Any = getattr(membership, name)
                label = label_of(Membership, name)
                after = self._names.get(who, text)
                found.append(Diff(name, label, before.name if before else "", after))
        return found
