"""``Person.email`` is the truth; allauth's EmailAddress row follows it.

A person has at most one verified row, equal to their e-mail address: made when an invitation is
accepted (the link proved the address) or at the first sign-in (their school vouched for it). An
unverified row is an address they are changing to; confirming it replaces the other and sets
``Person.email``. Nobody needs a row to sign in by e-mail.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from apps.accounts.models import Person
from apps.core import outbox


def keep_address(person: Person) -> None:
    """Make the verified row equal to ``person.email``; harmless when it is already."""
    if EmailAddress.objects.filter(
        user=person, email=person.email or "", verified=True, primary=True
    ).exists():
        return
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        EmailAddress.objects.filter(user=person, verified=True).delete()
        EmailAddress.objects.filter(user=person, email=person.email or "").delete()
        if person.email and not _is_taken(person.email, person):
            EmailAddress.objects.create(
                user=person, email=person.email, verified=True, primary=True
            )


def ask_to_confirm(person: Person, email: str) -> None:
    """Keep an address that nobody has proved to be theirs as one that they are changing to.

    In ``Person.email`` it would be theirs: a school that lists it would let them in.
    """
    row = EmailAddress.objects.create(user=person, email=email, verified=False, primary=False)
    outbox.queue(
        "accounts.confirm_email",
        key=f"accounts.confirm_email:{uuid.uuid4()}",
        person=person,
        address=email,
        row=row.pk,
    )


def belongs_to_another(email: str, person: Person) -> bool:
    """Whether somebody else's account has this address, so that it cannot be changed to."""
    return Person.objects.filter(email=email).exclude(pk=person.pk).exists() or _is_taken(
        email, person
    )


def keep_at_sign_in(sender: Any, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    keep_address(user)


def _is_taken(email: str, person: Person) -> bool:
    return EmailAddress.objects.filter(email=email, verified=True).exclude(user=person).exists()
