from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.activities import engine, groups, suggestions
from apps.activities.engine import Blocked, Situation, checks
from apps.activities.enums import ParticipantState, PlaceRequestState
from apps.activities.forming.gaps import can_look_for_more
from apps.activities.forms.people import AnswerForm, NameColleagueForm, SearchForm
from apps.activities.models import Activity, Participant, PlaceRequest
from apps.activities.permissions import (
    can_answer,
    can_answer_request,
    can_leave,
    can_plan,
    can_steer,
)
from apps.activities.views.common import add_blocks, get_activity, page, say_blocked, thread_links
from apps.core.permissions import get_visible, require
from apps.schools.models import Organisation


def people(request: HttpRequest, pid: str) -> HttpResponse:
    """Who takes part, and finding those who are missing. GET: ``q`` searches name or school."""
    activity = get_activity(request, pid, "needs")
    person: Any = request.user
    require(can_plan(person, activity))
    situation = Situation.of(activity)
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    requests = list(activity.place_requests.select_related("organisation"))
    context = {
        "activity": activity,
        "people": _named(situation),
        "missing": checks.people_missing(situation),
        "roles": situation.kind.roles,
        "lacking": situation.lacking_role,
        "search_form": form,
        "asked": text,
        "thread": thread_links(activity),
        "may_steer": can_steer(person, activity),
        "requests": requests,
        "look_for_more": can_look_for_more(person, situation),
        **(_finding(person, activity, text, requests) if can_steer(person, activity) else {}),
    }
    return page(request, "people", context)


def _named(situation: Situation) -> list[Participant]:
    """Everybody asked so far, with what they would do where there is more than one role."""
    several = len(situation.kind.roles) > 1
    for place in situation.participants:
        named: Any = place
        named.role_name = situation.kind.role_name(place.role) if several else ""
    return situation.participants


def _finding(
    person: Any, activity: Activity, text: str, requests: list[PlaceRequest]
) -> dict[str, Any]:
    topics = [need.topic_id for need in activity.needs.all()]
    sharing, others = suggestions.schools_to_ask(activity, topics)
    asked = {one.organisation_id for one in requests if one.state == PlaceRequestState.OPEN}
    return {
        "found": suggestions.search(person, activity, text),
        "groups": groups.takes_groups(activity) and groups.schools_of(person, activity).exists(),
        "wide": suggestions.may_search_alliance(person, activity),
        "offers": suggestions.offered_help(activity, topics),
        "sharing": [school for school in sharing if school.pk not in asked],
        "other_schools": [school for school in others if school.pk not in asked],
        "myself": _my_membership(person, activity),
    }


def _my_membership(person: Any, activity: Activity) -> Any:
    rows = suggestions.staff_rows(suggestions.candidates(person, activity), activity)
    return rows.filter(person=person).first()


@require_POST
def invite(request: HttpRequest, pid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_steer(person, activity))
    member = suggestions.invitable(person, activity, request.POST.get("member", ""))
    if member is None or member.organisation is None:
        raise Http404
    try:
        place = engine.invite(
            activity,
            by=person,
            person=member.person,
            organisation=member.organisation,
            role=request.POST.get("role", ""),
        )
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        words = (
            _("You take part.")
            if place.state == ParticipantState.ACCEPTED
            else _("%(name)s is invited.") % {"name": member.person.name}
        )
        messages.success(request, words)
    return redirect("activities:people", pid)


@require_POST
def ask_school(request: HttpRequest, pid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_steer(person, activity))
    partners = Organisation.objects.filter(pk__in=activity.partner_schools)
    school = partners.filter(ref=request.POST.get("school", "")).first()
    if school is None:
        raise Http404
    try:
        role = request.POST.get("role", "")
        engine.ask_school(activity, by=person, organisation=school, role=role)
        said = _("The CPD lead of %(school)s is asked.") % {"school": school.name}
        messages.success(request, said)
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:people", pid)


@require_POST
def ask_schools(request: HttpRequest, pid: str) -> HttpResponse:
    """Ask all partner schools at once for a colleague."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_steer(person, activity))
    partners = list(Organisation.objects.filter(pk__in=activity.partner_schools))
    try:
        asked = engine.ask_schools(activity, by=person, organisations=partners)
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        said = ngettext(
            "%(n)d CPD lead is asked.", "The CPD leads of %(n)d schools are asked.", len(asked)
        )
        messages.success(request, said % {"n": len(asked)})
    return redirect("activities:detail", pid)


def invitation(request: HttpRequest, pid: str) -> HttpResponse:
    """Say yes or no to an invitation. Opening the page changes nothing."""
    activity = get_activity(request, pid)
    person: Any = request.user
    place = (
        activity.participants.of_members(person)
        .exclude(state=ParticipantState.WITHDRAWN)
        .select_related("organisation")
        .first()
    )
    if place is None:
        raise Http404
    place.activity, place.person = activity, person
    require(can_answer(person, place))
    if request.method == "POST":
        return _answer(request, place)
    situation = Situation.of(activity)
    others = [p for p in situation.asked if p.person_id != person.pk]
    context = {
        "activity": activity,
        "place": place,
        "others": others,
        "waiting": place.state == ParticipantState.INVITED,
        "rules": situation.kind.rules,
        "records": situation.kind.records,
        "role_name": situation.kind.role_name(place.role),
        "form": AnswerForm(),
    }
    return page(request, "invitation", context)


def _answer(request: HttpRequest, place: Participant) -> HttpResponse:
    accept = request.POST.get("answer") == "yes"
    form = AnswerForm(request.POST)
    needs = form.cleaned_data["access_needs"] if form.is_valid() else ""
    try:
        engine.answer_invitation(place, by=request.user, accept=accept, access_needs=needs)  # type: ignore[arg-type]
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("activities:invitation", place.activity.public_id)
    if not accept:
        messages.success(request, _("You said no. Nobody asks why."))
        return redirect("activities:list")
    messages.success(request, _("You take part."))
    return redirect("activities:detail", place.activity.public_id)


def leave(request: HttpRequest, pid: str) -> HttpResponse:
    """Leave an activity, or take somebody out of it; the page says what follows."""
    place = (
        Participant.objects.select_related("activity__organiser", "person")
        .filter(public_id=pid)
        .first()
    )
    visible = Activity.objects.visible_to(request.user)  # type: ignore[arg-type]
    if place is None or not visible.filter(pk=place.activity_id).exists():
        raise Http404
    person: Any = request.user
    require(can_leave(person, place))
    if request.method == "POST":
        try:
            engine.withdraw(place, by=person)
            messages.success(request, _("Done. The others are told."))
        except Blocked as blocked:
            say_blocked(request, blocked)
        if place.person_id == person.pk:
            return redirect("activities:list")
        return redirect("activities:people", place.activity.public_id)
    context = {"activity": place.activity, "place": place, "myself": place.person_id == person.pk}
    return page(request, "leave", context)


def place_request(request: HttpRequest, pid: str) -> HttpResponse:
    """My school is asked for a colleague: name one, or say that nobody can."""
    rows = PlaceRequest.objects.select_related(
        "activity__organisation", "activity__organiser", "organisation", "asked_by"
    )
    asked = get_visible(rows, request.user, public_id=pid)
    person: Any = request.user
    require(can_answer_request(person, asked))
    nobody = request.POST.get("answer") == "nobody"
    data = request.POST if request.method == "POST" and not nobody else None
    form = NameColleagueForm(data, request=asked)
    if request.method == "POST" and (nobody or form.is_valid()):
        member = None if nobody else form.cleaned_data["member"]
        try:
            engine.answer_request(asked, by=person, member=member)
        except Blocked as blocked:
            if form.is_bound:
                add_blocks(form, blocked)
            else:
                say_blocked(request, blocked)
        else:
            messages.success(request, _("Thank you. The organiser is told."))
            return redirect("activities:list")
    context = {
        "request_": asked,
        "activity": asked.activity,
        "form": form,
        "open": asked.state == PlaceRequestState.OPEN,
        "rules": Situation.of(asked.activity).kind.rules,
    }
    return page(request, "place_request", context)
