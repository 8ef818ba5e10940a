"""The thread of an activity and the comments on a record: the same page twice."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import readers
from apps.activities.engine import Blocked, Stale
from apps.activities.engine import talk as engine
from apps.activities.engine.situation import joined
from apps.activities.forms.talk import ChangeMessageForm, MessageForm
from apps.activities.models import Activity, Message, Record
from apps.activities.permissions import can_change_message, can_comment, can_read_thread, can_say
from apps.activities.views.common import (
    CONFLICT,
    add_blocks,
    get_activity,
    get_record,
    page,
)
from apps.core.permissions import Denied, Permission, get_visible, require

PAGE = 40


def thread(request: HttpRequest, pid: str) -> HttpResponse:
    """What those who take part say to each other, the latest page first. GET: ``page``."""
    activity = get_activity(request, pid)
    person: Any = request.user
    may = can_say(person, activity)
    if not may:  # what is over can still be read
        require(can_read_thread(person, activity))
    names = [
        _("you") if place.person_id == person.pk else place.person.name
        for place in activity.participants.taking_part().select_related("person")
    ]
    context = {
        "activity": activity,
        "rows": Message.objects.of_thread(activity),
        "audience": ("participants", _("Only those who take part: %(n)s") % {"n": joined(names)}),
    }
    return _talk(request, context, may)


def comments(request: HttpRequest, pid: str) -> HttpResponse:
    """What is said about a record by those who can read it. GET: ``page``."""
    record = get_record(request, pid)
    person: Any = request.user
    told = readers.readers_of(record, person)
    context = {
        "record": record,
        "rows": Message.objects.visible_to(person).filter(record=record),
        "audience": (told.look, told.words),
    }
    may = can_comment(person, record)
    if record.activity is None or not (may or record.activity.state in ("closed", "cancelled")):
        require(may)
    return _talk(request, {**context, "about": record.activity}, may)


def _talk(request: HttpRequest, context: dict[str, Any], may: Permission) -> HttpResponse:
    person: Any = request.user
    record: Record | None = context.get("record")
    activity: Activity = context.get("activity") or context["about"]
    form = MessageForm(request.POST or None)
    if request.method == "POST":
        require(may)
        form.known = readers.names_known_in(activity)
        if form.is_valid() and _said(request, form, activity, record):
            return redirect(request.path)
    found = Paginator(context.pop("rows").select_related("author").order_by("-pk"), PAGE)
    shown = found.get_page(request.GET.get("page"))
    more = {
        "form": form if may else None,
        "found": shown,
        "messages_": list(reversed(shown.object_list)),
        "me": person,
        "closed": may.reason if isinstance(may, Denied) else "",
    }
    return page(request, "talk", {**context, **more})


def _said(request: HttpRequest, form: Any, activity: Activity, record: Record | None) -> bool:
    try:
        engine.say(
            activity,
            by=request.user,  # type: ignore[arg-type]
            text=form.cleaned_data["text"],
            record=record,
            client_key=form.cleaned_data["client_key"],
        )
    except Blocked as blocked:
        add_blocks(form, blocked)
        return False
    return True


def _mine(request: HttpRequest, pid: str) -> Message:
    rows = Message.objects.select_related("activity", "record")
    message = get_visible(rows, request.user, public_id=pid)
    require(can_change_message(request.user, message))  # type: ignore[arg-type]
    return message


def _place(message: Message) -> str:
    if message.record:
        return reverse("activities:comments", args=[message.record.public_id])
    return reverse("activities:thread", args=[message.activity.public_id])


def message(request: HttpRequest, pid: str) -> HttpResponse:
    """Change what I said; both texts are shown when another tab was first."""
    row = _mine(request, pid)
    initial = {"text": row.text, "version": row.version}
    form = ChangeMessageForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"message_": row, "form": form, "back": _place(row)}
    if request.method == "POST":
        form.known = readers.names_known_in(row.activity)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        me: Any = request.user
        try:
            engine.change(row, by=me, version=data["version"], text=data["text"])
        except Stale as stale:
            current: Any = stale.current
            form.newer(current.version)
            response = page(request, "message", {**context, "theirs": current.text})
            response.status_code = CONFLICT
            return response
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            return redirect(_place(row))
    return page(request, "message", context)


@require_POST
def take_back(request: HttpRequest, pid: str) -> HttpResponse:
    row = _mine(request, pid)
    engine.take_back(row, by=request.user)  # type: ignore[arg-type]
    return redirect(_place(row))
