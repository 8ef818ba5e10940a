"""A school's term dates from a calendar file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.core.permissions import get_visible, require
from apps.core.tabular import UnreadableFile
from apps.core.ui.dates import day
from apps.core.years import year_label
from apps.schools.actions import calendar_files as actions
from apps.schools.forms.calendar_files import CalendarFileForm, DatesForm
from apps.schools.ics.planning import Planned
from apps.schools.models import CalendarFile, Organisation, TermDate
from apps.schools.permissions.calendars import can_keep_calendar
from apps.schools.scope import scope_of


def _school(request: HttpRequest, ref: str) -> Organisation:
    person: Any = request.user
    mine = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    school = get_visible(mine, person, ref=ref)
    require(can_keep_calendar(person, school))
    return school


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose the file; what it says is shown before anything is written."""
    school = _school(request, ref)
    form = CalendarFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            known = actions.store_file(
                by=request.user,  # type: ignore[arg-type]
                organisation=school,
                filename=file.name,
                data=file.read(),
            )
        except UnreadableFile as unreadable:
            form.add_error("file", str(unreadable))
        else:
            return redirect("schools:calendar_preview", ref, known.public_id)
    first, last = actions.years_read()
    context = {"school": school, "form": form, "years": (year_label(first), year_label(last))}
    status = 422 if form.is_bound else 200
    return render(request, "schools/calendar_file.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, ref: str, pid: str) -> HttpResponse:
    """What the file says and what it would change; one press reads it in."""
    school = _school(request, ref)
    person: Any = request.user
    files = CalendarFile.objects.filter(organisation=school).select_related("organisation")
    file = get_visible(files, person, public_id=pid)
    form = DatesForm(request.POST if request.method == "POST" else None, file=file)
    if request.method == "POST" and form.is_valid():
        done = actions.read_in(by=person, file=file, dates=form.dates())
        messages.success(request, _said(done))
        return redirect("schools:calendar", ref)
    planned = actions.changes(school, form.default_dates())
    known, others = form.lines(_change_words(planned, form.default_dates()))
    context = {
        "school": school,
        "file": file,
        "form": form,
        "known": known,
        "others": others,
        "going": _going(planned),
        "read": file.entries,
        "nothing_new": not planned,
    }
    status = 422 if form.is_bound else 200
    return render(request, "schools/calendar_preview.html", context, status=status)


def _said(done: actions.Changes) -> str:
    if not done:
        return _("The file says what is here already: nothing has changed.")
    return ngettext(
        "%(n)d date was read in or changed.", "%(n)d dates were read in or changed.", len(done.come)
    ) % {"n": len(done.come)}


def _change_words(planned: actions.Changes, dates: list[Planned]) -> dict[Any, str]:
    """By kind and first day: new, changed from what, or as it is."""
    come = {(one.kind, one.first) for one in planned.come}
    words = {}
    for one in dates:
        key = (one.kind, one.first)
        before = next((row for row in planned.gone if _same_thing(row, one)), None)
        if key not in come:
            words[key] = _("As it is")
        elif before is None:
            words[key] = _("New")
        elif (before.starts_on, before.ends_on) == (one.first, one.last):
            words[key] = _("As it is")
        else:
            words[key] = _("Now %(days)s") % {"days": _days(before)}
    return words


def _same_thing(row: TermDate, one: Planned) -> bool:
    if row.kind != one.kind:
        return False
    return row.uid == one.uid or (row.starts_on <= one.last and one.first <= row.ends_on)


def _going(planned: actions.Changes) -> list[tuple[str, str]]:
    """What would be taken out with nothing in its place: kind and days."""
    return [
        (row.get_kind_display(), _days(row))
        for row in planned.gone
        if not any(_same_thing(row, one) for one in planned.come)
    ]


def _days(row: TermDate) -> str:
    if row.starts_on == row.ends_on:
        return day(row.starts_on)
    return f"{day(row.starts_on)} – {day(row.ends_on)}"
