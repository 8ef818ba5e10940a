from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import engine, readers, wall
from apps.activities.engine import Blocked, Conflicts, Situation, Stale, notify
from apps.activities.engine.attendance import record_attendance
from apps.activities.engine.sessions import CHANGEABLE
from apps.activities.enums import SessionState
from apps.activities.forms.sessions import (
    AttendanceForm,
    CancelForm,
    MoveSessionForm,
    PostponeForm,
    SessionForm,
)
from apps.activities.kinds import kind_of, pair_words, session_words
from apps.activities.models import Session
from apps.activities.permissions import can_agree, can_hold, can_plan
from apps.activities.views.common import CONFLICT, add_blocks, get_activity, page
from apps.activities.views.common import say_blocked as say
from apps.core import clock
from apps.core.permissions import Permission, get_visible, require
from apps.schools.enums import Role
from apps.schools.scope import scope_of


def new(request: HttpRequest, pid: str) -> HttpResponse:
    """Plan a session. GET: ``observer`` and ``observed`` (places), or ``what``, come chosen."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    situation = Situation.of(activity)
    form = SessionForm(
        request.POST or None, situation=situation, initial=_initial(request, situation)
    )
    if request.method == "POST" and form.is_valid():
        try:
            engine.plan_session(
                activity,
                by=person,
                slot=form.slot,
                accepting=form.accepting,
                client_key=form.cleaned_data["client_key"],
                **form.chosen,
            )
        except Blocked as blocked:
            _show(form, blocked)
        else:
            messages.success(request, _("The session is planned."))
            return redirect("activities:detail", pid)
    return page(request, "session", {"activity": activity, "form": form, "new": True})


def _initial(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    observer, observed = request.GET.get("observer", ""), request.GET.get("observed", "")
    pairs = situation.kind.pair_sessions
    declared = pairs[0] if pairs else situation.kind.sessions[0]
    here = [s for s in situation.kind.sessions if situation.activity.stage in s.stages]
    asked = situation.kind.session(request.GET.get("what", ""))
    declared = asked or (here[0] if here else declared)
    initial: dict[str, Any] = {"minutes": declared.minutes, "start": "09:00"}
    if observer and observed:
        initial["what"] = f"{declared.slug}.{observer}.{observed}"
        place = next((p for p in situation.people if p.public_id == observed), None)
        initial["organisation"] = place.organisation.ref if place else ""
    elif not declared.pairs:
        initial["what"] = declared.slug
    return initial


def _show(form: Any, blocked: Blocked) -> None:
    add_blocks(form, blocked)
    if isinstance(blocked, Conflicts):
        form.ask(blocked)


def _get(request: HttpRequest, pid: str) -> Session:
    rows = Session.objects.select_related(
        "activity__organiser", "activity__organisation", "organisation", "observer", "observed"
    )
    return get_visible(rows, request.user, public_id=pid)


def edit(request: HttpRequest, pid: str) -> HttpResponse:
    """One session: when, where, with whom; moving it."""
    session = _get(request, pid)
    person: Any = request.user
    situation = Situation.of(session.activity)
    may = can_hold(person, session)
    changeable = may and session.state in CHANGEABLE
    initial = {**MoveSessionForm.initial_of(session), "sequence": session.sequence}
    form = MoveSessionForm(request.POST or None, situation=situation, initial=initial)
    status = None
    if request.method == "POST":
        require(may)
        if form.is_valid():
            try:
                engine.change_session(
                    session,
                    by=person,
                    sequence=form.cleaned_data["sequence"],
                    slot=form.slot,
                    accepting=form.accepting,
                )
            except Stale as stale:
                session, status = _stale(form, stale), CONFLICT
            except Blocked as blocked:
                _show(form, blocked)
            else:
                messages.success(request, _("The session is moved. The others are told."))
                return redirect("activities:detail", session.activity.public_id)
    context = {
        "activity": session.activity,
        "session": session,
        "name": session_words(situation.kind, session.kind, session.observer, session.observed),
        "form": form if changeable else None,
        "changeable": changeable,
        "why_not": "" if may or session.state not in CHANGEABLE else may.reason,
        "attendance": _attendance(session, _told(person, situation, may))
        if _has_begun(session)
        else None,
        "may_record": bool(may),
        "may_agree": bool(can_agree(person, session)),
        "wall_code": wall.has_code(session) and session.state in CHANGEABLE,
        "takes_part": situation.takes_part(person.pk),
    }
    response = page(request, "session", context)
    response.status_code = status or response.status_code
    return response


def _stale(form: Any, stale: Stale) -> Any:
    form.data = form.data.copy()
    current: Any = stale.current
    form.data["sequence"] = current.sequence
    message = _("Somebody moved it in between. It is now as shown above; save again to move it.")
    form.add_error(None, message)
    return current


@require_POST
def move(request: HttpRequest, pid: str, move: str) -> HttpResponse:
    """A session was ``held``."""
    session = _get(request, pid)
    person: Any = request.user
    require(can_hold(person, session))
    if move != "held":
        raise Http404
    try:
        engine.mark_held(session, by=person)
        messages.success(request, _("Held. What follows from it is in the follow-ups."))
    except Blocked as blocked:
        say(request, blocked)
    return redirect("activities:detail", session.activity.public_id)


def postpone(request: HttpRequest, pid: str) -> HttpResponse:
    """It waits for another time; why is told to all who were to come."""
    words = _("Postponed, and everybody is told. Give it a new time when you have one.")
    return _call_off(request, _get(request, pid), PostponeForm, engine.postpone, words)


def cancel(request: HttpRequest, pid: str) -> HttpResponse:
    """It does not take place; why is told to all who were to come."""
    words = _("The session is cancelled, and everybody is told.")
    return _call_off(request, _get(request, pid), CancelForm, engine.cancel_session, words)


def _call_off(
    request: HttpRequest, session: Session, asked: type[PostponeForm], act: Any, words: str
) -> HttpResponse:
    person: Any = request.user
    require(can_hold(person, session))
    form = asked(request.POST if request.method == "POST" else None)
    form.known = partial(readers.names_known_in, session.activity)
    if request.method == "POST" and form.is_valid():
        try:
            act(session, by=person, reason=form.cleaned_data["reason"])
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, words)
            return redirect("activities:session", session.public_id)
    context = {
        "activity": session.activity,
        "session": session,
        "form": form,
        "name": _name_of(session),
        "who": pair_words(
            kind_of(session.activity.kind), session.kind, session.observer, session.observed
        ),
        "cancels": asked is CancelForm,
    }
    return page(request, "session_off", context)


def attendance(request: HttpRequest, pid: str) -> HttpResponse:
    """Who came: one answer for each person, any of them left open."""
    session = _get(request, pid)
    person: Any = request.user
    require(can_hold(person, session))
    recorded = dict(session.attendance.values_list("person_id", "present"))
    bound = request.POST if request.method == "POST" else None
    form = AttendanceForm(bound, people=notify.people_of(session), recorded=recorded)
    if request.method == "POST" and form.is_valid():
        try:
            record_attendance(session, by=person, answers=form.answers())
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved. What is not recorded stays open."))
            return redirect("activities:session", pid)
    context = {"activity": session.activity, "session": session, "form": form}
    return page(request, "attendance", {**context, "name": _name_of(session)})


def _name_of(session: Session) -> Any:
    return kind_of(session.activity.kind).session_name(session.kind)


def _has_begun(session: Session) -> bool:
    over = (SessionState.CANCELLED, SessionState.POSTPONED)
    return session.state not in over and session.starts_at <= clock.now()


def _told(person: Any, situation: Situation, may: Permission) -> set[int]:
    """Of whom the reader learns whether they came: of all, where they keep the list; else of
    themselves and of the school that they lead."""
    led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
    return {
        place.person_id
        for place in situation.participants
        if may or place.person_id == person.pk or place.organisation_id in led
    }


def _attendance(session: Session, told: set[int]) -> list[dict[str, Any]]:
    """Each of ``told`` with the status that stands for present, absent or not recorded."""
    recorded = dict(session.attendance.values_list("person_id", "present"))
    looks = {
        True: ("done", _("Present")),
        False: ("declined", _("Absent")),
        None: ("open", _("Not recorded")),
    }
    return [
        {"person": person, "look": looks[recorded.get(person.pk)]}
        for person in notify.people_of(session)
        if person.pk in told
    ]
