"""Calls for groups: what an alliance asks, what I wish, and what the coordinator makes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked
from apps.activities.forming import actions, foci
from apps.activities.forming.forms import CallForm, WishForm
from apps.activities.forming.gaps import lacking
from apps.activities.forming.matchmaking import forming_of
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.forming.permissions import can_open_call, can_run_call, can_wish
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Participant
from apps.activities.views.common import add_blocks, whole_page
from apps.core import clock
from apps.core.permissions import get_visible, require

MOST = 200


def calls(request: HttpRequest) -> HttpResponse:
    """Calls of my alliances, and what I said to each."""
    person: Any = request.user
    rows = list(GroupCall.objects.visible_to(person).select_related("alliance")[:MOST])
    mine = dict(GroupWish.objects.filter(person=person).values_list("call_id", "activity_id"))
    context = {
        "calls": [
            {
                "call": row,
                "kind": kind_of(row.kind),
                "takes": row.takes_wishes(clock.today()),
                "wished": row.pk in mine,
                "placed": mine.get(row.pk) is not None,
            }
            for row in rows
        ],
        "may_open": can_open_call(person),
    }
    return whole_page(request, "activities/forming/calls.html", context)


def call_new(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    require(can_open_call(person))
    form = CallForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        row = actions.open_call(by=person, **form.values)
        messages.success(request, _("The call is open to the staff of the alliance’s schools."))
        return redirect("activities:group_call", row.public_id)
    return whole_page(request, "activities/forming/call_form.html", {"form": form})


def _call(request: HttpRequest, pid: str) -> GroupCall:
    rows = GroupCall.objects.select_related("alliance")
    return get_visible(rows, request.user, public_id=pid)


def call(request: HttpRequest, pid: str) -> HttpResponse:
    """One call: my wish, and for coordinators everybody's."""
    row = _call(request, pid)
    person: Any = request.user
    forming = forming_of(row.kind)
    wishes = GroupWish.objects.visible_to(person).filter(call=row)
    runs = bool(can_run_call(person, row))
    takes = row.takes_wishes(clock.today())
    place = Participant.objects.current().filter(
        person=OuterRef("person"), activity=OuterRef("activity")
    )
    rows = wishes.select_related("person", "organisation", "activity")
    shown = rows.annotate(asked=Exists(place))[:MOST] if runs else []
    names = foci.names(forming)
    mine = wishes.filter(person=person).select_related("activity").first()
    context = {
        "call": row,
        "kind_of_group": kind_of(row.kind),
        "forming": forming,
        "takes": takes,
        "mine": mine,
        "my_group": _my_group(person, mine),
        "may_wish": takes and bool(can_wish(person, row)),
        "runs": runs,
        "wishes": [_shown(wish, names) for wish in shown],
        "lacking": lacking(row) if runs else [],
        "waiting": wishes.waiting().count() if runs else 0,
    }
    return whole_page(request, "activities/forming/call.html", context)


def _my_group(person: Any, mine: GroupWish | None) -> Activity | None:
    """None, too, for whoever has said no to it: they see it no longer."""
    if mine is None or mine.group is None:
        return None
    place = Participant.objects.taking_part().filter(person=person, activity=OuterRef("pk"))
    rows = Activity.objects.visible_to(person).filter(pk=mine.group.pk)
    return rows.annotate(joined=Exists(place)).first()


def _shown(wish: GroupWish, names: dict[str, str]) -> dict[str, Any]:
    return {"wish": wish, "foci": [names.get(focus, focus) for focus in wish.foci]}


def wish(request: HttpRequest, pid: str) -> HttpResponse:
    """Say, or change, what I would like."""
    row = _call(request, pid)
    person: Any = request.user
    require(can_wish(person, row))
    mine = GroupWish.objects.filter(call=row, person=person).select_related("organisation").first()
    initial = WishForm.initial_of(mine) if mine else None
    form = WishForm(request.POST or None, person=person, call=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.wish(row, by=person, **form.values)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved. The coordinators look for a group for you."))
            return redirect("activities:group_call", pid)
    return whole_page(
        request, "activities/forming/wish.html", {"form": form, "call": row, "mine": mine}
    )


@require_POST
def wish_back(request: HttpRequest, pid: str) -> HttpResponse:
    """Take my wish back, whether the call is open or not."""
    row = _call(request, pid)
    person: Any = request.user
    mine = GroupWish.objects.filter(call=row, person=person).first()
    if mine is not None:
        actions.take_back(mine, by=person)
        messages.success(request, _("Taken back. Nobody sees any longer what you wished."))
    return redirect("activities:group_call", pid)


@require_POST
def close(request: HttpRequest, pid: str) -> HttpResponse:
    row = _call(request, pid)
    person: Any = request.user
    require(can_run_call(person, row))
    actions.close_call(row, by=person)
    messages.success(request, _("The call is closed."))
    return redirect("activities:group_call", pid)
