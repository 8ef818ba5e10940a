"""Take a criterion's baseline and measurements from a question that audits repeat."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.activities.engine import Blocked
from apps.activities.permissions import can_plan
from apps.core.permissions import Denied, Permission, require
from apps.evaluation.measuring import audits
from apps.evaluation.permissions import can_measure
from apps.evaluation.reading import criteria_visible_to


def from_audit(request: HttpRequest, pid: str) -> HttpResponse:
    person: Any = request.user
    source = criteria_visible_to(person).select_related("activity", "baseline_audit")
    criterion: Any = get_object_or_404(source, public_id=pid)
    require(can_measure(person, criterion.activity))
    found = audits.figures(audits.readable(person, criterion.activity))
    if request.method == "POST":
        return _taken(request, criterion, found)
    return render(request, "evaluation/from_audit.html", _context(person, criterion, found))


def _context(person: Any, criterion: Any, found: list[audits.Figure]) -> dict[str, Any]:
    bare = criterion.baseline is None
    offered = found if bare else audits.later(criterion, found)
    taken = set(criterion.measurements.values_list("audit_id", flat=True))
    return {
        "criterion": criterion,
        "activity": criterion.activity,
        "bare": bare,
        "may_begin": _may_begin(person, criterion) if bare else None,
        "rows": [
            {
                "figure": one,
                "taken": one.audit.pk in taken,
                "blocks": one.blocks(criterion),
                "caution": "" if bare else one.caution(criterion.baseline_audit),
            }
            for one in offered
        ],
    }


def _may_begin(person: Any, criterion: Any) -> Permission:
    if audits.is_measured(criterion):
        return Denied(str(audits.MEASURED))
    return can_plan(person, criterion.activity)


def _taken(request: HttpRequest, criterion: Any, found: list[audits.Figure]) -> HttpResponse:
    wanted = request.POST.get("figure", "")
    figure = next((one for one in found if one.key == wanted), None)
    if figure is None:
        raise Http404
    bare = criterion.baseline is None
    try:
        audits.take(by=request.user, criterion=criterion, figure=figure)  # type: ignore[arg-type]
    except Blocked as blocked:
        messages.error(request, str(blocked))
    else:
        words = _("The baseline is the figure of “%(audit)s”.") if bare else _(
            "Stored: the figure of “%(audit)s”."
        )  # fmt: skip
        messages.success(request, words % {"audit": figure.audit.title})
    return redirect("evaluation:activity", criterion.activity.public_id)
