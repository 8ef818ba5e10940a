"""The list of promises, and what people are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock
from apps.core.notices import told
from apps.followups import sources
from apps.followups.forms import FilterForm
from apps.followups.models import SOON, FollowUp, FollowUpQuerySet
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

A_PAGE = 25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Promises I may see, the open ones, overdue first, unless the address says otherwise:

    - whose: mine, shared (other people's that I may see)
    - due: overdue, today, week (today and the seven days after), now (today or before)
    - state: open, done, moved, dropped, all
    - school: a school's ref
    """
    person: Any = request.user
    schools = Organisation.objects.filter(pk__in=scope_of(person).organisations())
    form = FilterForm(request.GET, schools=list(schools))
    chosen = form.chosen()
    rows = filtered(person, **chosen).select_related("owner", "organisation").urgent_first()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "followups/list.html",
        {
            "filters": form,
            "page": page,
            "rows": _shown(person, page.object_list),
            "count_text": _counted(page.paginator.count, chosen["state"]),
            "filtered": any(value for name, value in chosen.items() if name != "state")
            or chosen["state"] != "open",
            "private": _private(person),
            "can_add": bool(scope_of(person).organisations()),
        },
    )


def _private(person: Any) -> dict[str, int]:
    """What the people of the schools that ``person`` leads keep to themselves, in counts."""
    led = scope_of(person).organisations(Role.CPD_LEAD)
    return FollowUp.objects.exclude(owner=person).private_at(led) if led else {}


def filtered(
    person: Any, *, whose: str = "", due: str = "", state: str = "open", school: str = ""
) -> FollowUpQuerySet:
    """What the list shows for these parameters of its address."""
    rows = FollowUp.objects.visible_to(person).in_state(state)
    if whose == "mine":
        rows = rows.owned_by(person)
    elif whose == "shared":
        rows = rows.exclude(owner=person)
    if school:
        rows = rows.filter(organisation__ref=school)
    today = clock.today()
    match due:
        case "now":
            return rows.due(today)
        case "overdue":
            return rows.overdue(today)
        case "today":
            return rows.due_today(today)
        case "week":
            return rows.due_between(today, today + timedelta(days=SOON))
    return rows


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    page = Paginator(person.notices.all(), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "followups/notices.html",
        {"page": page, "told": told(page.object_list), "unread": person.notices.unread().exists()},
    )


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    if person.notices.unread().update(read_at=clock.now()):
        messages.success(request, _("Everything is marked as read."))
    return redirect("followups:notices")


def _shown(person: Any, rows: Any) -> list[dict[str, Any]]:
    rows = list(rows)
    links = sources.links_of(rows)
    today = clock.today()
    return [
        {
            "followup": row,
            "is_mine": row.owner_id == person.pk,
            "who": _("You") if row.owner_id == person.pk else row.owner.name,
            "school": "" if row.owner_id == person.pk else row.organisation.name,
            "source": links[row.pk].title if row.pk in links else "",
            "status": row.urgency(today),
        }
        for row in rows
    ]


def _counted(count: int, state: str) -> str:
    if state == "open":
        return ngettext("%(n)d open follow-up", "%(n)d open follow-ups", count) % {"n": count}
    return ngettext("%(n)d follow-up", "%(n)d follow-ups", count) % {"n": count}
