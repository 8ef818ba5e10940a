from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked, Situation
from apps.activities.kinds.peer_visit import actions
from apps.activities.kinds.peer_visit.forms import BookForm, OpenSlotForm, SlotFilter
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.kinds.peer_visit.pages import page
from apps.activities.kinds.peer_visit.permissions import (
    can_answer_sharing,
    can_book,
    can_cancel,
    can_open,
    can_withdraw,
)
from apps.activities.kinds.peer_visit.sharing import answer_of, answer_sharing
from apps.activities.permissions import can_plan
from apps.activities.views.common import add_blocks, get_activity, say_blocked
from apps.core import clock
from apps.core.permissions import get_visible, require

PAGE = 20


def open_slots(request: HttpRequest) -> HttpResponse:
    """Open classrooms to come in my alliances.

    GET: ``q`` (topic or school), ``phase``, ``room`` ("free", "mine"), ``page``.
    """
    person: Any = request.user
    form = SlotFilter(request.GET, person=person)
    rows = OpenSlot.objects.visible_to(person).to_come(clock.now())
    rows = form.apply(rows).with_taken().select_related("host", "organisation")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    booked = set(
        SlotBooking.objects.standing()
        .filter(visitor=person, slot__in=list(found))
        .values_list("slot_id", flat=True)
    )
    count = found.paginator.count
    context = {
        "filter_form": form,
        "found": found,
        "booked": booked,
        "count_words": ngettext("%(count)d open classroom", "%(count)d open classrooms", count)
        % {"count": count},
        "may_open": can_open(person),
    }
    return page(request, "slots", context)


def open_slot_new(request: HttpRequest) -> HttpResponse:
    """Open my classroom for an hour."""
    person: Any = request.user
    require(can_open(person))
    form = OpenSlotForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            slot = actions.open_classroom(by=person, **form.values)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Your classroom is open: colleagues can book a place."))
            return redirect("activities:open_slot", slot.public_id)
    return page(request, "slot_new", {"form": form})


def _slot(request: HttpRequest, pid: str) -> OpenSlot:
    rows = OpenSlot.objects.with_taken().select_related("host", "organisation", "alliance")
    return get_visible(rows, request.user, public_id=pid)


def open_slot(request: HttpRequest, pid: str) -> HttpResponse:
    """One open classroom. Only its host sees who comes."""
    slot = _slot(request, pid)
    person: Any = request.user
    bookings = list(
        SlotBooking.objects.standing()
        .filter(slot=slot)
        .select_related("visitor", "organisation", "activity")
    )
    mine = next((b for b in bookings if b.visitor_id == person.pk), None)
    ahead = slot.withdrawn_at is None and slot.starts_at > clock.now()
    bookable = ahead and mine is None and slot.host_id != person.pk and slot.taken < slot.places
    context = {
        "slot": slot,
        "is_host": slot.host_id == person.pk,
        "bookings": bookings if slot.host_id == person.pk else [],
        "mine": mine,
        "ahead": ahead,
        "left": max(slot.places - slot.taken, 0),
        "full": slot.taken >= slot.places,
        "form": None,
    }
    if bookable and can_book(person, slot):
        # Whoever comes from a visit that looks for a host books for that one.
        chosen = {"activity": request.GET.get("visit", "")}
        context["form"] = BookForm(person=person, slot=slot, initial=chosen)
    return page(request, "slot", context)


@require_POST
def open_slot_book(request: HttpRequest, pid: str) -> HttpResponse:
    slot = _slot(request, pid)
    person: Any = request.user
    require(can_book(person, slot))
    form = BookForm(request.POST, person=person, slot=slot)
    if not form.is_valid():
        messages.warning(request, _("Choose which visit it is for, and your school."))
        return redirect("activities:open_slot", pid)
    try:
        booking = actions.book(slot, by=person, organisation=form.school, activity=form.visit)
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("activities:open_slot", pid)
    said = _(
        "You have a place. %(host)s is told. Now plan the visit: what for, and your questions."
    )
    messages.success(request, said % {"host": slot.host.name})
    return redirect("activities:detail", booking.activity.public_id)


@require_POST
def open_slot_withdraw(request: HttpRequest, pid: str) -> HttpResponse:
    slot = _slot(request, pid)
    person: Any = request.user
    require(can_withdraw(person, slot))
    actions.withdraw_slot(slot, by=person)
    messages.success(request, _("It is withdrawn. Those who had booked are told."))
    return redirect("activities:open_slots")


def _booking(request: HttpRequest, pid: str) -> SlotBooking:
    """A booking of mine, or of my classroom; of no other is its existence known."""
    person: Any = request.user
    rows = SlotBooking.objects.filter(public_id=pid).select_related("slot", "activity")
    found = rows.first()
    if found is None or not can_cancel(person, found):
        raise Http404
    return found


@require_POST
def slot_booking_cancel(request: HttpRequest, pid: str) -> HttpResponse:
    booking = _booking(request, pid)
    person: Any = request.user
    try:
        actions.cancel_booking(booking, by=person)
        messages.success(request, _("The place is free again."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:open_slot", booking.slot.public_id)


@require_POST
def slot_booking_attach(request: HttpRequest, pid: str) -> HttpResponse:
    booking = _booking(request, pid)
    person: Any = request.user
    require(can_plan(person, booking.activity))
    try:
        actions.attach(booking, by=person)
        messages.success(request, _("The visit is in the agenda of both of you."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:detail", booking.activity.public_id)


def visit_sharing(request: HttpRequest, pid: str) -> HttpResponse:
    """The host says whether what is written about their school may be read by others."""
    activity = get_activity(request, pid)
    person: Any = request.user
    if activity.kind != actions.KIND:
        raise Http404
    require(can_answer_sharing(person, activity))
    if request.method == "POST":
        allowed = request.POST.get("answer") == "yes"
        answer_sharing(activity, by=person, allowed=allowed)
        yes = _("Thank you: those who wrote something may share it further.")
        no = _("It stays with those who take part.")
        messages.success(request, yes if allowed else no)
        return redirect("activities:detail", pid)
    return page(
        request,
        "sharing",
        {"activity": activity, "answer": answer_of(Situation.of(activity))},
    )
