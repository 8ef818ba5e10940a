"""How people on a staff list get in: invitations by mail, codes on paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.ui.qr import square
from apps.schools.actions import staff as actions
from apps.schools.enums import InvitationKind
from apps.schools.forms.staff import PeopleForm
from apps.schools.models import Invitation, Membership, Organisation
from apps.schools.staff.planning import belongs_elsewhere
from apps.schools.staff.terms import has_accepted
from apps.schools.views.staff import school_of

PAGE = 50


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, ref: str) -> HttpResponse:
    """Who has an address but has not signed in; POST ``everybody`` or ``people`` sends mail."""
    school = school_of(request, ref)
    if not has_accepted(school):
        return redirect("schools:terms", school.ref)
    rows = _rows(school).not_signed_in().with_email()
    if request.method == "POST" and "everybody" in request.POST:
        return _invite(request, school, list(rows))
    page = _page(request, rows)
    form = PeopleForm(request.POST or None, rows=list(page))
    if request.method == "POST" and form.is_valid():
        return _invite(request, school, form.chosen())
    _note_invited(page)
    return render(
        request,
        "schools/staff_invite.html",
        {"school": school, "page": page, "form": form},
        status=422 if form.errors else 200,
    )


def _invite(request: HttpRequest, school: Organisation, rows: list[Membership]) -> HttpResponse:
    sent = len(actions.invite(by=request.user, memberships=rows))
    messages.success(
        request,
        ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", sent)
        % {"n": sent},
    )
    return redirect("schools:staff_invite", school.ref)


def _note_invited(page: Page[Membership]) -> None:
    """Give each row ``invited_at``, the day of its open invitation."""
    people = [row.person_id for row in page]
    rows = Invitation.objects.filter(
        kind=InvitationKind.PERSON, person_id__in=people, used_at=None, withdrawn_at=None
    )
    days = dict(rows.order_by("created_at").values_list("person_id", "created_at"))
    for row in page:
        row.invited_at = days.get(row.person_id)  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, ref: str) -> HttpResponse:
    """Codes for people without e-mail address.

    The answer to the POST is the sheet itself, not a redirect: the codes are kept nowhere, so
    that this is the one time they can be shown.
    """
    school = school_of(request, ref)
    if not has_accepted(school):
        return redirect("schools:terms", school.ref)
    page = _page(request, _codeless(school))
    form = PeopleForm(request.POST or None, rows=list(page))
    if request.method == "POST" and form.is_valid():
        return _sheet(request, school, form.chosen())
    return render(
        request,
        "schools/staff_codes.html",
        {"school": school, "page": page, "form": form},
        status=422 if form.errors else 200,
    )


def _sheet(request: HttpRequest, school: Organisation, rows: list[Membership]) -> HttpResponse:
    address = f"{settings.BASE_URL}{reverse('account_login')}"
    cards = [
        {"person": person, "code": code}
        for person, code in actions.print_codes(by=request.user, memberships=rows)
    ]
    return render(
        request,
        "schools/staff_codes_sheet.html",
        {"school": school, "cards": cards, "address": settings.BASE_URL, "square": square(address)},
    )


def _codeless(school: Organisation) -> Any:
    """Those whose account is this school's alone: nobody prints a key to somebody else's."""
    rows = _rows(school).without_email().filter(person__is_active=True)
    elsewhere = belongs_elsewhere(school, list(rows.values_list("person_id", flat=True)))
    return rows.exclude(person_id__in=elsewhere)


def _rows(school: Organisation) -> Any:
    rows = Membership.objects.at(school).staff().current().select_related("person", "organisation")
    return rows.order_by("person__family_name", "person__given_name", "pk")


def _page(request: HttpRequest, rows: Any) -> Page[Membership]:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
