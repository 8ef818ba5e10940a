"""The schools I work with, and one school."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.permissions import get_visible
from apps.schools.enums import Role
from apps.schools.forms.alliances import SchoolsFilter
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.permissions.alliances import can_join_for, can_make_alliance, can_see_people
from apps.schools.scope import scope_of

PAGE = 50


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """One row for each place of an organisation in an alliance that I see.

    GET: ``state`` (see `AllianceMemberQuerySet.in_state`), ``alliance`` (public id), ``phase``,
    ``q`` (name, town, postcode or URN), ``page``.
    """
    person = request.user
    alliances = list(Alliance.objects.visible_to(person))
    form = SchoolsFilter(request.GET, alliances=alliances)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = AllianceMember.objects.listed_for(person).in_state(chosen.get("state", ""))
    if chosen.get("alliance"):
        rows = rows.filter(alliance__public_id=chosen["alliance"])
    if chosen.get("phase"):
        rows = rows.filter(organisation__phase=chosen["phase"])
    if chosen.get("q"):
        rows = rows.filter(organisation__in=Organisation.objects.search(chosen["q"]))
    rows = rows.with_signature().select_related("organisation", "alliance")
    page = Paginator(rows.order_by("organisation__name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "schools/list.html",
        {
            "filter": form,
            "filtered": any(chosen.values()),
            "page": page,
            "alliances": alliances,
            "mine": Organisation.objects.filter(pk__in=scope_of(person).organisations()),
            "can_make": can_make_alliance(person),
            "reachable": {alliance.pk for alliance in alliances},
        },
    )


@require_GET
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    school = get_visible(
        Organisation.objects.select_related("successor").prefetch_related("predecessors"),
        request.user,
        ref=ref,
    )
    scope = scope_of(request.user)
    members = list(
        AllianceMember.objects.listed_for(request.user)
        .present()
        .filter(organisation=school)
        .with_signature()
        .select_related("alliance")
        .order_by("alliance__name")
    )
    people = []
    if can_see_people(request.user, school):
        people = list(
            Membership.objects.current()
            .filter(organisation=school, role__in=(Role.HEAD, Role.CPD_LEAD))
            .select_related("person")
            .order_by("role", "person__family_name")
        )
    return render(
        request,
        "schools/detail.html",
        {
            "school": school,
            "address": _address(school),
            "predecessors": list(school.predecessors.all()),
            "members": members,
            "people": people,
            "reachable": set(
                Alliance.objects.visible_to(request.user).values_list("pk", flat=True)
            ),
            "leads": school.pk in scope.organisations(Role.CPD_LEAD, Role.HEAD),
            "compares": request.user.is_staff
            or scope.has(Role.COORDINATOR)
            or school.pk in scope.organisations(Role.CPD_LEAD, Role.HEAD),
            "heads": bool(can_join_for(request.user, school)),
            "works_here": school.pk in scope.organisations(),
        },
    )


def _address(school: Organisation) -> list[str]:
    lines = (school.street, school.locality, school.town, school.county, school.postcode)
    return [line for line in lines if line]
