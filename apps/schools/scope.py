"""What a person's current memberships reach: the only source of permission, in one query.

The switcher in the top bar filters what is shown; it never changes the scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from apps.schools.enums import STAFF_ROLES, AllianceMemberState, Role

if TYPE_CHECKING:
    from apps.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Held:
    """One role held now, in an organisation or an alliance (the other id is None).

    ``ref`` is the place's identifier in URLs, ``place`` its name.
    """

    role: str
    organisation_id: int | None
    alliance_id: int | None
    ref: str
    place: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Scope:
    held: tuple[Held, ...]
    joined: tuple[tuple[int, int], ...]  # (organisation, alliance) of my organisations

    def has(self, *roles: str) -> bool:
        return any(h.role in roles for h in self.held)

    def organisations(self, *roles: str) -> frozenset[int]:
        """Ids of the organisations where I hold one of ``roles`` (any role when none given)."""
        return frozenset(
            h.organisation_id
            for h in self.held
            if h.organisation_id is not None and (not roles or h.role in roles)
        )

    def alliances(self, *roles: str) -> frozenset[int]:
        """Ids of the alliances where I hold one of ``roles`` myself."""
        return frozenset(
            h.alliance_id
            for h in self.held
            if h.alliance_id is not None and (not roles or h.role in roles)
        )

    def alliances_through(self, *roles: str) -> frozenset[int]:
        """Ids of the alliances that an organisation has joined where I hold one of ``roles``."""
        mine = self.organisations(*roles)
        return frozenset(alliance for organisation, alliance in self.joined if organisation in mine)

    @property
    def visible_alliances(self) -> frozenset[int]:
        return self.alliances() | self.alliances_through()

    @property
    def staffed(self) -> frozenset[int]:
        """Organisations where I am staff (teacher or support staff) or lead CPD."""
        return self.organisations(*STAFF_ROLES, Role.CPD_LEAD)

    def visible_organisations(self) -> Any:
        """A queryset of ids: my organisations, and those invited to or in my alliances."""
        from apps.schools.models import AllianceMember, Organisation  # models use scopes

        shared = AllianceMember.objects.filter(alliance_id__in=self.visible_alliances).exclude(
            state=AllianceMemberState.LEFT
        )
        mine = Organisation.objects.filter(pk__in=self.organisations())
        return mine.values("pk").union(shared.values("organisation_id"))


def scope_of(person: Person) -> Scope:
    """The scope of ``person``, cached on the instance (one request)."""
    cached: Scope | None = getattr(person, "_scope", None)
    if cached is None:
        cached = person._scope = _load(person)  # type: ignore[attr-defined]
    return cached


def _load(person: Person) -> Scope:
    from apps.schools.models import AllianceMember, Membership  # models use scopes

    if not person.is_authenticated or not person.is_active:
        return Scope((), ())
    joining = AllianceMember.objects.joined().filter(organisation=OuterRef("organisation"))
    rows: Any = Membership.objects.current().filter(person=person)
    rows = rows.annotate(joins=ArraySubquery(joining.order_by("pk").values("alliance_id")))
    held: list[Held] = []
    pairs: dict[tuple[int, int], None] = {}  # each once, in their order
    for role, mine, alliance, ref, pid, name, title, school, whole, joins in rows.values_list(
        "role",
        "organisation_id",
        "alliance_id",
        "organisation__ref",
        "alliance__public_id",
        "organisation__name",
        "alliance__name",
        "organisation__is_demo",
        "alliance__is_demo",
        "joins",
    ).order_by("starts_on", "pk"):
        held.append(Held(role, mine, alliance, ref or pid, name or title, bool(school or whole)))
        pairs.update(((mine, joined), None) for joined in joins)
    return Scope(tuple(held), tuple(pairs))
