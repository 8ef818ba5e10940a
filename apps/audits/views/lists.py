"""What there is to answer, the audits of my schools, their needs, and the alliance's."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.audits.alliances import FEWEST_SCHOOLS, needs_across
from apps.audits.enums import AuditState, NeedState, SchoolState
from apps.audits.models import Audit, AuditSchool, Need
from apps.audits.permissions import can_create, can_create_for_alliance
from apps.audits.reading import answered_counts
from apps.audits.views.pages import Request
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import Scope, scope_of

PER_PAGE = 30
AUDITS: dict[str, Any] = {
    "all": lambda rows: rows,
    "draft": lambda rows: rows.drafts(),
    "open": lambda rows: rows.open(),
    "closed": lambda rows: rows.closed(),
}
NEEDS: dict[str, Any] = {
    "all": lambda rows: rows,
    "open": lambda rows: rows.open(),
    "unplanned": lambda rows: rows.without_activity(),
    "planned": lambda rows: rows.filter(state=NeedState.PLANNED),
    "met": lambda rows: rows.filter(state=NeedState.MET),
    "set_aside": lambda rows: rows.filter(state=NeedState.SET_ASIDE),
}


@require_GET
def index(request: Request) -> HttpResponse:
    """One tab at a time, the first that the person has when none is asked for.

    ``answer``  waiting, all: audits I am asked to answer
    ``audits``  all, draft, open, closed: audits that I run, or of the school I head
    ``needs``   all, open, unplanned, planned, met, set_aside: needs I may see
    ``alliance``  public id: what the schools of an alliance I coordinate need
    ``school``  ref: only this school's audits or needs
    """
    person: Any = request.user
    scope = scope_of(person)
    tab = _tab(request, scope)
    context = {"tab": tab, "tabs": _tabs(scope, tab), "may_create": bool(can_create(person))}
    rows = SHOWN[tab](request, person, scope)
    return render(request, f"audits/list_{tab}.html", context | rows)


def _open_tabs(scope: Scope) -> list[str]:
    tabs = []
    if scope.organisations(Role.CPD_LEAD, Role.HEAD):
        tabs.append("audits")
    if scope.alliances(Role.COORDINATOR):
        tabs.append("alliance")
    if scope.staffed or scope.has(Role.HEAD, Role.COORDINATOR):
        tabs.append("needs")
    if scope.has(Role.TEACHER, Role.SUPPORT):
        tabs.append("answer")
    return tabs or ["answer"]


def _tab(request: Request, scope: Scope) -> str:
    asked = next((tab for tab in SHOWN if tab in request.GET), None)
    tabs = _open_tabs(scope)
    if asked in tabs:
        return asked
    return "answer" if not scope.has(Role.CPD_LEAD, Role.HEAD, Role.COORDINATOR) else tabs[0]


def _tabs(scope: Scope, current: str) -> list[dict[str, Any]]:
    words = {
        "audits": _("Audits"),
        "alliance": _("Across the alliance"),
        "needs": _("Needs"),
        "answer": _("For me to answer"),
    }
    url = reverse("audits:list")
    return [
        {"label": words[tab], "url": f"{url}?{tab}=all", "current": tab == current, "count": None}
        for tab in _open_tabs(scope)
    ]


def _page(request: Request, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _school(request: Request, rows: QuerySet[Any]) -> tuple[QuerySet[Any], Organisation | None]:
    """``rows`` of the school asked for; none when it is not the person's to see."""
    ref = request.GET.get("school", "")
    if not ref:
        return rows, None
    found = Organisation.objects.visible_to(request.user).filter(ref=ref).first()
    return (rows.filter(organisation=found), found) if found else (rows.none(), None)


def _to_decide(person: Any) -> list[AuditSchool]:
    """Audits of alliances that schools of mine have been invited to, before they open."""
    mine = AuditSchool.objects.decided_by(person).exclude(state=SchoolState.LAPSED)
    rows = mine.exclude(audit__state=AuditState.CLOSED)
    return list(rows.select_related("audit__alliance", "organisation").order_by("-pk")[:PER_PAGE])


def _answer(request: Request, person: Any, scope: Scope) -> dict[str, Any]:
    waiting = list(
        Audit.objects.waiting_for(person).select_related("organisation", "alliance")[:PER_PAGE]
    )
    context: dict[str, Any] = {"waiting": waiting, "today": clock.today()}
    if request.GET.get("answer") != "waiting":
        others = Audit.objects.asked_of(person).exclude(pk__in=[audit.pk for audit in waiting])
        page = _page(request, others.select_related("organisation", "alliance"))
        answered = set(
            person.participations.answered().filter(audit__in=page).values_list("audit", flat=True)
        )
        context |= {"page_obj": page, "answered": answered}
    return context


def _audits(request: Request, person: Any, scope: Scope) -> dict[str, Any]:
    state = request.GET.get("audits", "")
    mine = Audit.objects.led_by(person) | Audit.objects.headed_by(person)
    rows, school = _school(request, AUDITS.get(state, AUDITS["all"])(mine))
    taken = Count("needs", filter=Q(needs__person__isnull=True))
    rows = rows.select_related("organisation").annotate(taken=taken)
    page = _page(request, rows.order_by("-opens_on", "-pk"))
    counts = answered_counts(page, person)
    led = scope.organisations(Role.CPD_LEAD)
    return {
        "page_obj": page,
        "rows": [(audit, counts[audit.pk], audit.organisation_id in led) for audit in page],
        "several": len(scope.organisations(Role.CPD_LEAD, Role.HEAD)) > 1,
        "places": _to_decide(person) if page.number == 1 else [],
        "filters": _choices("audits", state, AUDIT_WORDS, school),
        "filtered": bool(school) or (bool(state) and state != "all"),
    }


def _needs(request: Request, person: Any, scope: Scope) -> dict[str, Any]:
    state = request.GET.get("needs", "")
    mine = Need.objects.visible_to(person)
    rows, school = _school(request, NEEDS.get(state, NEEDS["all"])(mine))
    rows = rows.select_related("organisation", "topic", "audit").annotate(
        planned=Count("activities", distinct=True)
    )
    return {
        "page_obj": _page(request, rows.order_by("-created_at", "-pk")),
        "several": len(scope.organisations()) > 1 or scope.has(Role.COORDINATOR),
        "filters": _choices("needs", state, NEED_WORDS, school),
        "filtered": bool(school) or (bool(state) and state != "all"),
    }


def _alliance(request: Request, person: Any, scope: Scope) -> dict[str, Any]:
    mine = Alliance.objects.filter(pk__in=scope.alliances(Role.COORDINATOR))
    alliances = list(mine)
    pid = request.GET.get("alliance", "")
    here = next((a for a in alliances if a.public_id == pid), alliances[0])
    return {
        "alliance": here,
        "alliances": alliances,
        "fewest": FEWEST_SCHOOLS,
        "found": needs_across(here),
        "audits": list(Audit.objects.filter(alliance=here)[:PER_PAGE]),
        "may_ask": bool(can_create_for_alliance(person)),
    }


AUDIT_WORDS: dict[str, Any] = {
    "all": gettext_lazy("All"),
    "draft": gettext_lazy("Drafts"),
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
}
NEED_WORDS: dict[str, Any] = {
    "all": gettext_lazy("All"),
    "open": gettext_lazy("Open"),
    "unplanned": gettext_lazy("Nothing planned yet"),
    "planned": gettext_lazy("Being worked on"),
    "met": gettext_lazy("Met"),
    "set_aside": gettext_lazy("Set aside"),
}


def _choices(
    name: str, state: str, words: dict[str, Any], school: Organisation | None
) -> list[dict[str, Any]]:
    more = f"&school={school.ref}" if school else ""
    return [
        {
            "label": label,
            "url": f"?{name}={value}{more}",
            "current": value == (state if state in words else "all"),
        }
        for value, label in words.items()
    ]


SHOWN: dict[str, Any] = {
    "answer": _answer,
    "audits": _audits,
    "needs": _needs,
    "alliance": _alliance,
}
