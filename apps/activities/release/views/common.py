"""What the pages about release share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import clock
from apps.core.years import academic_year
from apps.schools.delegates import approves_for, covers_for
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

PAGE = 50


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; 422 when it carries a form that was sent and is not valid."""
    form = context.get("form")
    invalid = form is not None and form.is_bound and bool(form.errors)
    return render(
        request, f"activities/release/{template}.html", context, status=422 if invalid else 200
    )


def led_by(person: Person) -> frozenset[int]:
    """Ids of the schools whose release the person sees as a whole."""
    return scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)


def tabs(person: Person, current: str, school: Organisation | None = None) -> list[dict[str, Any]]:
    """The places of release time that the person has; none where there is only one."""
    led = led_by(person)
    ref = school.ref if school is not None and school.pk in led else _ref_of(person)
    places = (
        ("school", _("Used and planned"), "activities:release_school", led, True),
        ("ledger", _("Ledger"), "activities:release", True, False),
        ("approvals", _("Approvals"), "activities:release_approvals", approves_for(person), False),
        ("cover", _("Cover list"), "activities:release_cover", covers_for(person), False),
        ("settings", _("Rates and allowance"), "activities:release_settings", led, True),
        ("people", _("Staff list"), "schools:staff", led, True),
    )
    found = [
        {
            "label": label,
            "url": reverse(view, args=[ref] if of_school else None),
            "current": slug == current,
        }
        for slug, label, view, has, of_school in places
        if has
    ]
    return found if len(found) > 1 else []


def _ref_of(person: Person) -> str:
    """The school of the first desk at which the person leads."""
    held = (h for h in scope_of(person).held if h.role in (Role.CPD_LEAD, Role.HEAD))
    return next((h.ref for h in held), "")


def this_year() -> int:
    return academic_year(clock.today())
