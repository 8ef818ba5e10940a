"""Keeping a school's staff list by hand: one person at a time, codes for paper, terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.ids import ALPHABET, LENGTH, spoken_code
from apps.schools import invitations
from apps.schools.models import Membership, Organisation, ProcessingTerms
from apps.schools.permissions.staff import can_print_code
from apps.schools.staff import applying
from apps.schools.staff.planning import known_here
from apps.schools.staff.reading import Entry
from apps.schools.staff.terms import TERMS_VERSION

if TYPE_CHECKING:
    from apps.schools.models import Invitation


def accept_terms(*, by: Person, organisation: Organisation, privacy_notice: str) -> ProcessingTerms:
    """Accept the current processing terms for a school; accepting twice names the notice anew."""
    with transaction.atomic():
        terms, created = ProcessingTerms.objects.update_or_create(
            organisation=organisation,
            version=TERMS_VERSION,
            defaults={"privacy_notice": privacy_notice},
            create_defaults={"privacy_notice": privacy_notice, "accepted_by": by},
        )
        audit_trail.record(
            "terms.accepted" if created else "terms.notice_named",
            terms,
            by=by,
            version=TERMS_VERSION,
        )
        return terms


def add_person(
    *,
    by: Person,
    organisation: Organisation,
    entry: Entry,
    values: dict[str, Any],
    client_key: UUID,
) -> Membership:
    """Put one person on the staff list; the same ``client_key`` does so once.

    An account with the entry's e-mail address that the school knows is given the membership and
    left as it is. One that it does not know is asked by invitation; nothing tells which it was.
    """
    public_id = _id_of(client_key)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        known = Membership.objects.filter(public_id=public_id, organisation=organisation).first()
        if known is not None:
            return known
        person, claimed = _person_of(organisation, entry)
        membership = Membership.objects.create(
            public_id=public_id,
            person=person,
            organisation=organisation,
            role=entry.role,
            staff_id=entry.staff_id,
            claimed_email=claimed,
            starts_on=entry.starts_on or clock.today(),
            **values,
        )
        audit_trail.record("staff.added", membership, by=by)
        return membership


def _person_of(organisation: Organisation, entry: Entry) -> tuple[Person, str]:
    """The account that the school knows, else a new person; and the address, if only claimed."""
    account = Person.objects.filter(email__iexact=entry.email).first() if entry.email else None
    if account is not None and known_here(organisation, [account.pk]):
        return account, ""
    claimed = entry.email if account is not None else ""
    person = applying.new_people([entry], claimed={claimed} - {""})[0]
    person.save()
    return person, claimed


def added_before(organisation: Organisation, client_key: str) -> Membership | None:
    """Whom a form with this key has already put on the list."""
    try:
        public_id = _id_of(UUID(client_key))
    except ValueError:
        return None
    return Membership.objects.filter(organisation=organisation, public_id=public_id).first()


def change_person(
    *, by: Person, membership: Membership, values: dict[str, Any], identity: dict[str, Any]
) -> Membership:
    """Store changed fields of a post, and of its person where they are the school's to change."""
    with transaction.atomic():
        membership = Membership.objects.select_for_update().get(pk=membership.pk)
        if identity:
            applying.identify(membership, identity)
            membership.refresh_from_db()
        if values:
            membership = applying.update(membership, values)
        audit_trail.record("staff.changed", membership, by=by, fields=[*values, *identity])
        return membership


def leave(*, by: Person, membership: Membership, on: date) -> None:
    """End a post by date; nothing is deleted."""
    with transaction.atomic():
        membership = Membership.objects.select_for_update().get(pk=membership.pk)
        applying.end(membership, on, by=by)


def invite(*, by: Person, memberships: Sequence[Membership]) -> list[Invitation]:
    """Send invitations to those who have an address; sent again within a day, none goes twice."""
    with transaction.atomic():
        sent = [invitations.invite_person(by=by, membership=row) for row in memberships]
        return [invitation for invitation in sent if invitation is not None]


def print_codes(*, by: Person, memberships: Sequence[Membership]) -> list[tuple[Person, str]]:
    """Give each person a new code as password, ending their sessions; (person, code) to print.

    The codes are kept nowhere: whoever called this shows them once.
    """
    with transaction.atomic():
        printed = []
        for membership in memberships:
            person = Person.objects.select_for_update().get(pk=membership.person_id)
            if not can_print_code(by, _with(membership, person)):
                continue  # since the page was shown they got an address, or a post elsewhere
            code = spoken_code()
            person.set_password(code)
            person.save(update_fields=["password"])
            audit_trail.record("staff.code_printed", membership, by=by)
            printed.append((person, code))
        return printed


def _with(membership: Membership, person: Person) -> Membership:
    membership.person = person
    return membership


def _id_of(client_key: UUID) -> str:
    """A public id that a form's key always comes to."""
    number, letters = client_key.int, []
    for _place in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)
