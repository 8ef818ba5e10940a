"""Measurements of several criteria from one file: looked at first, then stored whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Criterion
from apps.core.exports import csv_response
from apps.core.permissions import get_visible, require
from apps.core.tabular import UnreadableFile
from apps.evaluation.measuring import file as table
from apps.evaluation.measuring.actions import Value, measure_many
from apps.evaluation.measuring.forms import MeasurementFileForm
from apps.evaluation.permissions import can_enter, can_measure, can_measure_across
from apps.schools.models import Alliance

SALT, HOUR = "evaluation.measurements", 3600


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is about: an activity, or all activities of an alliance."""

    name: str
    criteria: QuerySet[Criterion]
    back: str
    here: str
    blank: str
    activity: Activity | None = None


def _of_activity(request: HttpRequest, pid: str) -> Place:
    found = get_visible(Activity, request.user, public_id=pid)
    require(can_measure(request.user, found))  # type: ignore[arg-type]
    return Place(
        found.title,
        found.criteria.select_related("activity"),
        reverse("evaluation:activity", args=[pid]),
        reverse("evaluation:activity_file", args=[pid]),
        reverse("evaluation:activity_blank", args=[pid]),
        found,
    )


def _of_alliance(request: HttpRequest, pid: str) -> Place:
    mine = Alliance.objects.of(request.user)  # type: ignore[arg-type]
    found = get_object_or_404(mine, public_id=pid)
    require(can_measure_across(request.user, found))  # type: ignore[arg-type]
    theirs = Activity.objects.visible_to(request.user).filter(alliance=found)  # type: ignore[arg-type]
    under_way = theirs.exclude(state__in=(ActivityState.DRAFT, ActivityState.CANCELLED))
    criteria = Criterion.objects.filter(activity__in=under_way.values("pk"))
    return Place(
        found.name,
        criteria.select_related("activity").order_by("activity__title", "activity_id", "pk"),
        reverse("schools:alliance", args=[pid]),
        reverse("evaluation:alliance_file", args=[pid]),
        reverse("evaluation:alliance_blank", args=[pid]),
    )


def activity_file(request: HttpRequest, pid: str) -> HttpResponse:
    return _file(request, _of_activity(request, pid))


def activity_blank(request: HttpRequest, pid: str) -> HttpResponse:
    return _blank(_of_activity(request, pid))


def alliance_file(request: HttpRequest, pid: str) -> HttpResponse:
    return _file(request, _of_alliance(request, pid))


def alliance_blank(request: HttpRequest, pid: str) -> HttpResponse:
    return _blank(_of_alliance(request, pid))


def _blank(place: Place) -> HttpResponse:
    """The file to fill in: a row for each criterion."""
    found: HttpResponse = csv_response("measurements", table.header(), table.rows(place.criteria))
    return found


def _file(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, place)
    form = MeasurementFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"form": form, "place": place, "activity": place.activity}
    if form.is_valid():
        try:
            preview = table.read(form.cleaned_data["file"], _known(request, place))
        except UnreadableFile as unreadable:
            form.add_error("file", f"{unreadable.reason} {unreadable.fix}")
        else:
            context |= {"preview": preview, "confirm": _signed(place, preview)}
    bad = form.is_bound and form.errors
    return render(request, "evaluation/file.html", context, status=422 if bad else 200)


def _known(request: HttpRequest, place: Place) -> table.Known:
    return table.Known(list(place.criteria), lambda row: can_enter(request.user, row))  # type: ignore[arg-type]


def _signed(place: Place, preview: table.Preview) -> str:
    """What will be stored, if all of the file is understood and something in it is new."""
    if preview.problems or not preview.new:
        return ""
    values = [
        (line.criterion.pk, line.measured_on.isoformat(), str(line.value), line.n, line.note)
        for line in preview.new
    ]
    return signing.dumps({"place": place.here, "values": values}, salt=SALT, compress=True)


def _confirmed(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        sent = signing.loads(request.POST["confirm"], salt=SALT, max_age=HOUR)
    except signing.BadSignature:
        sent = {}
    if sent.get("place") != place.here:
        messages.error(request, _("That took too long. Choose the file again."))
        return redirect(place.here)
    values = [
        Value(criterion, date.fromisoformat(on), Decimal(value), n, note)
        for criterion, on, value, n, note in sent["values"]
    ]
    new = measure_many(by=request.user, values=values)  # type: ignore[arg-type]
    words = ngettext("%(n)d measurement is stored.", "%(n)d measurements are stored.", new)
    messages.success(request, words % {"n": new})
    return redirect(place.back)
