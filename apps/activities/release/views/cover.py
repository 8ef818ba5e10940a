"""Next week's list for whoever arranges cover: who is out, when, and no word on why."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.activities.engine import Blocked, Stale
from apps.activities.models import Release
from apps.activities.release import actions
from apps.activities.release.cover import WHY, Out, next_monday, out_in_week
from apps.activities.release.forms import CorrectForm, WeekForm
from apps.activities.release.permissions import can_arrange_cover, can_see_cover
from apps.activities.release.views.common import page, tabs
from apps.activities.views.common import CONFLICT, add_blocks
from apps.core import clock
from apps.core.exports import csv_response
from apps.core.permissions import require
from apps.schools.cycles import monday_of
from apps.schools.delegates import covers_for
from apps.schools.models import Organisation


def cover(request: HttpRequest) -> HttpResponse:
    """Who is out in a week. GET: ``week`` (any day of it; next week unless given), ``school``
    (ref), ``format=csv``."""
    person: Any = request.user
    require(can_see_cover(person))
    schools = list(Organisation.objects.filter(pk__in=covers_for(person)).order_by("name"))
    form = WeekForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    school = next((s for s in schools if s.ref == asked.get("school")), schools[0])
    monday = monday_of(asked.get("week") or next_monday(clock.today()))
    out = out_in_week(school, monday)
    if request.GET.get("format") == "csv":
        return csv_response(f"cover-{monday:%Y-%m-%d}", _header(), map(_line, out))
    context = {
        "school": school,
        "schools": schools if len(schools) > 1 else [],
        "monday": monday,
        "friday": monday + timedelta(days=4),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "days": [(day, list(rows)) for day, rows in groupby(out, key=lambda one: one.row.day)],
        "count": len(out),
        "open_count": sum(one.is_open for one in out),
        "made_at": clock.now(),
        "why": WHY,
        "tabs": tabs(person, "cover", school),
    }
    return page(request, "cover", context)


def arrange(request: HttpRequest, pid: str) -> HttpResponse:
    """Say how somebody's absence is covered, without a word on why they are out."""
    person: Any = request.user
    rows = Release.objects.coverable_by(person).select_related("person", "organisation")
    row = rows.filter(public_id=pid).first()
    if row is None:
        raise Http404
    require(can_arrange_cover(person, row))
    form = CorrectForm(request.POST or None, row=row, may=["cover"])
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.correct(row, by=person, version=version, values=form.values)
        except Stale as stale:
            current: Any = stale.current
            row, status = current, CONFLICT
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["version"] = current.version
            form.add_error(None, _("Somebody changed it in between: look again and save."))
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect(_week_url(row))
    context = {"row": row, "form": form, "why": WHY, "back": _week_url(row)}
    context["tabs"] = tabs(person, "cover", row.organisation)
    response = page(request, "arrange", context)
    response.status_code = status or response.status_code
    return response


def _week_url(row: Release) -> str:
    week = f"&week={monday_of(row.day):%Y-%m-%d}" if row.day else ""
    return f"{reverse('activities:release_cover')}?school={row.organisation.ref}{week}"


def _header() -> list[str]:
    return [
        _("Day"),
        _("Name"),
        _("Out from"),
        _("Back at"),
        _("Periods"),
        _("Why"),
        _("Cover"),
        _("State"),
    ]


def _line(one: Out) -> list[Any]:
    row = one.row
    return [
        row.day,
        row.person.name,
        _clock(row.starts_at),
        _clock(row.ends_at),
        ", ".join(one.periods),
        str(WHY),
        one.cover,
        row.get_state_display(),
    ]


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else _("all day, or not known")
