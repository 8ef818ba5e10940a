"""The one permission path: fetch what is visible, then require what is allowed.

Every model that people meet has a queryset with ``visible_to(person)``. A view gets its
object with `get_visible` (invisible is 404) and then calls ``require(can_x(person, thing))``
(visible but not allowed is 403, with the reason on the page).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Allowed:
    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """A refusal with its reason, in words for the person refused."""

    reason: str

    def __bool__(self) -> bool:
        return False


Permission = Allowed | Denied
ALLOWED = Allowed()


class Refused(PermissionDenied):
    """Raised by `require`; becomes the 403 page with the reason."""


def allowed_if(condition: object, reason: str) -> Permission:
    return ALLOWED if condition else Denied(str(reason))


def require(permission: Permission) -> None:
    """Raise Refused, with the reason, unless allowed."""
    if isinstance(permission, Denied):
        raise Refused(permission.reason)


def get_visible(source: type[M] | QuerySet[M], person: Any, **lookup: Any) -> M:
    """Return the one row of ``source`` that ``person`` may see; Http404 otherwise.

    ``source`` is a model, or a queryset that carries select_related and the like.
    """
    rows: Any = source._default_manager.all() if isinstance(source, type) else source
    found: M | None = rows.visible_to(person).filter(**lookup).first()
    if found is None:
        raise Http404
    return found
