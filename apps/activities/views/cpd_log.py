"""What our staff have done: every training in one list, with hours and cost by the year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.activities import cpd_log
from apps.activities.permissions import can_read_cpd_log
from apps.activities.views.common import page
from apps.core import clock
from apps.core.exports import csv_response
from apps.core.permissions import require
from apps.core.years import academic_year, year_label
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

PAGE, YEARS = 50, 6


class LogFilter(forms.Form):
    year = forms.TypedChoiceField(
        label=gettext_lazy("Academic year"), coerce=int, required=False, empty_value=None
    )
    school = forms.ModelChoiceField(
        label=gettext_lazy("School"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label=gettext_lazy("All that I lead"),
    )
    q = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=80)

    def __init__(self, *args: Any, schools: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        now = academic_year(clock.today())
        fields["year"].choices = [(y, year_label(y)) for y in range(now + 1, now - YEARS, -1)]
        fields["school"].queryset = Organisation.objects.filter(pk__in=schools)
        if len(schools) < 2:
            del fields["school"]

    @property
    def chosen_year(self) -> int:
        asked: int | None = self.cleaned_data.get("year") if self.is_valid() else None
        return asked or academic_year(clock.today())


def log(request: HttpRequest) -> HttpResponse:
    """The log. GET: ``year`` (the first of the two, this one unless given), ``school`` (ref),
    ``q`` (words of the title), ``format=csv``, ``page``. Totals are of all that is filtered."""
    person: Any = request.user
    require(can_read_cpd_log(person))
    schools = cpd_log.schools_read(person)
    data = request.GET.copy()
    data.setdefault("year", str(academic_year(clock.today())))
    form = LogFilter(data, schools=schools)
    year = form.chosen_year
    asked = form.cleaned_data
    if asked.get("school"):
        schools = frozenset({asked["school"].pk})
    rows = cpd_log.in_year(cpd_log.activities_read(person, schools), year)
    if asked.get("q"):
        rows = rows.filter(title__icontains=asked["q"])
    rows = rows.select_related("organisation")
    whole = cpd_log.log_of(rows, schools, led=scope_of(person).organisations(*cpd_log.READERS))
    if request.GET.get("format") == "csv":
        return _csv(whole, year)
    for row in whole.rows:
        row.hours_words, row.each_words = _plain(row.hours), _plain(row.hours_each)
    found = Paginator(whole.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter_form": form,
        "log": whole,
        "found": found,
        "stats": _stats(whole),
        "year": year,
        "csv_url": f"?{_query(request, format='csv')}",
    }
    return page(request, "cpd_log", context)


def _query(request: HttpRequest, **more: str) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    asked.update(more)
    return asked.urlencode()


def _stats(log: cpd_log.Log) -> list[dict[str, Any]]:
    note = ""
    if log.not_recorded:
        note = _("%(count)d without a list of who came") % {"count": log.not_recorded}
    count = len(log.rows)
    return [
        {"number": count, "label": ngettext("entry", "entries", count)},
        {"number": _plain(log.hours), "label": _("hours of those who came"), "note": note},
        {"number": _pounds(log.cost), "label": _("fees and materials")},
        {"number": _pounds(log.release), "label": _("cover, travel and extra pay")},
    ]


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def _pounds(number: Decimal | None) -> str | None:
    return None if number is None else f"£{number:,.2f}"


def _csv(log: cpd_log.Log, year: int) -> HttpResponse:
    header = [
        _("Day"),
        _("Title"),
        _("Kind"),
        _("What it was"),
        _("School"),
        _("Hours each"),
        _("Booked"),
        _("Came"),
        _("Hours"),
        _("Cost in pounds"),
        _("Cover, travel and extra pay in pounds"),
    ]
    rows = (
        [
            row.day,
            row.activity.title,
            str(row.kind.name),
            ", ".join(str(words) for words in row.says if words),
            row.activity.organisation.name,
            row.hours_each,
            row.booked,
            row.came,
            row.hours,
            row.cost,
            row.release,
        ]
        for row in log.rows
    )
    response: HttpResponse = csv_response(f"cpd-{year}", header, rows)
    return response
