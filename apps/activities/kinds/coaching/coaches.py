"""Who is trained as a coach at a school, whom they have taken on, and their protected time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.activities.engine import Blocked
from apps.activities.kinds.coaching import actions
from apps.activities.kinds.coaching.forms import TimeForm, TrainingForm
from apps.activities.kinds.coaching.models import CoachTime, CoachTraining, may_keep_coaches
from apps.activities.kinds.coaching.pairs import coaches_at, load_of
from apps.activities.kinds.coaching.permissions import can_see_coaches
from apps.activities.views.common import add_blocks, whole_page
from apps.core.permissions import require
from apps.schools.enums import STAFF_ROLES
from apps.schools.models import Membership, Organisation
from apps.schools.scope import scope_of


def coaches(request: HttpRequest) -> HttpResponse:
    """A CPD lead sees the coaches of their schools, with numbers and never with whom; everybody
    on a staff sees their own load."""
    person: Any = request.user
    require(can_see_coaches(person))
    led = Organisation.objects.filter(pk__in=may_keep_coaches(person)).order_by("name")
    works = scope_of(person).organisations(*STAFF_ROLES)
    mine = [load_of(person.pk, pk) for pk in sorted(works)[:1]]
    context = {
        "schools": [{"school": school, "coaches": coaches_at(school)} for school in led[:10]],
        "mine": next((load for load in mine if load.trained), None),
        "works": bool(works),
    }
    return whole_page(request, "activities/coaching/coaches.html", context)


def training(request: HttpRequest, ref: str) -> HttpResponse:
    """The CPD lead records that somebody was trained."""
    person: Any = request.user
    rows = Organisation.objects.filter(pk__in=may_keep_coaches(person))
    school = get_object_or_404(rows, ref=ref)
    form = TrainingForm(request.POST or None, organisation=school)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.record_training(by=person, **form.cleaned_data)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            said = _("Recorded: %(name)s may coach now.") % {"name": row.person.name}
            messages.success(request, said)
            return redirect("activities:coaching_coaches")
    return whole_page(
        request, "activities/coaching/training.html", {"form": form, "school": school}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pid: str) -> HttpResponse:
    """Ask first, then take back training that was recorded wrongly."""
    person: Any = request.user
    rows = CoachTraining.objects.filter(organisation_id__in=may_keep_coaches(person))
    row = get_object_or_404(rows.select_related("person"), public_id=pid)
    if request.method == "POST":
        actions.take_back_training(row, by=person)
        messages.success(request, _("The training is taken back."))
        return redirect("activities:coaching_coaches")
    return whole_page(request, "activities/coaching/take_back.html", {"row": row})


def time(request: HttpRequest, pid: str) -> HttpResponse:
    """How many coachees, and how much protected time."""
    person: Any = request.user
    staff = Membership.objects.current().staff().select_related("person", "organisation")
    member = staff.filter(organisation_id__in=may_keep_coaches(person), public_id=pid).first()
    if member is None:
        raise Http404
    held = CoachTime.objects.filter(person=member.person, organisation=member.organisation).first()
    initial = {"most": held.most, "minutes": held.minutes} if held else {}
    form = TimeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_time(by=person, member=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("activities:coaching_coaches")
    return whole_page(request, "activities/coaching/time.html", {"form": form, "member": member})
