"""Where somebody with several roles is acting. It filters what is shown, never what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.schools.enums import Role
from apps.schools.scope import Held, scope_of

SESSION_KEY = "acting"
# Whose desk is fullest comes first.
ORDER = (
    Role.CPD_LEAD,
    Role.COORDINATOR,
    Role.HEAD,
    Role.TEACHER,
    Role.SUPPORT,
    Role.GOVERNOR,
)
OPERATOR = "operator"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Acting:
    """One role in one place; ``role`` is also OPERATOR or NOBODY, which have no place."""

    role: str
    held: Held | None = None

    @property
    def value(self) -> str:
        return f"{self.role}.{self.held.ref}" if self.held else self.role

    @property
    def label(self) -> str:
        return self.held.place if self.held else _("cpdhub")

    @property
    def detail(self) -> str:
        if self.held:
            return str(Role(self.role).label)
        return _("Operator") if self.role == OPERATOR else ""

    @property
    def organisation_id(self) -> int | None:
        return self.held.organisation_id if self.held else None

    @property
    def alliance_id(self) -> int | None:
        return self.held.alliance_id if self.held else None

    @property
    def ref(self) -> str:
        return self.held.ref if self.held else ""


def choices(person: Person) -> list[Acting]:
    """Every role in every place that ``person`` holds now, the fullest desk first."""
    held = sorted(scope_of(person).held, key=lambda h: ORDER.index(Role(h.role)))
    found = [Acting(h.role, h) for h in held]
    if person.is_staff:
        found.append(Acting(OPERATOR))
    return found or [Acting(NOBODY)]


def acting_of(request: HttpRequest) -> Acting:
    wanted = request.session.get(SESSION_KEY)
    found = choices(request.user)  # type: ignore[arg-type]
    return next((choice for choice in found if choice.value == wanted), found[0])


def switch(request: HttpRequest, value: str) -> bool:
    """Act elsewhere from now on; False when it is not one of the person's own roles."""
    if value not in {choice.value for choice in choices(request.user)}:  # type: ignore[arg-type]
        return False
    request.session[SESSION_KEY] = value
    return True
