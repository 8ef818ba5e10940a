from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts import second_factor

# What somebody who must still enrol can do: enrol, sign out, and what pages need.
OPEN_NAMES = frozenset(
    {
        "account_confirm_email",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "core:csrf",
        "core:keep_session",
        "core:theme",
        "accounts:unsubscribe",
        "home:help",
        "home:privacy",
        "home:accessibility",
    }
)
OPEN_PREFIX = "mfa_"


class RequireMfaMiddleware:
    """Where REQUIRE_MFA is on, roles with power over others enrol a second step first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not settings.REQUIRE_MFA or not request.user.is_authenticated or _is_open(request):
            return None
        if not second_factor.must_have(request.user) or second_factor.has(request.user):
            return None
        messages.info(
            request, _("Your role needs a second step at sign-in. Please set one up to go on.")
        )
        return redirect("mfa_index")


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in OPEN_NAMES or name.startswith(OPEN_PREFIX)
