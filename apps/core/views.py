"""Small views that every page's frame relies on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core import session
from apps.core.worker import script

YEAR = 365 * 24 * 60 * 60


@login_not_required
@never_cache
@require_GET
def csrf(request: HttpRequest) -> JsonResponse:
    """A fresh token before a draft is sent again, and whose sign-in it would be sent under."""
    person = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"token": get_token(request), "person": person})


@require_POST
def keep_session(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"seconds": session.keep(request.session)})


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light or dark on this device; anything else follows the device again."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in ("light", "dark"):
        response.set_cookie(
            "theme",
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@login_not_required
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page a device keeps for when there is no network. It knows nobody."""
    return render(request, "offline.html")


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root so that it may serve every log page."""
    response = HttpResponse(script(), content_type="text/javascript")
    patch_cache_control(response, no_cache=True)
    return response
