"""One organisation's place in one alliance."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.core.ui.qr import square
from apps.schools.actions import alliances as actions
from apps.schools.enums import OrganisationKind
from apps.schools.forms.alliances import HeadEmailForm
from apps.schools.invitations import LIFE, note_known_heads
from apps.schools.models import AllianceMember
from apps.schools.permissions.alliances import can_coordinate, can_join_for, can_leave


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the invitation goes, what it led to, and what can be done."""
    member = _visible(request, public_id)
    require(can_coordinate(request.user, member.alliance))
    note_known_heads([member])
    form = HeadEmailForm(
        request.POST or None,
        initial={"email": "" if member.to_known_head else member.head_email},  # type: ignore[attr-defined]
        a_school=member.organisation.kind == OrganisationKind.SCHOOL,
    )
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not email and member.to_known_head:  # type: ignore[attr-defined]
            return redirect("schools:alliance", member.alliance.public_id)
        sent = actions.set_head_email(by=request.user, member=member, email=email)
        words = _("The invitation is on its way to %(email)s.") if sent else _("Saved.")
        messages.success(request, words % {"email": email})
        return redirect("schools:alliance", member.alliance.public_id)
    return render(
        request,
        "schools/member.html",
        {
            "member": member,
            "form": form,
            "asked_today": member.asked_on == clock.today(),
            "can_leave": bool(can_leave(request.user, member)),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def chase(request: HttpRequest, public_id: str) -> HttpResponse:
    member = _visible(request, public_id)
    require(can_coordinate(request.user, member.alliance))
    words = {"school": member.organisation.name}
    if actions.chase(by=request.user, member=member):
        messages.success(request, _("A letter to %(school)s is on its way.") % words)
    else:
        messages.info(
            request,
            _(
                "Nothing was sent to %(school)s: it has answered, had a letter today, or has no "
                "e-mail address."
            )
            % words,
        )
    return redirect("schools:alliance", member.alliance.public_id)


@require_POST
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """A letter on paper, with the link and a QR code. POST: its making is recorded."""
    member = _visible(request, public_id)
    require(can_coordinate(request.user, member.alliance))
    url = settings.BASE_URL + actions.print_letter(by=request.user, member=member)
    return render(
        request,
        "schools/letter.html",
        {
            "member": member,
            "url": url,
            "code": square(url),
            "until": clock.today() + LIFE,
        },
    )


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    member = _visible(request, public_id)
    require(can_coordinate(request.user, member.alliance))
    if actions.withdraw_invitation(by=request.user, member=member):
        messages.success(
            request,
            _("The invitation of %(school)s is withdrawn; its link no longer works.")
            % {"school": member.organisation.name},
        )
    return redirect("schools:alliance", member.alliance.public_id)


@require_POST
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    """A head confirms from the page of their school."""
    member = _visible(request, public_id)
    require(can_join_for(request.user, member.organisation))
    if actions.join(by=request.user, member=member):
        messages.success(
            request,
            _("%(school)s has joined %(alliance)s.")
            % {"school": member.organisation.name, "alliance": member.alliance.name},
        )
    return redirect("schools:detail", member.organisation.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET asks, POST leaves."""
    member = _visible(request, public_id)
    require(can_leave(request.user, member))
    if request.method != "POST":
        return render(request, "schools/leave.html", {"member": member})
    actions.leave(by=request.user, member=member)
    messages.success(
        request,
        _("%(school)s has left %(alliance)s.")
        % {"school": member.organisation.name, "alliance": member.alliance.name},
    )
    return redirect("schools:list")


def _visible(request: HttpRequest, public_id: str) -> AllianceMember:
    rows = AllianceMember.objects.select_related("alliance", "organisation__successor")
    return get_visible(rows, request.user, public_id=public_id)
