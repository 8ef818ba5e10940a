"""What a row of a staff list says that differs from what is stored of that person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.schools.models import Membership
from apps.schools.staff.reading import Entry


@dataclass(frozen=True, slots=True)
class Diff:
    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    entry: Entry
    membership: Membership
    values: dict[str, Any]
    identity: dict[str, str]
    diffs: list[Diff]


def change_of(entry: Entry, membership: Membership, *, mine: bool) -> Change:
    values = {
        name: value for name, value in entry.values.items() if getattr(membership, name) != value
    }
    if entry.staff_id and entry.staff_id != membership.staff_id:
        values["staff_id"] = entry.staff_id
    if entry.role != membership.role:
        values["role"] = entry.role
    if entry.ends_on and entry.ends_on != membership.ends_on:
        values["ends_on"] = entry.ends_on
    identity = _identity(entry, membership, mine=mine)
    diffs = [diff(membership, name, value) for name, value in values.items()]
    for name, value in identity.items():
        before = membership.address if name == "email" else getattr(membership.person, name)
        diffs.append(Diff(name, label_of(membership.person, name), before, value))
    return Change(entry, membership, values, identity, diffs)


def _identity(entry: Entry, membership: Membership, *, mine: bool) -> dict[str, str]:
    """New name and address of an account that is this school's alone.

    The address of an account in use stays: with it comes the password, and what is private.
    """
    person = membership.person
    named = {"given_name": entry.given_name, "family_name": entry.family_name}
    new = {name: value for name, value in named.items() if value != getattr(person, name)}
    if entry.email and entry.email != membership.address.lower():
        new["email"] = entry.email
    if not new or mine:
        if "email" in new and person.last_login is not None:
            entry.note(
                _(
                    "The e-mail address was kept: the account is in use. Ask %(name)s to change "
                    "it in their account."
                )
                % {"name": person.name}
            )
            del new["email"]
        return new
    entry.note(
        _(
            "Name and e-mail address were kept: %(name)s also works elsewhere or holds another "
            "role, and changes them in their account."
        )
        % {"name": person.name}
    )
    return {}


def label_of(thing: Membership | Person | type[Membership], name: str) -> str:
    return str(getattr(thing._meta.get_field(name), "verbose_name", name))


def diff(thing: Membership | Person, name: str, value: Any) -> Diff:
    label = label_of(thing, name)
    return Diff(name, label, shown(thing, name, getattr(thing, name)), shown(thing, name, value))


def shown(thing: Membership | Person, name: str, value: Any) -> str:
    """A value in words for the screen; empty when missing."""
    if value in (None, "", []):
        return ""
    if name == "working_days":
        return weekdays(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    choices = dict(thing._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def weekdays(days: Sequence[int]) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return ", ".join(names[day] for day in sorted(days))
