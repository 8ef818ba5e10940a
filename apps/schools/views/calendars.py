"""A school's term dates, a year at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.core.years import academic_year, year_label
from apps.schools.actions import calendars as actions
from apps.schools.forms.calendars import CalendarForm
from apps.schools.models import Organisation
from apps.schools.permissions.calendars import can_keep_calendar
from apps.schools.scope import scope_of


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """Type in terms, half-terms, INSET days and closures; ``?year=2026`` chooses 2026/27."""
    person: Any = request.user
    mine = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    school = get_visible(mine, person, ref=ref)
    require(can_keep_calendar(person, school))
    year = _year(request)
    present = actions.entries_of(school, year)
    seen = {"seen": actions.seal(present)}
    form = CalendarForm(request.POST or None, initial=seen, year=year, entries=present)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _save(person, school, form):
            said = _("The term dates of %(year)s are saved.")
            messages.success(request, said % {"year": year_label(year)})
            return redirect(_url(school, year))
    context = {
        "school": school,
        "form": form,
        "year": year_label(year),
        "is_empty": not present,
        "tabs": _tabs(school, year),
    }
    return render(request, "schools/calendar.html", context, status=status)


def _save(person: Any, school: Organisation, form: CalendarForm) -> bool:
    try:
        actions.set_calendar(
            by=person,
            organisation=school,
            year=form.year,
            entries=form.entries(),
            seen=form.cleaned_data["seen"],
        )
    except actions.CalendarChangedError:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = actions.seal(actions.entries_of(school, form.year))
        form.add_error(
            None,
            _(
                "Somebody else saved this year since you opened the page. Your dates are still "
                "here: save again to replace theirs."
            ),
        )
        return False
    return True


def _year(request: HttpRequest) -> int:
    """The year asked for, if it is near; else this one."""
    now = academic_year(clock.today())
    asked = request.GET.get("year", "")
    return int(asked) if asked in {str(now - 1), str(now), str(now + 1)} else now


def _url(school: Organisation, year: int) -> str:
    return f"{reverse('schools:calendar', args=[school.ref])}?year={year}"


def _tabs(school: Organisation, chosen: int) -> list[dict[str, Any]]:
    now = academic_year(clock.today())
    return [
        {"label": year_label(year), "url": _url(school, year), "current": year == chosen}
        for year in (now - 1, now, now + 1)
    ]
