"""What a session agreed: who does what by when."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.activities.engine.agreed import agree, agreed_in
from apps.activities.forms.agreed import AgreedForm
from apps.activities.kinds import kind_of
from apps.activities.models import Participant, Session
from apps.activities.permissions import can_agree
from apps.activities.views.common import page
from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.core.ui import dates
from apps.schools.staff.names import names_of_staff


@require_http_methods(["GET", "HEAD", "POST"])
def agreed(request: HttpRequest, pid: str) -> HttpResponse:
    person: Any = request.user
    rows = Session.objects.select_related("activity__organiser", "activity__alliance")
    session: Session = get_visible(rows, request.user, public_id=pid)
    require(can_agree(person, session))
    places = Participant.objects.taking_part().filter(activity=session.activity_id)
    places = places.select_related("person", "organisation").order_by("person__family_name", "pk")
    form = AgreedForm(request.POST or None, places=places, me=person)
    form.known = partial(names_of_staff, set(places.values_list("organisation_id", flat=True)))
    if request.method == "POST" and form.is_valid():
        found = agree(by=person, session=session, **form.cleaned_data)
        words = {"name": found.owner.name, "day": dates.day(found.due)}
        messages.success(request, _("Written down: %(name)s, by %(day)s.") % words)
        return redirect("activities:agreed", pid)
    context = {
        "activity": session.activity,
        "session": session,
        "name": kind_of(session.activity.kind).session_name(session.kind),
        "form": form,
        "rows": [(row, row.urgency(clock.today())) for row in agreed_in(session, person)],
    }
    return page(request, "agreed", context)
