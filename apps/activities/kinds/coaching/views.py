"""Contract and steps: pages of coach and coachee alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import readers
from apps.activities.engine import Blocked, Situation, Stale
from apps.activities.kinds.coaching import actions
from apps.activities.kinds.coaching.forms import (
    ContractForm,
    RehearsalForm,
    ReviewForm,
    StepForm,
    TriedForm,
)
from apps.activities.kinds.coaching.models import CoachingStep
from apps.activities.kinds.coaching.pairs import SLUG, contract_of, step_now, steps_of, the_pair
from apps.activities.kinds.coaching.permissions import can_work_as_pair
from apps.activities.models import Activity
from apps.activities.views.common import CONFLICT, add_blocks, get_activity, say_blocked, whole_page
from apps.core.permissions import require


def _get(request: HttpRequest, pid: str) -> tuple[Activity, Situation]:
    activity = get_activity(request, pid)
    if activity.kind != SLUG:
        raise Http404
    require(can_work_as_pair(request.user, activity))  # type: ignore[arg-type]
    return activity, Situation.of(activity)


def contract(request: HttpRequest, pid: str) -> HttpResponse:
    """Read, write or change what the two agree; saving asks the other again."""
    activity, situation = _get(request, pid)
    person: Any = request.user
    found = contract_of(situation)
    names = ("version", "goal", "how_often", "confidentiality", "ends_when")
    usual = _(
        "What we say and write stays between the two of us. A worry about a child or an adult "
        "goes to the designated safeguarding lead."
    )
    initial = {"version": 0, "confidentiality": usual}
    if found is not None:
        initial = {name: getattr(found, name) for name in names}
    form = ContractForm(request.POST or None, initial=initial)
    form.known = readers.names_known_in(activity)
    context: dict[str, Any] = {
        "activity": activity,
        "form": form,
        "contract": found,
        "pair": the_pair(situation),
        "other": [p.person.name for p in situation.people if p.person_id != person.pk],
        "mine": found is not None
        and bool(found.coach_agreed_at if found.coach_id == person.pk else found.coachee_agreed_at),
    }
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_contract(activity, by=person, **form.cleaned_data)
        except Stale as stale:
            return _conflict(request, "activities/coaching/contract.html", context, stale)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved. It stands once the other has agreed to it."))
            return redirect("activities:detail", pid)
    return whole_page(request, "activities/coaching/contract.html", context)


def _conflict(
    request: HttpRequest, template: str, context: dict[str, Any], stale: Stale
) -> HttpResponse:
    """Both texts: theirs to read, mine still in the form."""
    current: Any = stale.current
    form = context["form"]
    form.data = form.data.copy()
    form.data["version"] = current.version if current else 0
    response = whole_page(request, template, {**context, "theirs": current})
    response.status_code = CONFLICT
    return response


@require_POST
def contract_agree(request: HttpRequest, pid: str) -> HttpResponse:
    activity, _situation = _get(request, pid)
    person: Any = request.user
    sent = request.POST.get("version", "")
    try:
        actions.agree_contract(activity, by=person, version=int(sent) if sent.isdecimal() else 0)
        messages.success(request, _("You have agreed."))
    except Stale:
        messages.warning(request, _("It was changed since you read it. Read it again."))
        return redirect("activities:coaching_contract", pid)
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:detail", pid)


def step(request: HttpRequest, pid: str) -> HttpResponse:
    """The one live step: what comes next of choosing, rehearsing, trying, reviewing."""
    activity, situation = _get(request, pid)
    person: Any = request.user
    found = step_now(situation)
    before = [row for row in situation.once(steps_of) if row.review]
    form_class, act, title = _part(found)
    initial = {"version": found.version if found else 0}
    if found is None and before and before[-1].review == "again":
        initial["step"] = before[-1].step  # type: ignore[assignment]
    form = form_class(request.POST or None, initial=initial) if form_class else None
    if form is not None and hasattr(form, "careful_of"):
        form.known = readers.names_known_in(activity)
    context: dict[str, Any] = {
        "activity": activity,
        "form": form,
        "now": found,
        "part": title,
        "draft": form_class.__name__.lower() if form_class else "",
        "steps": before,
        "mine_to_say": found is None or found.tried_on is None or found.coachee_id == person.pk,
    }
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            act(activity, by=person, **form.cleaned_data)
        except Stale as stale:
            return _conflict(request, "activities/coaching/step.html", context, stale)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:detail", pid)
    return whole_page(request, "activities/coaching/step.html", context)


def _part(step: CoachingStep | None) -> tuple[Any, Callable[..., CoachingStep], str]:
    """What the step lacks: form, action, heading."""
    if step is None:
        return StepForm, actions.choose_step, _("Choose the step")
    if not step.rehearsal:
        return RehearsalForm, actions.rehearse, _("Rehearse it")
    if step.tried_on is None:
        return TriedForm, actions.say_tried, _("Try it")
    if not step.review:
        return ReviewForm, actions.review, _("Review it")
    return None, actions.review, ""
