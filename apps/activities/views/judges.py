"""Whether those who judge me and take part may read what I share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.activities.engine import Blocked
from apps.activities.engine import judges as engine_judges
from apps.activities.models import Participant
from apps.activities.permissions import can_decide_on_judges
from apps.activities.views.common import get_activity, page, say_blocked
from apps.core.permissions import require


def judges(request: HttpRequest, pid: str) -> HttpResponse:
    """One row for each who manages, appraises or tutors me and takes part; POST: ``judge`` (a
    place's public id) and ``answer`` (yes or no)."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_decide_on_judges(person, activity))
    beside = engine_judges.taking_part(activity, person)
    if request.method == "POST":
        wanted = request.POST.get("judge", "")
        judge = next((place for place in beside if place.public_id == wanted), None)
        if judge is None:
            raise Http404
        _decide(request, activity, judge)
        return redirect("activities:judges", pid)
    admitted = engine_judges.let_in(activity, person)
    rows = [{"place": place, "let_in": place.person_id in admitted} for place in beside]
    return page(request, "judges", {"activity": activity, "rows": rows})


def _decide(request: HttpRequest, activity: Any, judge: Participant) -> None:
    me: Any = request.user
    name = {"name": judge.person.name}
    try:
        if request.POST.get("answer") == "yes":
            engine_judges.admit(activity, by=me, judge=judge)
            said = _("%(name)s can now read what you share with those who take part.")
        else:
            engine_judges.shut(activity, by=me, judge=judge)
            said = _("%(name)s reads nothing that you share here.")
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, said % name)
