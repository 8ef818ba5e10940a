"""The kinds of e-mail that people choose about.

Letters about signing in and invitations to join are always sent: they have no kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from apps.accounts.models import MailFrequency, MailPreference, Person
from apps.core.letters import sorts

SALT = "accounts.unsubscribe"


@dataclass(frozen=True, slots=True)
class Kind:
    slug: str
    name: StrPromise
    hint: StrPromise
    default: MailFrequency
    templates: tuple[str, ...]  # how the names of its letters begin
    frequencies: tuple[MailFrequency, ...] = tuple(MailFrequency)


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            "followups",
            _("Follow-ups"),
            _("What you promised, when it is due and when it is late."),
            MailFrequency.DAILY,
            ("followups.",),
        ),
        Kind(
            "activities",
            _("Activities"),
            _("Invitations, changed sessions and what was shared with you."),
            MailFrequency.AT_ONCE,
            ("activities.",),
        ),
        Kind(
            "release",
            _("Release and cover"),
            _("What waits for your approval, what was refused, and the cover list of next week."),
            MailFrequency.AT_ONCE,
            ("activities.release.",),
        ),
        Kind(
            "audits",
            _("Needs audits"),
            _("When an audit opens for you, and before it closes."),
            MailFrequency.AT_ONCE,
            ("audits.",),
        ),
        Kind(
            "agreements",
            _("Partnership agreements"),
            _("When there is something to sign, and when everybody has signed."),
            MailFrequency.AT_ONCE,
            ("schools.agreement_",),
        ),
        Kind(
            "reports",
            _("Reports"),
            _("When an evaluation report is ready."),
            MailFrequency.AT_ONCE,
            ("evaluation.",),
        ),
    )
}


@sorts
def kind_of(template: str) -> str:
    """The kind whose letters begin so, of two the more exact; "" for what is always sent."""
    found = [
        (len(start), kind.slug)
        for kind in KINDS.values()
        for start in kind.templates
        if template.startswith(start)
    ]
    return max(found)[1] if found else ""


def frequency(person: Person, kind: str) -> MailFrequency:
    """How often ``person`` wants this kind. KeyError for an unknown kind."""
    return frequencies([person.pk], kind)[person.pk]


def frequencies(people: Iterable[int], kind: str) -> dict[int, MailFrequency]:
    """The same for many people by primary key, in one query."""
    default = KINDS[kind].default
    chosen = dict(
        MailPreference.objects.filter(person__in=list(people), kind=kind).values_list(
            "person_id", "frequency"
        )
    )
    return {pk: MailFrequency(chosen.get(pk, default)) for pk in people}


def wants(person: Person, kind: str) -> bool:
    return frequency(person, kind) != MailFrequency.OFF


def unsubscribe_path(person: Person, *kinds: str) -> str:
    """The path for a letter's List-Unsubscribe. KeyError for an unknown kind."""
    token = signing.dumps([person.pk, *(KINDS[kind].slug for kind in kinds)], salt=SALT)
    return reverse("accounts:unsubscribe", args=[token])


def read_unsubscribe(token: str) -> tuple[Person, list[Kind]] | None:
    """Whose and which; None when forged or of a person or kinds that are no more."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if not isinstance(said, list) or not said or not isinstance(said[0], int):
        return None
    pk, *slugs = said
    person = Person.objects.active().filter(pk=pk).first()
    kinds = [KINDS[slug] for slug in slugs if slug in KINDS]
    return (person, kinds) if person and kinds else None
