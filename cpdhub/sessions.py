"""How long a sign-in lasts: SESSION_COOKIE_AGE without a request, SESSION_LONGEST in all."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from apps.core.session import BEGAN, SEEN, keep

REFRESH_SECONDS = 300


def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = int(time.time())
    keep(request.session)


class SessionAgeMiddleware:
    """Writes the session at most once in five minutes, not at every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated):
            return self.get_response(request)
        self.check(request, int(time.time()))
        response = self.get_response(request)
        # What somebody sees signed in is in no cache once they are signed out.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def check(self, request: HttpRequest, now: int) -> None:
        if now - request.session.get(BEGAN, 0) > settings.SESSION_LONGEST:
            logout(request)
        elif now - request.session.get(SEEN, 0) > REFRESH_SECONDS:
            keep(request.session)
