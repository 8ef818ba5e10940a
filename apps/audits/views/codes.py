"""Codes on paper: the CPD lead prints them, and whoever holds one answers with it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.audits import actions, passes
from apps.audits.forms.codes import CodeForm, CodesForm
from apps.audits.models import Audit, Participation
from apps.audits.permissions import can_print_codes
from apps.audits.views.pages import Request, audit_of
from apps.audits.wording import IN_PAID_TIME, PURPOSES, mode_in_short
from apps.core.permissions import Refused, require
from apps.core.ui.qr import square
from apps.schools.enums import Role
from apps.schools.scope import scope_of


@never_cache
@require_http_methods(["GET", "POST"])
def sheet(request: Request, pid: str) -> HttpResponse:
    """Who has no e-mail address; the answer to the POST is the sheet, since the codes are kept
    nowhere and this is the one time they can be shown."""
    audit = audit_of(request, pid)
    require(can_print_codes(request.user, audit))
    parts = list(_without_email(request, audit))
    form = CodesForm(request.POST if request.method == "POST" else None, parts=parts)
    if request.method == "POST" and form.is_valid():
        return _sheet(request, audit, form.chosen())
    context = {"audit": audit, "form": form, "parts": parts}
    status = 422 if form.errors else 200
    return render(request, "audits/codes.html", context, status=status)


def _without_email(request: Request, audit: Audit) -> Any:
    """Asked, and reached by no mail; whether they have answered is not looked at."""
    rows = Participation.objects.filter(
        audit=audit,
        organisation_id__in=scope_of(request.user).organisations(Role.CPD_LEAD),
        person__email__isnull=True,
        person__is_active=True,
    )
    names = ("person__family_name", "person__given_name", "pk")
    return rows.select_related("person", "organisation").order_by(*names)


def _sheet(request: Request, audit: Audit, parts: list[Participation]) -> HttpResponse:
    printed = actions.print_codes(by=request.user, audit=audit, parts=parts)
    path = f"{settings.BASE_URL}{reverse('audits:code')}"
    cards = [
        {
            "part": part,
            "code": code,
            "square": square(f"{path}?code={code}"),
            "promise": mode_in_short(part.mode or audit.mode),
        }
        for part, code in printed
    ]
    context = {
        "audit": audit,
        "cards": cards,
        "address": path.split("://", 1)[-1],
        "purpose": PURPOSES[audit.purpose],
        "paid_time": IN_PAID_TIME,
    }
    return render(request, "audits/codes_sheet.html", context)


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Enter a code from paper. GET: ``code`` comes filled in; opening the page uses nothing up."""
    initial = {"code": request.GET.get("code", "").replace("\0", "")[:20]}
    form = CodeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and not request.user.is_authenticated and form.is_valid():
        redeemed = _redeemed(request, form)
        if redeemed is not None:
            part, key = redeemed
            passes.give(request.session, key)
            return redirect("audits:answer", part.audit.public_id)
    status = 422 if form.errors else 200
    return render(request, "audits/code.html", {"form": form}, status=status)


def _redeemed(request: HttpRequest, form: CodeForm) -> tuple[Participation, str] | None:
    address = str(get_adapter().get_client_ip(request))
    if passes.tried_too_often(address):
        form.add_error("code", _("That was tried too often. Wait ten minutes."))
        return None
    try:
        return actions.redeem(code=form.cleaned_data["code"])
    except Refused as refusal:
        passes.count_a_wrong_one(address)
        form.add_error("code", str(refusal))
        return None


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Whoever came with a code is done on this device; what was not sent goes."""
    if not request.user.is_authenticated:
        code = passes.code_held(request.session)
        if code is not None:
            actions.end_code(code=code)
        request.session.flush()
        messages.success(request, _("Finished on this device. Thank you."))
    return redirect("audits:code")
