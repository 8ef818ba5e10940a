"""The ledger: its list and one row of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.models import Person
from apps.activities.engine import Blocked, Stale
from apps.activities.models import Release
from apps.activities.release import actions, exports, figures
from apps.activities.release.forms import AskForm, CorrectForm, LedgerFilter, staff_choices
from apps.activities.release.history import history_of
from apps.activities.release.permissions import (
    can_arrange_cover,
    can_ask,
    can_correct_minutes,
    can_decide,
    can_keep_costs,
    can_see_costs,
    can_take_back,
)
from apps.activities.release.views.common import PAGE, led_by, page, tabs
from apps.activities.views.common import CONFLICT, add_blocks
from apps.core.permissions import get_visible, require
from apps.schools.delegates import approves_for
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of


def ledger(request: HttpRequest) -> HttpResponse:
    """Release that I may see: my own, my school's, that of what I organise.

    GET: ``school`` (ref), ``year`` (its first), ``state`` (a state, or "live" for planned or used),
    ``needs=release`` (without those who need none), ``cover``, ``payer``, ``person`` and
    ``activity`` (public ids), ``page``; ``format=csv`` or ``xlsx`` takes the same rows away.
    """
    person: Any = request.user
    mine = scope_of(person).organisations()
    form = LedgerFilter(request.GET, schools=mine)
    rows = form.apply(Release.objects.visible_to(person))
    kind = request.GET.get("format", "")
    if kind in exports.FORMATS:
        return exports.download(rows, person, kind)
    along = rows.select_related("person", "organisation", "activity")
    found = Paginator(along, PAGE).get_page(request.GET.get("page"))
    count = found.paginator.count
    context = {
        "filter_form": form,
        "found": found,
        "figures": figures.totals(rows) if count else None,
        "several_schools": len(mine) > 1 or bool(led_by(person)),
        "count_words": ngettext("%(count)d row", "%(count)d rows", count) % {"count": count},
        "may_ask": can_ask(person),
        "alliances": _coordinated(person),
        "tabs": tabs(person, "ledger"),
    }
    return page(request, "list", context)


def _coordinated(person: Person) -> list[Alliance]:
    """Those of which the person sees the totals of the schools."""
    ids = scope_of(person).alliances(Role.COORDINATOR)
    return list(Alliance.objects.filter(pk__in=ids).order_by("name", "pk")) if ids else []


def row(request: HttpRequest, pid: str) -> HttpResponse:
    """One row: what is known of it, its history, and a form for what the reader may correct."""
    person: Any = request.user
    found = _get(person, pid)
    may = list(_may(person, found))
    form = CorrectForm(request.POST or None, row=found, may=may) if may else None
    status = None
    if request.method == "POST":
        require(can_correct_minutes(person, found) if not may else True)  # type: ignore[arg-type]
        assert form is not None
        if form.is_valid():
            try:
                actions.correct(
                    found, by=person, version=form.cleaned_data["version"], values=form.values
                )
            except Stale as stale:
                found, status = _stale(form, stale), CONFLICT
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                messages.success(request, _("Saved. The history keeps what it was before."))
                return redirect("activities:release_row", pid)
    at_home = can_see_costs(person, found)  # the whole year of somebody is their own school's
    over = figures.over_set_aside([found]) if at_home else {}
    context = {
        "row": found,
        "form": form,
        "sees_costs": at_home,
        "may_decide": can_decide(person, found),
        "may_take_back": can_take_back(person, found),
        "history": history_of(found, costs=at_home),
        "over": over.get((found.person_id, found.organisation_id)),
        "tabs": tabs(person, "", found.organisation),
    }
    response = page(request, "row", context)
    response.status_code = status or response.status_code
    return response


def _get(person: Any, pid: str) -> Release:
    rows = Release.objects.select_related(
        "person", "organisation", "activity__organiser", "session", "decided_by", "asked_by"
    )
    return get_visible(rows, person, public_id=pid)


def _may(person: Person, found: Release) -> Iterator[str]:
    """The groups of the form that ``person`` may fill in."""
    if can_correct_minutes(person, found):
        yield "minutes"
    if can_arrange_cover(person, found):
        yield "cover"
    if can_keep_costs(person, found):
        yield "costs"


def _stale(form: Any, stale: Stale) -> Any:
    current: Any = stale.current
    form.data = form.data.copy()
    form.data["version"] = current.version
    message = _("Somebody changed it in between. It now stands as above; save again to change it.")
    form.add_error(None, message)
    return current


@require_POST
def take_back(request: HttpRequest, pid: str) -> HttpResponse:
    """Say that time without a session is not needed any more."""
    person: Any = request.user
    actions.take_back(_get(person, pid), by=person)
    messages.success(request, _("It is taken back."))
    return redirect("activities:release_row", pid)


def new(request: HttpRequest) -> HttpResponse:
    """Ask for time that belongs to no session: for oneself, or as lead and head for one's staff."""
    person: Any = request.user
    require(can_ask(person))
    form = AskForm(request.POST or None, members=_askable(person), initial={"member": _me(person)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = actions.ask(
            by=person,
            member=data["member"],
            what_for=data["what_for"],
            when=form.when,
            minutes=form.planned,
            in_class=data["in_class"],
            client_key=data["client_key"],
        )
        messages.success(request, _said(made))
        return redirect("activities:release_row", made.public_id)
    return page(request, "new", {"form": form, "tabs": tabs(person, "")})


def _askable(person: Person) -> Any:
    """Staff of the schools I lead; elsewhere only myself."""
    own = scope_of(person).organisations(*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)
    led = led_by(person)
    return staff_choices(led) if led == own else _me_and(person, led, own)


def _me_and(person: Person, led: frozenset[int], own: frozenset[int]) -> Any:
    me = staff_choices(own - led, only=person)
    return me if not led else staff_choices(led) | me


def _me(person: Person) -> str:
    held = staff_choices(scope_of(person).organisations(*STAFF_ROLES), only=person).first()
    return held.public_id if held else ""


def _said(made: Release) -> str:
    if made.is_waiting:
        return _("It is asked for. Those who decide get a mail on the next open morning.")
    return _("It is in the ledger: %(basis)s.") % {"basis": made.get_basis_display().lower()}


def decides(person: Person, found: Release) -> bool:
    return found.organisation_id in approves_for(person)
