"""Writing a plan: batch by batch, one transaction each; a second run finds nothing left to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.schools.models import Membership, Organisation
from apps.schools.staff import usernames
from apps.schools.staff.differences import Change
from apps.schools.staff.planning import Joiner, Plan

if TYPE_CHECKING:
    from apps.schools.staff.reading import Entry

BATCH = 100
Progress = Callable[[int, int], None]


class Writer:
    """Writes one plan for one school."""

    def __init__(
        self, organisation: Organisation, plan: Plan, *, by: Person | None, progress: Progress
    ) -> None:
        self.organisation = organisation
        self.plan = plan
        self.by = by
        self.progress = progress
        self.done = 0
        self.joined: dict[int, int] = {}  # row -> person, of those who joined in this run

    def write(self, leavers: Sequence[Membership], left_on: date) -> None:
        """Raises IntegrityError when somebody else changed the list at the same time."""
        joiners, changes = self.plan.joiners, self.plan.changes
        managed = [entry for entry in self._entries() if entry.managers]
        self.total = len(joiners) + len(changes) + len(leavers) + len(managed)
        self._in_batches(joiners, self._join)
        self._in_batches(changes, self._change)
        self._in_batches(managed, self._manage)
        self._in_batches(leavers, lambda batch: self._leave(batch, left_on))

    def _entries(self) -> list[Entry]:
        return [j.entry for j in self.plan.joiners] + [c.entry for c in self.plan.changes]

    def _in_batches(self, items: Sequence[Any], write: Callable[[list[Any]], None]) -> None:
        for start in range(0, len(items), BATCH):
            batch = list(items[start : start + BATCH])
            with transaction.atomic():
                Organisation.objects.select_for_update().get(pk=self.organisation.pk)
                write(batch)
            self.done += len(batch)
            self.progress(self.done, self.total)

    def _join(self, batch: list[Joiner]) -> None:
        new = [joiner for joiner in batch if joiner.person is None]
        people = Person.objects.bulk_create(
            new_people(
                [joiner.entry for joiner in new], claimed={j.entry.email for j in new if j.claims}
            )
        )
        made = dict(zip((joiner.entry.row for joiner in new), people, strict=True))
        rows = []
        for joiner in batch:
            person = joiner.person or made[joiner.entry.row]
            self.joined[joiner.entry.row] = person.pk
            rows.append(self._membership(joiner, person))
        Membership.objects.bulk_create(rows)

    def _membership(self, joiner: Joiner, person: Person) -> Membership:
        entry = joiner.entry
        return Membership(
            claimed_email=entry.email if joiner.claims else "",
            person=person,
            organisation=self.organisation,
            role=entry.role,
            staff_id=entry.staff_id,
            starts_on=entry.starts_on or clock.today(),
            ends_on=entry.ends_on,
            **entry.values,
        )

    def _change(self, batch: list[Change]) -> None:
        for change in batch:
            if change.identity:
                identify(change.membership, change.identity)
            if change.values:
                update(change.membership, change.values)

    def _manage(self, batch: list[Entry]) -> None:
        for entry in batch:
            values = {f"{name}_id": self._who(text) for name, text in entry.managers.items()}
            self._rows_of(entry).update(**values)

    def _who(self, text: str) -> int | None:
        found = self.plan.managers.find(text)
        return self.joined.get(int(found.split()[1])) if isinstance(found, str) else found

    def _rows_of(self, entry: Entry) -> Any:
        rows = Membership.objects.current().staff().filter(organisation=self.organisation)
        if entry.staff_id:
            return rows.filter(staff_id=entry.staff_id)
        return rows.addressed(entry.email)

    def _leave(self, batch: list[Membership], left_on: date) -> None:
        for membership in batch:
            end(membership, self.plan.leaving.get(membership.pk, left_on), by=self.by)


def new_people(entries: Sequence[Entry], *, claimed: Collection[str] = frozenset()) -> list[Person]:
    """Unsaved accounts with a username of their own and no password yet.

    Those of ``claimed`` addresses are stand-ins: the address stays with the account that has it.
    """
    names = usernames.free([(entry.given_name, entry.family_name) for entry in entries])
    return [
        Person(
            username=username,
            email=None if entry.email in claimed else entry.email or None,
            given_name=entry.given_name,
            family_name=entry.family_name,
            password=make_password(None),
        )
        for entry, username in zip(entries, names, strict=True)
    ]


def identify(membership: Membership, values: dict[str, Any]) -> None:
    """Store the name and address of an account that is this school's alone.

    With a new address goes the password: a code that was printed before must not open the account
    of whoever reads that address. The address of an account in use stays as it is, and one that
    another account has is only claimed.
    """
    values = dict(values)
    rows = Person.objects.filter(pk=membership.person_id)
    if "email" in values:
        email = values.pop("email") or None
        others = Person.objects.exclude(pk=membership.person_id)
        taken = bool(email) and others.filter(email__iexact=email).exists()
        fresh = {"email": None if taken else email, "password": make_password(None)}
        if rows.filter(last_login=None).update(**fresh):
            claim = email if taken and email else ""
            Membership.objects.filter(person=membership.person_id).update(claimed_email=claim)
    if values:
        rows.update(**values)


def update(membership: Membership, values: dict[str, Any]) -> Membership:
    """Store ``values``; another role ends this row and begins a new one, which is returned."""
    today = clock.today()
    role = values.get("role", membership.role)
    if role == membership.role or membership.starts_on >= today:
        for name, value in values.items():
            setattr(membership, name, value)
        membership.save(update_fields=list(values))
        return membership
    Membership.objects.filter(pk=membership.pk).update(ends_on=today - timedelta(days=1))
    new = Membership.objects.get(pk=membership.pk)
    new.pk, new.public_id = None, Membership._meta.get_field("public_id").get_default()
    new._state.adding = True
    new.starts_on, new.ends_on = today, membership.ends_on
    for name, value in values.items():
        setattr(new, name, value)
    new.save()
    return new


def end(membership: Membership, on: date, *, by: Person | None) -> None:
    """End a membership on ``on``, or on its first day if that is later."""
    membership.ends_on = max(on, membership.starts_on)
    membership.save(update_fields=["ends_on"])
    audit_trail.record("staff.left", membership, by=by, ends_on=str(membership.ends_on))
