"""The buttons that move an activity: one page to confirm each, one POST to do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.activities import engine, readers, steps
from apps.activities.engine import Blocked, Situation, checks
from apps.activities.engine.changes import token
from apps.activities.forms.planning import CloseForm, PostponeForm, ReasonForm
from apps.activities.kinds.base import Block
from apps.activities.models import Activity
from apps.activities.permissions import can_plan, can_steer
from apps.activities.views.common import get_activity, page, say_blocked
from apps.core import clock
from apps.core.permissions import require

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Move:
    """``anybody``: those who take part may do it too. ``form`` asks for what it needs."""

    title: Words
    explains: Words
    done: Words
    act: Callable[..., Activity]
    anybody: bool = False
    form: type | None = None


MOVES: dict[str, Move] = {
    "agree": Move(
        gettext_lazy("Agree the plan"),
        gettext_lazy("Everybody asked has said yes, and the plan says what it is for."),
        gettext_lazy("The plan is agreed. Next: set criteria and dates, then start."),
        engine.agree,
    ),
    "activate": Move(
        gettext_lazy("Start it"),
        gettext_lazy("From now on sessions are held and things are written."),
        gettext_lazy("It has started. Everybody who takes part is told."),
        engine.activate,
    ),
    "advance": Move(
        gettext_lazy("Go on to the next stage"),
        gettext_lazy("What this stage asks for is done."),
        gettext_lazy("On to the next stage."),
        engine.advance,
        anybody=True,
    ),
    "repeat": Move(
        gettext_lazy("Go round again"),
        gettext_lazy("A further cycle begins; everything of this one stays."),
        gettext_lazy("A further cycle has begun."),
        engine.repeat,
        anybody=True,
    ),
    "pause": Move(
        gettext_lazy("Pause it"),
        gettext_lazy("Nothing is lost; it goes on where it stopped."),
        gettext_lazy("It is paused."),
        engine.pause,
        form=ReasonForm,
    ),
    "postpone": Move(
        gettext_lazy("Postpone it"),
        gettext_lazy("It gets other dates. Sessions outside them wait for a new time."),
        gettext_lazy("It is postponed. Everybody who takes part is told."),
        engine.postpone_activity,
        form=PostponeForm,
    ),
    "resume": Move(
        gettext_lazy("Go on"),
        gettext_lazy("It goes on where it stopped."),
        gettext_lazy("It goes on."),
        engine.resume,
    ),
    "cancel": Move(
        gettext_lazy("Cancel it"),
        gettext_lazy("It ends here. What was written stays with those who own it."),
        gettext_lazy("It is cancelled. Everybody who takes part is told."),
        engine.cancel,
        form=ReasonForm,
    ),
    "close": Move(
        gettext_lazy("Close it"),
        gettext_lazy("It is done, with a day on which somebody asks what has lasted."),
        gettext_lazy("It is closed, and the follow-up is booked."),
        engine.close,
        form=CloseForm,
    ),
    "reopen": Move(
        gettext_lazy("Reopen it"),
        gettext_lazy("What was closed goes on; what was cancelled is planned anew."),
        gettext_lazy("It is open again."),
        engine.reopen,
        form=ReasonForm,
    ),
}


def move(request: HttpRequest, pid: str, move: str) -> HttpResponse:
    """Confirm and do one of MOVES. What is in the way is listed, with who can unblock it."""
    chosen = MOVES.get(move)
    if chosen is None:
        raise Http404
    activity = get_activity(request, pid)
    person: Any = request.user
    require((can_plan if chosen.anybody else can_steer)(person, activity))
    situation = Situation.of(activity)
    form = _form(chosen, situation, request)
    if request.method == "POST" and (form is None or form.is_valid()):
        done = _do(request, chosen, activity, form.cleaned_data if form else {})
        if done is not None:
            return done
    context = {
        "activity": activity,
        "move": chosen,
        "form": form,
        "blocks": _blocks(move, situation),
        "booked": checks.booked_followups(situation) if move == "close" else [],
        "cautions": checks.cautions(situation) if move == "activate" else [],
        "seen": token(activity),
    }
    return page(request, "move", context)


def _form(chosen: Move, situation: Situation, request: HttpRequest) -> Any:
    if chosen.form is None:
        return None
    initial: dict[str, Any] = {}
    kind, activity = situation.kind, situation.activity
    if chosen.form is PostponeForm:
        initial = {"starts_on": activity.starts_on, "ends_on": activity.ends_on}
    if chosen.form is CloseForm:
        initial = {
            "promise": str(kind.lasting) % {"title": activity.title},
            "due": clock.today() + timedelta(days=kind.lasting_days),
        }
    form = chosen.form(request.POST or None, initial=initial)
    form.known = partial(readers.names_known_in, activity)
    return form


def _do(
    request: HttpRequest, chosen: Move, activity: Activity, values: dict[str, Any]
) -> HttpResponse | None:
    seen = request.POST.get("seen", "")
    try:
        chosen.act(activity, by=request.user, seen=seen, **values)
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, str(chosen.done))
    return redirect("activities:detail", activity.public_id)


def _blocks(move: str, situation: Situation) -> list[Block]:
    if move == "close":
        return checks.close_missing(situation, booking=True)
    step = steps.next_step(situation)
    return step.blocks if step is not None and step.move == move else []
