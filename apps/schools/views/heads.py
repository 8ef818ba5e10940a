"""Heads who became so by an invitation's link, for operators: one that was wrong is undone."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.schools.actions import invitations as actions
from apps.schools.models import AllianceMember, Invitation, InvitationQuerySet
from apps.schools.permissions.register import can_undo_headships

A_PAGE = 25


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those of the last three months, the latest first."""
    require(can_undo_headships(request.user))
    page = Paginator(_rows(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "schools/heads.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET says what will happen, POST does it; done already, it is said."""
    known = Invitation.objects.select_related("organisation", "headship__person")
    row = get_visible(known.exclude(headship=None), request.user, public_id=public_id)
    require(can_undo_headships(request.user))
    words = {"school": row.organisation.name}
    if request.method == "POST":
        if actions.undo_headship(by=request.user, invitation=row):
            messages.success(
                request,
                _("Undone: %(school)s has no head here and counts as invited again.") % words,
            )
        else:
            messages.info(request, _("It has been undone already."))
        return redirect("schools:heads")
    places = AllianceMember.objects.joined().filter(
        organisation=row.organisation,
        confirmed_by=row.headship.person,  # type: ignore[union-attr]
    )
    context = {"invitation": row, "places": places.select_related("alliance")}
    return render(request, "schools/head_undo.html", context)


def _rows() -> InvitationQuerySet:
    rows = Invitation.objects.made_heads(clock.now()).order_by("-used_at", "-pk")
    return rows.select_related("organisation", "alliance", "headship__person", "invited_by")
