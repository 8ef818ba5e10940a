"""One promise: what it is, and what becomes of it. Only POST changes anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.core.permissions import ALLOWED, Permission, get_visible, require
from apps.core.ui import dates
from apps.followups import actions, sources
from apps.followups.forms import DoneForm, DropForm, MoveForm, PromiseForm
from apps.followups.models import FollowUp
from apps.followups.permissions import can_add, can_read_outcome, can_settle
from apps.schools.calendars import calendars_of
from apps.schools.models import Organisation
from apps.schools.scope import scope_of
from apps.schools.staff.names import names_of_staff

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    followup = _visible(request, public_id)
    mine = bool(can_settle(_person(request), followup))
    chain = list(FollowUp.objects.chain_of(followup))
    return render(
        request,
        "followups/detail.html",
        _about(followup)
        | {
            "chain": chain,
            "their_words": _words_of(_person(request), chain),
            "may_settle": mine and followup.is_open,
            "done_form": DoneForm() if mine and followup.is_open else None,
        },
    )


def _words_of(person: Any, chain: list[FollowUp]) -> Permission:
    if any(row.outcome for row in chain):
        return can_read_outcome(person, chain[0])
    return ALLOWED  # there are none


@READ_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Promise something by hand, for oneself."""
    person = _person(request)
    require(can_add(person))
    organisations = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    form = PromiseForm(request.POST or None, organisations=organisations)
    form.known = partial(names_of_staff, scope_of(person).organisations())
    form.owner = person
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        followup = actions.create_followup(
            by=person,
            owner=person,
            organisation=values["organisation"],
            rule=actions.BY_HAND,
            promise=values["promise"],
            due=values["due"],
            shared=values["shared"],
            client_key=values["client_key"],
        )
        messages.success(request, _("Promised, by %(day)s.") % {"day": dates.day(followup.due)})
        return redirect("followups:detail", followup.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "followups/new.html", {"form": form}, status=status)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to settle a promise: its form, its action, and what is said after it."""

    form: type[Any]
    act: Callable[..., FollowUp]
    title: Any
    submit: Any
    said: Any


DONE = Step(
    DoneForm,
    actions.settle,
    gettext_lazy("What happened?"),
    gettext_lazy("Mark as done"),
    gettext_lazy("Done. Thank you for saying what happened."),
)
MOVE = Step(
    MoveForm,
    actions.move,
    gettext_lazy("Move it to another day"),
    gettext_lazy("Move it"),
    gettext_lazy("Moved to %(day)s."),
)
DROP = Step(
    DropForm,
    actions.drop,
    gettext_lazy("Drop it"),
    gettext_lazy("Drop it"),
    gettext_lazy("Dropped. The reason is kept with it."),
)


@READ_OR_POST
def done(request: HttpRequest, public_id: str) -> HttpResponse:
    return _step(request, public_id, DONE)


@READ_OR_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    return _step(request, public_id, MOVE)


@READ_OR_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    return _step(request, public_id, DROP)


def _step(request: HttpRequest, public_id: str, step: Step) -> HttpResponse:
    """Ask on GET, act on POST; words that cannot be saved are shown again."""
    followup = _visible(request, public_id)
    require(can_settle(_person(request), followup))
    if request.method != "POST":
        if not followup.is_open:
            return redirect("followups:detail", public_id)
        form = step.form(initial=_suggested(followup) if step is MOVE else None)
        return _ask(request, followup, step, form, 200)
    form = step.form(request.POST)
    form.known = partial(names_of_staff, [followup.organisation_id])
    if isinstance(form, MoveForm):
        form.place = (followup.owner, followup.organisation)
    if not form.is_valid():
        return _ask(request, followup, step, form, 422)
    try:
        result = step.act(by=request.user, followup=followup, **form.cleaned_data)
    except actions.AlreadySettledError as error:
        form.add_error(None, _settled_otherwise(error.followup))
        return _ask(request, error.followup, step, form, 409)
    except ValueError:
        form.add_error("due", _("It had that date already: choose another."))
        return _ask(request, followup, step, form, 422)
    messages.success(request, step.said % {"day": dates.day(result.due)})
    return redirect("followups:detail", result.public_id)


def _ask(
    request: HttpRequest, followup: FollowUp, step: Step, form: Any, status: int
) -> HttpResponse:
    context = _about(followup) | {"form": form, "step": step}
    return render(request, "followups/settle.html", context, status=status)


def _about(followup: FollowUp) -> dict[str, Any]:
    return {
        "followup": followup,
        "source": sources.link_of(followup),
        "status": followup.urgency(clock.today()),
    }


def _suggested(followup: FollowUp) -> dict[str, Any]:
    """A week from today, on a day when the school is open."""
    calendar = calendars_of([followup.organisation_id])[followup.organisation_id]
    return {"due": calendar.first_open(clock.today() + timedelta(days=7))}


def _settled_otherwise(followup: FollowUp) -> str:
    return _(
        "This follow-up has become “%(state)s” in the meantime, so nothing was changed. "
        "Your words are still here: copy what you want to keep."
    ) % {"state": followup.get_state_display()}


def _visible(request: HttpRequest, public_id: str) -> FollowUp:
    rows = FollowUp.objects.select_related("owner", "organiser", "organisation", "moved_to")
    return get_visible(rows, request.user, public_id=public_id)


def _person(request: HttpRequest) -> Any:
    return request.user
