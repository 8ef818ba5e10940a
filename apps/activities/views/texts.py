"""Changing the words of an entry, alone or together, and what they were before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.activities import engine, readers
from apps.activities.engine import Blocked, Stale
from apps.activities.engine.records import can_be_reworded
from apps.activities.engine.versions import compare
from apps.activities.forms.records import EditForm
from apps.activities.models import RecordVersion
from apps.activities.permissions import can_edit_record, can_see_versions
from apps.activities.views.common import CONFLICT, add_blocks, declared_of, get_record, page
from apps.core.permissions import require

MOST = 100


def edit(request: HttpRequest, pid: str) -> HttpResponse:
    """Change the words; when somebody saved first, both texts are shown and none is lost."""
    target = get_record(request, pid)
    person: Any = request.user
    require(can_edit_record(person, target))
    if request.method != "POST":  # what was typed before comes back with the reason instead
        require(can_be_reworded(target))
    declared = declared_of(target)
    initial = {**target.data, "text": target.text, "version": target.version}
    form = EditForm(request.POST or None, declared=declared, initial=initial)
    form.known = (target.author.name, target.owner.name, target.organisation.name)
    if target.activity and form.is_bound:
        form.known += readers.names_known_in(target.activity)
    context = {
        "record": target,
        "form": form,
        "name": declared.name if declared else target.get_form_display(),
        "readers": readers.readers_of(target, person),
    }
    if request.method == "POST" and form.is_valid():
        try:
            engine.edit_record(
                target,
                by=person,
                version=form.cleaned_data["version"],
                text=form.cleaned_data["text"],
                data=form.extra_data,
            )
        except Stale as stale:
            return _both(request, form, stale, context)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:record", pid)
    return page(request, "record_edit", context)


def _both(
    request: HttpRequest, form: EditForm, stale: Stale, context: dict[str, Any]
) -> HttpResponse:
    """What is stored now, with what changed in it since, above my own words in the form."""
    current: Any = stale.current
    seen = form.cleaned_data["version"]
    kept = current.versions.filter(version__in=(seen, current.version)).select_related("by")
    known = {row.version: row for row in kept}
    form.data = form.data.copy()
    form.data["version"] = current.version
    more = {
        "theirs": compare(known.get(seen), current, declared_of(current)),
        "saved": known.get(current.version),
        "marked": seen in known,
    }
    response = page(request, "record_edit", {**context, **more})
    response.status_code = CONFLICT
    return response


def versions(request: HttpRequest, pid: str) -> HttpResponse:
    """A joint text as it was saved, each time. GET: ``from`` and ``to`` (version numbers) are
    compared; without them the last two."""
    target = get_record(request, pid)
    require(can_see_versions(request.user, target))  # type: ignore[arg-type]
    rows = list(target.versions.select_related("by").order_by("-version")[:MOST])
    chosen = {row.version: row for row in rows}
    after = chosen.get(_number(request, "to"), rows[0] if rows else None)
    before = chosen.get(_number(request, "from")) or _before(rows, after)
    context = {
        "record": target,
        "rows": rows,
        "before": before,
        "after": after,
        "parts": compare(before, after, declared_of(target)) if after else [],
    }
    return page(request, "record_versions", context)


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else 0


def _before(rows: list[RecordVersion], after: RecordVersion | None) -> RecordVersion | None:
    older = (row for row in rows if after is not None and row.version < after.version)
    return next(older, None)
