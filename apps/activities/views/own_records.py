"""What one does with one's own records: take them away, link one to an objective."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.activities.engine import objectives
from apps.activities.models import Record
from apps.activities.own_words import answers_of, in_one_text, name_of
from apps.activities.permissions import can_link_record
from apps.activities.views.common import get_record, page
from apps.core import audit_trail, clock
from apps.core.exports import csv_response
from apps.core.permissions import require


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """All that I own, as a page to keep or a table (POST ``as``: html or csv). An observation
    belongs to the person observed: nobody else gets it here, its author neither."""
    person: Any = request.user
    rows = (
        Record.objects.mine(person)
        .filter(owner=person)
        .select_related("author", "owner", "organisation", "activity")
    )
    if request.method != "POST":
        return page(request, "export", {"count": rows.count()})
    entries = [(row, name_of(row), answers_of(row)) for row in rows]
    with transaction.atomic():
        audit_trail.record("records.exported", person, by=person, count=len(entries))
    if request.POST.get("as") == "csv":
        return csv_response(_("my-records"), _header(), map(_cells, entries))
    context = {"entries": entries, "person": person, "day": clock.today()}
    content = render_to_string("activities/export_file.html", context)
    response = HttpResponse(content, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-records.html"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def objective(request: HttpRequest, pid: str) -> HttpResponse:
    """Link an entry of mine to an objective of my appraisal, or take that back. POST: ``linked``
    (yes or no)."""
    target = get_record(request, pid)
    person: Any = request.user
    require(can_link_record(person, target))
    if request.method != "POST":
        return page(request, "record_objective", {"record": target})
    linked = request.POST.get("linked") == "yes"
    objectives.link(target, by=person, linked=linked)
    words = _("It is linked to an objective of yours.") if linked else _("The link is taken back.")
    messages.success(request, words)
    return redirect("activities:record", pid)


def _header() -> list[str]:
    return [_("Date"), _("What"), _("Activity"), _("Written by"), _("Who can see it"), _("Text")]


def _cells(entry: Any) -> list[str]:
    row, name, answers = entry
    title = row.activity.title if row.activity else ""
    day = row.happened_on.isoformat()
    return [
        day,
        name,
        title,
        row.author.name,
        str(row.get_audience_display()),
        in_one_text(answers),
    ]
