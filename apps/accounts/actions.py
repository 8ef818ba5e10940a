"""Writes about accounts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from apps.accounts.mail_kinds import KINDS
from apps.accounts.models import MailFrequency, MailPreference, Person
from apps.core import audit_trail


@transaction.atomic
def choose_mail(*, by: Person, choices: dict[str, str]) -> None:
    """Store how often ``by`` wants each kind; unknown kinds and frequencies raise ValueError."""
    for slug, value in choices.items():
        if slug not in KINDS or value not in KINDS[slug].frequencies:
            raise ValueError(slug)
        MailPreference.objects.update_or_create(person=by, kind=slug, defaults={"frequency": value})
    audit_trail.record("accounts.mail_chosen", by, by=by, **choices)


def unsubscribe(*, by: Person, kinds: list[str]) -> None:
    choose_mail(by=by, choices=dict.fromkeys(kinds, MailFrequency.OFF))


@transaction.atomic
def try_address_again(*, by: Person) -> None:
    """Their address is right: mail goes there again."""
    if by.mail_bounces:
        Person.objects.filter(pk=by.pk).update(bounced_email=None, mail_bounced_at=None)
        audit_trail.record("accounts.address_tried_again", by, by=by)


@transaction.atomic
def end_sessions(*, by: Person | None, person: Person) -> None:
    """Sign ``person`` out everywhere."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    audit_trail.record("accounts.sessions_ended", person, by=by)


@transaction.atomic
def disable(*, by: Person, person: Person) -> bool:
    """No more signing in, and every session ends; False when disabled already."""
    changed = Person.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, session_epoch=F("session_epoch") + 1
    )
    if changed:
        audit_trail.record("accounts.disabled", person, by=by)
    return bool(changed)


@transaction.atomic
def enable(*, by: Person, person: Person) -> bool:
    changed = Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True)
    if changed:
        audit_trail.record("accounts.enabled", person, by=by)
    return bool(changed)
