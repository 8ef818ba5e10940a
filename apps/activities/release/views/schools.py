"""Used against planned in a school and across an alliance; what a school sets for itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.activities.models import Release
from apps.activities.release import actions, figures
from apps.activities.release.forms import staff_choices
from apps.activities.release.permissions import can_see_alliance
from apps.activities.release.school_forms import (
    AllowanceForm,
    BudgetForm,
    DelegateForm,
    RateForm,
)
from apps.activities.release.views.common import PAGE, page, tabs, this_year
from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.core.years import year_bounds, year_label
from apps.schools.actions import release as of_schools
from apps.schools.enums import DelegateKind
from apps.schools.models import Alliance, Delegate, Organisation, SupplyRate, TimeBudget
from apps.schools.permissions.release import (
    can_appoint,
    can_see_release,
    can_set_allowance,
)
from apps.schools.scope import scope_of

MOST_ACTIVITIES = 20


def _year(request: HttpRequest) -> int:
    """The year asked for, if it is near; else this one."""
    now, asked = this_year(), request.GET.get("year", "")
    return int(asked) if asked in {str(now - 1), str(now), str(now + 1)} else now


def _years(current: int) -> list[dict[str, Any]]:
    now = this_year()
    return [
        {"label": year_label(y), "url": f"?year={y}", "current": y == current}
        for y in (now - 1, now, now + 1)
    ]


def _school(request: HttpRequest, ref: str) -> Organisation:
    person: Any = request.user
    mine = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    school = get_visible(mine, person, ref=ref)
    require(can_see_release(person, school))
    return school


def school(request: HttpRequest, ref: str) -> HttpResponse:
    """Release of a school's people, by person and by activity. GET: ``year``, ``page``."""
    person: Any = request.user
    found = _school(request, ref)
    year = _year(request)
    rows = Release.objects.at(found).in_year(year)
    budget = figures.budget_of(found, year)
    everybody = figures.people(found, year, budget)
    now = clock.today() if year == this_year() else None
    by_activity = figures.grouped(rows, "activity__title", "activity__public_id")
    context = {
        "school": found,
        "year": year,
        "years": _years(year),
        "figures": figures.totals(rows),
        "people": Paginator(everybody, PAGE).get_page(request.GET.get("page")),
        "warned": [one for one in everybody if one.passes],
        "activities": sorted(by_activity, key=lambda one: -one[1].planned)[:MOST_ACTIVITIES],
        "payers": figures.by_payer(rows),
        "budget": budget,
        "allowance": figures.allowance(found, now, budget) if now else None,
        "tabs": tabs(person, "school", found),
    }
    return page(request, "school", context)


def alliance(request: HttpRequest, pid: str) -> HttpResponse:
    """School totals in an alliance's activities, for its coordinators. GET: ``year``."""
    person: Any = request.user
    found = get_visible(Alliance.objects.of(person), person, public_id=pid)
    require(can_see_alliance(person, found))
    year = _year(request)
    schools, together = figures.schools_of(found, year)
    context = {
        "alliance": found,
        "years": _years(year),
        "schools": schools,
        "figures": together,
        "kept_back": [one for one in schools if one.figures is None],
        "rule": figures.RULE,
    }
    return page(request, "alliance", context)


# What a school sets for itself


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, ref: str) -> HttpResponse:
    """Supply rates, directed time, allowance and delegates. GET: ``year``; POST: ``what``."""
    found = _school(request, ref)
    person: Any = request.user
    year = _year(request)
    budget = figures.budget_of(found, year)
    forms = _forms(request, found, budget or TimeBudget(organisation=found, year=year))
    sent = request.POST.get("what", "")
    form = forms.get(sent)
    if request.method == "POST" and form is not None and form.is_valid():
        messages.success(request, SAVERS[sent](person, found, year, form.cleaned_data))
        return redirect(f"{request.path}?year={year}")
    context = {
        "school": found,
        "year": year,
        "year_name": year_label(year),
        "years": _years(year),
        "forms": forms,
        "form": form,
        "rates": list(SupplyRate.objects.filter(organisation=found)),
        "budget": budget,
        "delegates": _delegates(found, person),
        "may_allow": can_set_allowance(person, found),
        "tabs": tabs(person, "settings", found),
    }
    return page(request, "settings", context)


def _forms(request: HttpRequest, school: Organisation, budget: TimeBudget) -> dict[str, Any]:
    """The forms of the page by name; the one that was sent is bound."""
    person: Any = request.user
    sent = request.POST.get("what", "")
    data = {name: request.POST if sent == name else None for name in SAVERS}
    names = ("directed_hours", "cpd_hours", "most_out")
    hours = {name: getattr(budget, name) for name in names}
    forms: dict[str, Any] = {
        "rate": RateForm(data["rate"], initial=_last_rate(school, budget)),
        "budget": BudgetForm(data["budget"], initial=hours),
    }
    if can_set_allowance(person, school):
        forms["allowance"] = AllowanceForm(
            data["allowance"], initial={"term_minutes": budget.term_minutes}
        )
    kinds = [kind for kind in DelegateKind if can_appoint(person, school, kind)]
    forms["delegate"] = DelegateForm(
        data["delegate"], members=staff_choices([school.pk]), kinds=kinds
    )
    return forms


def _last_rate(school: Organisation, budget: TimeBudget) -> dict[str, Any]:
    """What holds now, so that a correction keeps what it does not mention."""
    names = ("pence", "lessons", "extra_hour_pence")
    held = SupplyRate.objects.filter(organisation=school).values("starts_on", *names).first()
    return held or {"starts_on": year_bounds(budget.year)[0]}


def _delegates(school: Organisation, person: Any) -> list[dict[str, Any]]:
    rows = Delegate.objects.current().filter(organisation=school).select_related("person")
    return [
        {"row": row, "may_end": can_appoint(person, school, DelegateKind(row.kind))} for row in rows
    ]


def _save_rate(person: Any, school: Organisation, _year: int, data: dict[str, Any]) -> str:
    changed = actions.set_rate(by=person, organisation=school, **data)
    if changed:
        return _("The rate is saved; supply priced anew: %(count)d.") % {"count": changed}
    return _("The rate is saved.")


def _save_budget(person: Any, school: Organisation, year: int, data: dict[str, Any]) -> str:
    of_schools.set_budget(by=person, organisation=school, year=year, **data)
    return _("The time set aside is saved.")


def _save_allowance(person: Any, school: Organisation, year: int, data: dict[str, Any]) -> str:
    of_schools.set_allowance(
        by=person, organisation=school, year=year, minutes=data["term_minutes"]
    )
    return _("The allowance is saved. It holds for what is asked for from now on.")


def _save_delegate(person: Any, school: Organisation, _year: int, data: dict[str, Any]) -> str:
    delegate = of_schools.appoint(
        by=person,
        organisation=school,
        person=data["member"].person,
        kind=DelegateKind(data["kind"]),
    )
    return _("%(name)s: %(kind)s.") % {
        "name": delegate.person.name,
        "kind": delegate.get_kind_display(),
    }


SAVERS = {
    "rate": _save_rate,
    "budget": _save_budget,
    "allowance": _save_allowance,
    "delegate": _save_delegate,
}


@require_POST
def end_delegate(request: HttpRequest, pid: str) -> HttpResponse:
    """Take back what was handed on."""
    person: Any = request.user
    delegate = get_visible(
        Delegate.objects.select_related("organisation", "person"), person, public_id=pid
    )
    require(can_appoint(person, delegate.organisation, DelegateKind(delegate.kind)))
    of_schools.dismiss(by=person, delegate=delegate)
    messages.success(request, _("%(name)s no longer does this.") % {"name": delegate.person.name})
    return redirect("activities:release_settings", delegate.organisation.ref)
