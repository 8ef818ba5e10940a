from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts import actions, mail_kinds, second_factor
from apps.accounts.forms import MailPreferencesForm
from apps.accounts.models import MailFrequency


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """My details, where I work and in what role, and how I sign in."""
    held = request.user.memberships.current().select_related("organisation", "alliance")
    rows = held.order_by("organisation__name", "alliance__name", "role")
    return render(
        request,
        "accounts/profile.html",
        {
            "held": [(row, _day_names(row.working_days)) for row in rows],
            "second_step": second_factor.has(request.user),
            "second_step_needed": second_factor.must_have(request.user),
        },
    )


def _day_names(days: list[int]) -> str:
    return ", ".join(str(WEEKDAYS[day]) for day in sorted(days))


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign me out on every device, this one included."""
    actions.end_sessions(by=request.user, person=request.user)
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("home:index")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: HttpRequest) -> HttpResponse:
    form = MailPreferencesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose_mail(by=request.user, choices=form.cleaned_data)
        messages.success(request, _("Saved. Your choices hold from the next e-mail on."))
        return redirect("accounts:mail_preferences")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/mail_preferences.html", {"form": form}, status=status)


@csrf_exempt  # a mail program posts List-Unsubscribe=One-Click; the signed token is the permission
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Works signed out; a GET only asks."""
    found = mail_kinds.read_unsubscribe(token)
    if found is None:
        return render(request, "accounts/unsubscribe_unknown.html", status=400)
    person, kinds = found
    if request.method == "POST":
        actions.unsubscribe(by=person, kinds=[kind.slug for kind in kinds])
    off = all(mail_kinds.frequency(person, kind.slug) == MailFrequency.OFF for kind in kinds)
    names = ", ".join(str(kind.name) for kind in kinds)
    context = {"kinds": kinds, "names": names, "off": off}
    return render(request, "accounts/unsubscribe.html", context)


@require_POST
def try_address_again(request: HttpRequest) -> HttpResponse:
    actions.try_address_again(by=request.user)
    messages.success(request, _("Thank you. The next e-mail goes to your address again."))
    return redirect("accounts:mail_preferences")
