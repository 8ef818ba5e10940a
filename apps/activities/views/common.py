"""What the views share: getting an activity, showing a form, saying why something is blocked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.activities.engine import Blocked
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import RecordKind
from apps.activities.models import Activity, Record
from apps.core.permissions import get_visible

INVALID = 422
CONFLICT = 409


def get_activity(request: HttpRequest, pid: str, *along: str, **figures: Any) -> Activity:
    """The activity called ``pid``; ``along`` is read with it, for pages that ask twice.

    ``figures`` are expressions that are asked for in the same query.
    """
    rows = Activity.objects.select_related("organisation", "alliance", "organiser", "programme")
    rows = rows.prefetch_related(*along).annotate(**figures)
    return get_visible(rows, request.user, public_id=pid)


def get_record(request: HttpRequest, pid: str) -> Record:
    rows = Record.objects.select_related(
        "author", "owner", "organisation", "activity__alliance", "session"
    )
    return get_visible(rows, request.user, public_id=pid)


def declared_of(record: Record) -> RecordKind | None:
    """What the activity's kind says of such records; None where there is no activity."""
    return kind_of(record.activity.kind).record(record.kind) if record.activity else None


def thread_links(activity: Activity) -> dict[str, str]:
    """The places before and after an activity on the thread, where there is something."""
    if hasattr(activity, "need_pid"):
        need: str | None = activity.need_pid
    else:
        need = activity.needs.values_list("public_id", flat=True).first()
    return {
        "need": reverse("audits:need", args=[need]) if need else "",
        "follow_up": reverse("followups:list"),
    }


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return whole_page(request, f"activities/{template}.html", context)


def whole_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; 422 when it carries a form that was sent and is not valid."""
    form = context.get("form")
    invalid = form is not None and form.is_bound and bool(form.errors)
    activity = context.get("activity")
    if activity is not None:
        context.setdefault("kind", kind_of(activity.kind))
    status = INVALID if invalid else 200
    return render(request, template, context, status=status)


def say_blocked(request: HttpRequest, blocked: Blocked) -> None:
    """Each reason with who can unblock it, as messages on the next page."""
    for block in blocked.blocks:
        messages.warning(request, with_who(block.reason, block.who))


def with_who(reason: str, who: str) -> str:
    return f"{reason} ({who})" if who else reason


def add_blocks(form: Any, blocked: Blocked) -> None:
    for block in blocked.blocks:
        form.add_error(None, with_who(block.reason, block.who))
