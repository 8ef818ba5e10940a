"""A school's staff list, kept by its CPD lead and head."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.permissions import get_visible, require
from apps.core.ui import dates
from apps.schools.actions import staff as actions
from apps.schools.enums import STAFF_ROLES
from apps.schools.forms.staff import (
    IDENTITY,
    MANAGERS,
    POST,
    AddPersonForm,
    EditPersonForm,
    LeaveForm,
    StaffFilter,
    pattern_of,
)
from apps.schools.models import Membership, Organisation
from apps.schools.models.people import MembershipQuerySet
from apps.schools.permissions.staff import (
    can_edit_email,
    can_edit_identity,
    can_keep_staff,
    can_print_code,
)
from apps.schools.scope import scope_of
from apps.schools.staff.differences import shown
from apps.schools.staff.reading import Entry
from apps.schools.staff.terms import has_accepted

PAGE = 50


@require_GET
def staff(request: HttpRequest, ref: str) -> HttpResponse:
    """One row for each post on the staff list.

    GET: ``q`` (name, staff ID, e-mail), ``role`` (teacher, support), ``phase``, ``show``
    (part_time, no_account, no_email, bounced, left; else everybody here now), ``page``.
    """
    school = school_of(request, ref)
    form = StaffFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = filtered(Membership.objects.at(school).staff(), chosen)
    rows = rows.select_related("person").order_by("person__family_name", "person__given_name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.pattern = pattern_of(row)
    return render(
        request,
        "schools/staff.html",
        {
            "school": school,
            "filter": form,
            "filtered": any(chosen.values()),
            "page": page,
            "accepted": has_accepted(school),
        },
    )


def filtered(rows: MembershipQuerySet, chosen: dict[str, Any]) -> MembershipQuerySet:
    show = chosen.get("show")
    rows = rows.left() if show == "left" else rows.current()
    if show == "part_time":
        rows = rows.part_time()
    elif show == "no_account":
        rows = rows.not_signed_in()
    elif show == "bounced":
        rows = rows.with_bounced_email()
    elif show == "no_email":
        rows = rows.without_email()
    if chosen.get("role"):
        rows = rows.filter(role=chosen["role"])
    if chosen.get("phase"):
        rows = rows.filter(phase=chosen["phase"])
    return rows.matching(chosen.get("q", ""))


@require_GET
def person(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    school, membership = post_of(request, ref, public_id)
    return render(
        request,
        "schools/staff_person.html",
        {
            "school": school,
            "membership": membership,
            "facts": facts(membership),
            "can_print_code": can_print_code(request.user, membership),
        },
    )


def facts(membership: Membership) -> list[dict[str, Any]]:
    """Label and value of everything known of a post."""
    owner = membership.person
    found = [
        {"label": _("Username"), "value": owner.username},
        {"label": _("E-mail address"), "value": membership.address},
    ]
    if owner.mail_bounces:
        words = _(
            "It comes back since %(day)s, so nothing more is sent there. Is the address right?"
        )
        day = dates.moment(owner.mail_bounced_at)
        found.append({"label": _("Mail to this address"), "value": words % {"day": day}})
    for name in POST:
        label = Membership._meta.get_field(name).verbose_name
        value = getattr(membership, name)
        if name in MANAGERS and value:
            value = value.name
        text = shown(membership, name, value)
        found.append({"label": label[:1].upper() + label[1:], "value": text})
    return found


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, ref: str) -> HttpResponse:
    school = school_of(request, ref)
    if not has_accepted(school):
        return redirect("schools:terms", school.ref)
    if done := actions.added_before(school, request.POST.get("client_key", "")):
        return redirect("schools:staff_person", school.ref, done.public_id)
    form = AddPersonForm(
        request.POST or None, organisation=school, initial={"working_days": [0, 1, 2, 3, 4]}
    )
    if request.method == "POST" and form.is_valid():
        membership = actions.add_person(
            by=request.user,
            organisation=school,
            entry=_entry(form),
            values={k: v for k, v in form.post().items() if k not in ("role", "staff_id")},
            client_key=form.cleaned_data["client_key"],
        )
        messages.success(
            request, _("%(name)s is on the staff list.") % {"name": membership.person.name}
        )
        return redirect("schools:staff_person", school.ref, membership.public_id)
    return render(
        request,
        "schools/staff_add.html",
        {"school": school, "form": form},
        status=422 if form.errors else 200,
    )


def _entry(form: AddPersonForm) -> Entry:
    data = form.cleaned_data
    names = ("given_name", "family_name", "email", "role", "staff_id", "starts_on")
    return Entry(0, **{name: data[name] for name in names})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    school, membership = post_of(request, ref, public_id)
    named = can_edit_identity(request.user, membership)
    addressed = can_edit_email(membership, named)
    form = EditPersonForm(
        request.POST or None,
        organisation=school,
        membership=membership,
        named=bool(named),
        addressed=bool(addressed),
        initial=_initial(membership),
    )
    if request.method == "POST" and form.is_valid():
        kept = actions.change_person(
            by=request.user,
            membership=membership,
            values=_changed(form.post(), membership),
            identity=_new_identity(form.identity(), membership),
        )
        messages.success(request, _("Saved."))
        return redirect("schools:staff_person", school.ref, kept.public_id)
    return render(
        request,
        "schools/staff_edit.html",
        {
            "school": school,
            "membership": membership,
            "form": form,
            "kept_reason": getattr(addressed, "reason", ""),
        },
        status=422 if form.errors else 200,
    )


def _initial(membership: Membership) -> dict[str, Any]:
    initial = {name: getattr(membership, name) for name in POST}
    for name in MANAGERS:
        initial[name] = initial[name].public_id if initial[name] else ""
    identity = {name: getattr(membership.person, name) for name in IDENTITY}
    return initial | identity | {"email": membership.address}


def _new_identity(values: dict[str, Any], membership: Membership) -> dict[str, Any]:
    found = _changed(values, membership.person)
    if (found.get("email") or "") == membership.address:
        found.pop("email", None)
    return found


def _changed(values: dict[str, Any], thing: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(thing, name) != value}


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """End a post on a day; the person's work stays."""
    school, membership = post_of(request, ref, public_id)
    form = LeaveForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        actions.leave(by=request.user, membership=membership, on=form.cleaned_data["on"])
        messages.success(
            request,
            _("%(name)s leaves the staff list on the day you gave.")
            % {"name": membership.person.name},
        )
        return redirect("schools:staff", school.ref)
    return render(
        request,
        "schools/staff_leave.html",
        {"school": school, "membership": membership, "form": form},
        status=422 if form.errors else 200,
    )


def school_of(request: HttpRequest, ref: str) -> Organisation:
    """The school whose list the person keeps; 404 or 403 otherwise."""
    school = seen_school(request, ref)
    require(can_keep_staff(request.user, school))
    return school


def seen_school(request: HttpRequest, ref: str) -> Organisation:
    """A school in the person's own scope: operators see the register, not schools' own pages."""
    rows = Organisation.objects.filter(pk__in=scope_of(request.user).visible_organisations())
    return get_visible(rows, request.user, ref=ref)


def post_of(request: HttpRequest, ref: str, public_id: str) -> tuple[Organisation, Membership]:
    school = school_of(request, ref)
    rows = Membership.objects.filter(organisation=school, role__in=STAFF_ROLES)
    rows = rows.select_related("person", "organisation", *MANAGERS)
    return school, get_visible(rows, request.user, public_id=public_id)
