"""Being there: the code on the wall, entering it, and lists of who came."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.activities import attendance_file, wall
from apps.activities.engine import Blocked, notify
from apps.activities.engine.attendance import record_attendance
from apps.activities.kinds import kind_of
from apps.activities.models import Session
from apps.activities.permissions import can_hold
from apps.activities.views.common import add_blocks, page, say_blocked
from apps.core.forms import HubForm
from apps.core.permissions import get_visible, require
from apps.core.tabular import UnreadableFile
from apps.core.ui.qr import square
from apps.schools.models import Organisation

SALT, HOUR = "activities.attendance", 3600


class CodeForm(HubForm):
    code = forms.CharField(
        label=gettext_lazy("The code on the wall"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class AttendanceFileForm(HubForm):
    file = forms.FileField(
        label=gettext_lazy("List of who came"),
        help_text=gettext_lazy(
            "CSV or Excel, with a column E-mail, Staff ID or Name, and a column Present with yes "
            "or no. Nothing is saved before you have seen it."
        ),
    )


def _session(request: HttpRequest, pid: str) -> Session:
    rows = Session.objects.select_related("activity__organiser", "organisation")
    session: Session = get_visible(rows, request.user, public_id=pid)
    require(can_hold(request.user, session))  # type: ignore[arg-type]
    return session


def _name(session: Session) -> Any:
    return kind_of(session.activity.kind).session_name(session.kind)


@require_GET
def code(request: HttpRequest, pid: str) -> HttpResponse:
    """The code to project or print."""
    session = _session(request, pid)
    if not wall.has_code(session):
        raise Http404
    found = wall.code_of(session)
    path = reverse("activities:here")
    context = {
        "activity": session.activity,
        "session": session,
        "name": _name(session),
        "code": found,
        "address": f"{settings.BASE_URL.split('://', 1)[-1]}{path}",
        "square": square(f"{settings.BASE_URL}{path}?code={found}"),
        "present": session.attendance.filter(present=True).count(),
    }
    return page(request, "wall_code", context)


def here(request: HttpRequest) -> HttpResponse:
    """I am here: enter the code. GET: ``code`` comes filled in; opening the page marks nobody."""
    initial = {"code": wall.tidy(request.GET.get("code", ""))[:20]}
    form = CodeForm(request.POST if request.method == "POST" else None, initial=initial)
    session = None
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            session = wall.enter(by=person, code=form.cleaned_data["code"])
        except Blocked as blocked:
            add_blocks(form, blocked)
    context = {"form": form, "session": session, "name": _name(session) if session else ""}
    return page(request, "here", context)


def upload(request: HttpRequest, pid: str) -> HttpResponse:
    """Who came, from a file: shown first, then saved."""
    session = _session(request, pid)
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, session)
    form = AttendanceFileForm(
        *((request.POST, request.FILES) if request.method == "POST" else (None,))
    )
    context = {
        "activity": session.activity,
        "session": session,
        "name": _name(session),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        schools = Organisation.objects.filter(
            pk__in=session.activity.participants.values("organisation_id")
        )
        try:
            preview = attendance_file.read(
                form.cleaned_data["file"], notify.people_of(session), schools
            )
        except UnreadableFile as unreadable:
            form.add_error("file", f"{unreadable.reason} {unreadable.fix}")
        else:
            payload = {"session": session.pk, "answers": list(preview.answers.items())}
            context |= {"preview": preview, "confirm": signing.dumps(payload, salt=SALT)}
    return page(request, "attendance_upload", context)


def _confirmed(request: HttpRequest, session: Session) -> HttpResponse:
    try:
        payload = signing.loads(request.POST["confirm"], salt=SALT, max_age=HOUR)
    except signing.BadSignature:
        payload = {}
    if payload.get("session") != session.pk:
        messages.error(request, _("That took too long. Choose the file again."))
        return redirect("activities:attendance_upload", session.public_id)
    try:
        record_attendance(session, by=request.user, answers=dict(payload["answers"]))  # type: ignore[arg-type]
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, _("Saved. What is not recorded stays open."))
    return redirect("activities:session", session.public_id)
