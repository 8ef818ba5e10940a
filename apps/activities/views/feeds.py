"""My dates in my own calendar: a feed without signing in, and one session as a file."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.activities.engine import feeds
from apps.activities.models import CalendarFeed, Session
from apps.core import clock
from apps.core.permissions import get_visible
from apps.followups.models import FollowUp

ICS = "text/calendar; charset=utf-8"
BACK = timedelta(days=90)
MOST = 500
MISSES, MISSES_IN = 100, 300  # unknown addresses that one place may ask for in five minutes


@login_not_required
@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """My sessions and what I promised. An unknown address is 404, whatever is wrong with it."""
    from apps.activities import ical  # its library is slow to import

    key = f"feed-misses:{get_adapter().get_client_ip(request)}"
    if cache.get(key, 0) >= MISSES:
        return HttpResponse(status=429, headers={"Retry-After": str(MISSES_IN)})
    person = feeds.person_of(token)
    if person is None:
        cache.add(key, 0, MISSES_IN)
        cache.incr(key)
        raise Http404
    sessions = (
        Session.objects.of_person(person)
        .filter(ends_at__gte=clock.now() - BACK)
        .select_related("activity__organiser", "organisation", "observer", "observed")
    )
    promised = FollowUp.objects.owned_by(person).open().order_by("due", "pk")
    content = ical.feed(person, sessions[:MOST], promised[:MOST])
    return _cached(request, content)


def _cached(request: HttpRequest, content: bytes) -> HttpResponse:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=ICS)
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Make, renew or end my address; it is shown in the answer to the press that made it."""
    person: Any = request.user
    token = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        feeds.end(by=person)
        messages.success(request, _("The address no longer works."))
        return redirect("activities:feed_mine")
    if request.method == "POST":
        token = feeds.renew(by=person)
    context = {
        "address": settings.BASE_URL + reverse("activities:feed", args=[token]) if token else "",
        "feed": CalendarFeed.objects.filter(person=person).first(),
    }
    return render(request, "activities/feed.html", context)


@require_http_methods(["GET", "HEAD"])
def session_file(request: HttpRequest, pid: str) -> HttpResponse:
    """One session to put into a calendar by hand."""
    from apps.activities import ical

    person: Any = request.user
    rows = Session.objects.select_related(
        "activity__organiser", "organisation", "observer", "observed"
    )
    session = get_visible(rows, person, public_id=pid)
    response = HttpResponse(ical.file_of(session, person), content_type=ICS)
    response["Content-Disposition"] = f'attachment; filename="session-{session.public_id}.ics"'
    return response
