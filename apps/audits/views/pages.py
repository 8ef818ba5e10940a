"""What the views of this app share."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from apps.accounts.models import Person
from apps.audits.models import Audit
from apps.core.permissions import get_visible


class Request(HttpRequest):
    """Middleware lets nobody in who has not signed in."""

    user: Person


def posted(request: Request) -> QueryDict | None:
    """What was sent: a form sent empty is sent all the same."""
    return request.POST if request.method == "POST" else None


def audit_of(request: Request, pid: str) -> Audit:
    """The audit called ``pid`` with its school; 404 when not visible."""
    return get_visible(Audit.objects.select_related("organisation"), request.user, public_id=pid)
