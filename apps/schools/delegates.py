"""What a person may do for a school because its head has handed it to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.schools.enums import DelegateKind, Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Delegated:
    """Ids of the schools for which a person approves release, or arranges cover, as a delegate."""

    approving: frozenset[int] = frozenset()
    covering: frozenset[int] = frozenset()


def delegated_to(person: Person) -> Delegated:
    """Current, and only for schools that the person still belongs to; cached for one request."""
    cached: Delegated | None = getattr(person, "_delegated", None)
    if cached is None:
        cached = person._delegated = _load(person)  # type: ignore[attr-defined]
    return cached


def approves_for(person: Person) -> frozenset[int]:
    """Ids of the schools whose release the person decides: those they head, and as a delegate."""
    return scope_of(person).organisations(Role.HEAD) | delegated_to(person).approving


def covers_for(person: Person) -> frozenset[int]:
    """Ids of the schools whose cover list the person reads and keeps."""
    led = scope_of(person).organisations(Role.HEAD, Role.CPD_LEAD)
    handed = delegated_to(person)
    return led | handed.approving | handed.covering


def people_covering(organisations: Iterable[int]) -> dict[int, list[int]]:
    """Ids of the people who arrange cover, by school; the CPD leads where nobody is named."""
    from apps.schools.models import Delegate, Membership

    ids = set(organisations)
    here = Membership.objects.current().filter(organisation_id__in=ids)
    belongs = set(here.values_list("organisation_id", "person_id"))
    named: dict[int, list[int]] = {}
    rows = Delegate.objects.current().filter(organisation_id__in=ids, kind=DelegateKind.COVER)
    for school, person in rows.order_by("pk").values_list("organisation_id", "person_id"):
        if (school, person) in belongs:
            named.setdefault(school, []).append(person)
    leads = here.filter(role=Role.CPD_LEAD).exclude(organisation_id__in=named)
    for school, person in leads.order_by("pk").values_list("organisation_id", "person_id"):
        if school is not None:
            named.setdefault(school, []).append(person)
    return named


def people_approving(organisation: int) -> list[int]:
    """Ids of the people who decide about release in a school: its head and delegates."""
    from apps.schools.models import Delegate, Membership

    here = Membership.objects.current().filter(organisation_id=organisation)
    heads = set(here.filter(role=Role.HEAD).values_list("person_id", flat=True))
    named = Delegate.objects.current().filter(
        organisation_id=organisation,
        kind=DelegateKind.APPROVER,
        person_id__in=here.values("person_id"),
    )
    return sorted(heads | set(named.values_list("person_id", flat=True)))


def _load(person: Person) -> Delegated:
    from apps.schools.models import Delegate  # models use scopes

    mine = scope_of(person).organisations()
    if not mine:
        return Delegated()
    rows = Delegate.objects.current().filter(person=person, organisation_id__in=mine)
    held = list(rows.values_list("kind", "organisation_id"))
    return Delegated(
        frozenset(school for kind, school in held if kind == DelegateKind.APPROVER),
        frozenset(school for kind, school in held if kind == DelegateKind.COVER),
    )
