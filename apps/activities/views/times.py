"""Find a time: the ten best, or a poll where nothing is known of somebody's times."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import engine
from apps.activities.engine import Blocked, Conflicts, Situation, Slot, polls
from apps.activities.engine.finding import find_times
from apps.activities.engine.sessions import BOOKABLE
from apps.activities.enums import PollChoice, PollState
from apps.activities.forms.times import (
    ONLINE,
    AnswerPollForm,
    FindForm,
    PollForm,
    SuggestionForm,
    usual,
)
from apps.activities.kinds import session_words
from apps.activities.models import Activity, Poll, PollAnswer, PollOption
from apps.activities.permissions import can_answer_poll, can_plan, can_steer
from apps.activities.views.common import add_blocks, get_activity, page, say_blocked
from apps.core.permissions import get_visible, require
from apps.schools.scope import scope_of

LOOKED_FOR = ("what", "minutes", "first", "last", "places")


def find_time(request: HttpRequest, pid: str) -> HttpResponse:
    """The ten best times. GET: ``what``, ``minutes``, ``first``, ``last``, ``places`` (refs, or
    online); what is not given is as usual. POST plans the suggestion pressed."""
    activity = get_activity(request, pid)
    person: Any = request.user
    situation = Situation.of(activity)
    place = situation.place_of(person.pk)
    mine = place is not None and place.organisation_id in scope_of(person).organisations()
    if request.method == "POST" or not (mine and situation.takes_part(person.pk)):
        require(can_plan(person, activity))
    if request.method == "POST":
        return _plan(request, activity, situation)
    form = FindForm(_looked_for(request, situation), situation=situation)
    found = None
    if situation.people and form.is_valid():
        found = find_times(situation, form.wanted, viewer=person)
    keys = [uuid.uuid4() for _ in found.offered] if found else []
    context = {
        "activity": activity,
        "form": form,
        "found": found,
        "offers": list(zip(found.offered, keys, strict=True)) if found else [],
        "nobody": not situation.people or not form.options,
        "may_plan_now": activity.state in BOOKABLE
        and (can_steer(person, activity) or (mine and _plans(situation, person))),
        "query": request.GET.urlencode(),
        "poll_url": _poll_url(activity, form) if form.is_valid() else "",
        "open_polls": list(activity.polls.open().visible_to(person)),
    }
    return page(request, "find_time", context)


def _plans(situation: Situation, person: Any) -> bool:
    """Takes part in a role that plans, as `can_plan` asks, of what is known already."""
    roles = {role.slug for role in situation.kind.roles if role.plans}
    return any(p.person_id == person.pk and p.role in roles for p in situation.people)


def _looked_for(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """What the address asks for, filled up with what is usual. Another session than the form was
    filled in for brings its own length and places, where those had been left as they were."""
    asked: dict[str, Any] = {k: request.GET[k] for k in LOOKED_FOR if request.GET.get(k)}
    if "places" in asked:
        asked["places"] = request.GET.getlist("places")
    was, what = request.GET.get("was", ""), request.GET.get("what", "")
    if was not in ("", what):
        before = usual(situation, was)
        if asked.get("minutes") == str(before["minutes"]):
            del asked["minutes"]
        if sorted(asked.get("places", [])) == sorted(before["places"]):
            asked.pop("places", None)
    found = {**usual(situation, what), **asked}
    return {**found, "was": found["what"]}


def _poll_url(activity: Activity, form: FindForm) -> str:
    data = form.cleaned_data
    query = {"what": data["what"], "minutes": data["minutes"], "place": data["places"][0]}
    return f"{reverse('activities:poll_new', args=[activity.public_id])}?{urlencode(query)}"


def _plan(request: HttpRequest, activity: Activity, situation: Situation) -> HttpResponse:
    """Plan what was pressed. If it does not suit any more, say why and look again."""
    again = (
        f"{reverse('activities:find_time', args=[activity.public_id])}?{request.GET.urlencode()}"
    )
    form = SuggestionForm(request.POST)
    options = FindForm({}, situation=situation)
    if not form.is_valid() or form.cleaned_data["what"] not in options.options:
        messages.warning(request, _("That time is no longer on offer. These are the best now."))
        return redirect(again)
    data = form.cleaned_data
    _label, kind, observer, observed = options.options[data["what"]]
    ends = data["starts"] + timedelta(minutes=data["minutes"])
    try:
        session = engine.plan_session(
            activity,
            by=request.user,
            kind=kind,
            slot=Slot(data["starts"], ends, options.schools.get(data["place"])),
            observer=observer,
            observed=observed,
            accepting=("lesson",) if data["accepting"] else (),
            client_key=data["client_key"],
        )
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect(again)
    if data["place"] == ONLINE:
        messages.success(request, _("The session is planned. Add the link people join by."))
        return redirect("activities:session", session.public_id)
    messages.success(request, _("The session is planned. Everybody is told."))
    return redirect("activities:detail", activity.public_id)


def poll_new(request: HttpRequest, pid: str) -> HttpResponse:
    """Propose times. GET: ``what``, ``minutes``, ``place`` come chosen, with the best of them."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    situation = Situation.of(activity)
    bound = request.POST if request.method == "POST" else None
    form = PollForm(bound, situation=situation, initial=_proposed(request, situation))
    if request.method == "POST" and form.is_valid():
        try:
            poll = polls.open_poll(
                activity,
                by=person,
                kind=form.session_kind,
                times=form.times,
                pair=form.pair,
                organisation=form.organisation,
                client_key=form.cleaned_data["client_key"],
            )
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("The poll is open. Everybody is asked."))
            return redirect("activities:poll", poll.public_id)
    return page(request, "poll_new", {"activity": activity, "form": form})


def _proposed(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """As asked for; with the best times of those whose times are known."""
    first = usual(situation, request.GET.get("what", ""))
    initial = {"what": first["what"], "minutes": request.GET.get("minutes") or first["minutes"]}
    initial["place"] = request.GET.get("place") or first["places"][0]
    found = FindForm({**first, **initial, "places": [initial["place"]]}, situation=situation)
    if request.method == "GET" and situation.people and found.is_valid():
        offered = find_times(situation, found.wanted, viewer=request.user).offered[:5]  # type: ignore[arg-type]
        for n, offer in enumerate(sorted(offered, key=lambda o: o.starts)):
            local = timezone.localtime(offer.starts)
            initial |= {f"day_{n}": local.date(), f"start_{n}": local.time()}
    return initial


def poll(request: HttpRequest, pid: str) -> HttpResponse:
    """What everybody says of each time; those asked answer here, who may plan plans one."""
    found = _get_poll(request, pid)
    person: Any = request.user
    activity = found.activity
    situation = Situation.of(activity)
    people = polls.people_asked(found, situation)
    answers = _answers(found)
    given = {option: said for (option, who), said in answers.items() if who == person.pk}
    asked = any(p.pk == person.pk for p in people)
    bound = request.POST if request.method == "POST" else None
    form = AnswerPollForm(bound, poll=found, given=given) if asked else None
    if request.method == "POST":
        require(can_answer_poll(person, found))
        if form is not None and form.is_valid():
            try:
                polls.answer_poll(found, by=person, choices=form.choices())
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                messages.success(request, _("Your answers are saved. You can change them."))
                return redirect("activities:poll", pid)
    is_open = found.state == PollState.OPEN
    context = {
        "activity": activity,
        "poll": found,
        "form": form if is_open else None,
        "name": session_words(situation.kind, found.kind, found.observer, found.observed),
        "people": people,
        "rows": _grid(found, people, answers),
        "is_open": is_open,
        "answered": bool(given),
        "may_plan": is_open and bool(can_plan(person, activity)),
    }
    return page(request, "poll", context)


def _get_poll(request: HttpRequest, pid: str) -> Poll:
    rows = Poll.objects.select_related(
        "activity__organiser", "activity__organisation", "organisation", "observer", "observed"
    )
    return get_visible(
        rows.select_related("session").prefetch_related("options"), request.user, public_id=pid
    )


def _answers(found: Poll) -> dict[tuple[int, int], str]:
    rows = PollAnswer.objects.filter(option__poll=found)
    return {(o, p): choice for o, p, choice in rows.values_list("option_id", "person_id", "choice")}


def _grid(
    found: Poll, people: list[Any], answers: dict[tuple[int, int], str]
) -> list[dict[str, Any]]:
    """A row for each time: what each says, and how many yes; the best first marked."""
    rows = []
    for option in found.options.all():
        said = [answers.get((option.pk, person.pk), "") for person in people]
        cells = [
            {
                "person": person,
                "choice": choice,
                "words": PollChoice(choice).label if choice else "",
            }
            for person, choice in zip(people, said, strict=True)
        ]
        yes, maybe = said.count(PollChoice.YES), said.count(PollChoice.IF_NEED_BE)
        rows.append(
            {
                "option": option,
                "cells": cells,
                "yes": yes,
                "maybe": maybe,
                "no": said.count(PollChoice.NO),
                "open": said.count(""),
            }
        )
    best = max(((r["yes"] + r["maybe"], r["yes"]) for r in rows), default=(0, 0))
    for row in rows:
        row["best"] = best[0] > 0 and (row["yes"] + row["maybe"], row["yes"]) == best
    return rows


@require_POST
def poll_plan(request: HttpRequest, pid: str) -> HttpResponse:
    """Plan the time ``option``, in spite of what was ``shown`` against it."""
    found = _get_poll(request, pid)
    person: Any = request.user
    require(can_plan(person, found.activity))
    option = PollOption.objects.filter(
        poll=found, pk=_number(request.POST.get("option", ""))
    ).first()
    if option is None:
        messages.warning(request, _("Choose one of the times."))
        return redirect("activities:poll", pid)
    option.poll = found
    try:
        polls.plan_from_poll(
            option,
            by=person,
            accepting=request.POST.get("shown", "").split(),
            extra_pay=request.POST.get("extra_pay") == "1",
        )
    except Conflicts as conflicts:
        context = {
            "activity": found.activity,
            "poll": found,
            "option": option,
            "blocks": conflicts.blocks,
            "shown": " ".join(conflicts.keys),
            "need_extra_pay": conflicts.need_extra_pay,
        }
        return page(request, "poll_conflicts", context)
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("activities:poll", pid)
    messages.success(request, _("The session is planned. Everybody is told."))
    return redirect("activities:detail", found.activity.public_id)


@require_POST
def poll_close(request: HttpRequest, pid: str) -> HttpResponse:
    found = _get_poll(request, pid)
    require(can_plan(request.user, found.activity))  # type: ignore[arg-type]
    polls.close_poll(found, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The poll is closed."))
    return redirect("activities:poll", pid)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
