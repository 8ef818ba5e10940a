"""An alliance: making it, its members, adding to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import Person
from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.schools.actions import alliances as actions
from apps.schools.actions.alliances import Added
from apps.schools.enums import Role
from apps.schools.forms.alliances import (
    AllianceForm,
    CoordinatorForm,
    MembersFilter,
    NewAllianceForm,
    PartnerForm,
    SearchForm,
    UrnsForm,
)
from apps.schools.invitations import note_known_heads
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.permissions.agreements import can_read_agreement
from apps.schools.permissions.alliances import (
    can_be_coordinator,
    can_coordinate,
    can_make_alliance,
    can_read_partnership,
)

MOST_FOUND = 20
OUTCOMES = "added_schools"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require(can_make_alliance(request.user))
    form = NewAllianceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        alliance = actions.make_alliance(by=request.user, **form.cleaned_data)
        messages.success(request, _("The alliance is made, and you coordinate it."))
        return redirect("schools:alliance_add", alliance.public_id)
    return _form_page(request, "schools/alliance_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    alliance = _coordinated(request, public_id)
    form = AllianceForm(
        request.POST or None, initial={"name": alliance.name, "purpose": alliance.purpose}
    )
    if request.method == "POST" and form.is_valid():
        actions.rename_alliance(by=request.user, alliance=alliance, **form.cleaned_data)
        return redirect("schools:alliance", alliance.public_id)
    return _form_page(request, "schools/alliance_edit.html", form, alliance=alliance)


@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Members with invited, joined and signed. GET: ``state`` as in the list of schools."""
    alliance = get_visible(Alliance, request.user, public_id=public_id)
    form = MembersFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    everybody = alliance.members.present().with_signature()
    rows = alliance.members.in_state(state).with_signature().select_related("organisation")
    members = list(rows.order_by("organisation__name"))
    note_known_heads(members)
    coordinates = bool(can_coordinate(request.user, alliance))
    return render(
        request,
        "schools/alliance.html",
        {
            "alliance": alliance,
            "filter": form,
            "state": state,
            "today": clock.today(),
            "members": members,
            "stats": _stats(alliance, list(everybody)),
            "coordinators": actions.coordinators_of(alliance),
            "coordinates": coordinates,
            "unanswered": alliance.members.unanswered().count() if coordinates else 0,
            "reads_agreement": bool(can_read_agreement(request.user, alliance)),
            "reads_partnership": bool(can_read_partnership(request.user, alliance)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Paste URNs (POST), or search the register (GET ``q``)."""
    alliance = _coordinated(request, public_id)
    form = UrnsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcomes = actions.add_urns(
            by=request.user, alliance=alliance, urns=form.cleaned_data["urns"]
        )
        request.session[OUTCOMES] = [
            alliance.public_id,
            [(outcome.urn, outcome.result.value) for outcome in outcomes],
        ]
        return redirect("schools:alliance_add", alliance.public_id)
    context = {
        "alliance": alliance,
        "form": form,
        "outcomes": _outcomes(request, alliance) if request.method == "GET" else [],
        **_found(request, alliance),
    }
    template = "schools/alliance_add.html"
    if request.headers.get("HX-Request") and request.method == "GET":
        template += "#results"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def add_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """The button beside a school that was found."""
    alliance = _coordinated(request, public_id)
    organisation = get_object_or_404(
        Organisation.objects.select_related("successor"), ref=request.POST.get("ref", "")
    )
    result = actions.add_organisation(by=request.user, alliance=alliance, organisation=organisation)
    if request.headers.get("HX-Request"):
        context = {"alliance": alliance, "school": organisation, "present": True, "new": True}
        return render(request, "schools/found_school.html", context)
    _say(request, organisation, result)
    path = reverse("schools:alliance_add", args=[alliance.public_id])
    q = request.POST.get("q")
    return redirect(f"{path}?{urlencode({'q': q})}" if q else path)


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner(request: HttpRequest, public_id: str) -> HttpResponse:
    """A university, college, provider, trust: no URN needed."""
    alliance = _coordinated(request, public_id)
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        email = values.pop("email")
        partner, result = actions.add_partner(by=request.user, alliance=alliance, **values)
        if email and result == Added.ADDED:
            member = AllianceMember.objects.get(alliance=alliance, organisation=partner)
            actions.set_head_email(by=request.user, member=member, email=email)
        _say(request, partner, result)
        return redirect("schools:alliance", alliance.public_id)
    return _form_page(request, "schools/alliance_partner.html", form, alliance=alliance)


@require_POST
def chase_all(request: HttpRequest, public_id: str) -> HttpResponse:
    alliance = _coordinated(request, public_id)
    sent, without_address = actions.chase_all(by=request.user, alliance=alliance)
    messages.success(request, _chased_words(sent))
    if without_address:
        words = ngettext(
            "%(n)d organisation has no e-mail address: enter one, or print its letter.",
            "%(n)d organisations have no e-mail address: enter one, or print their letters.",
            without_address,
        )
        messages.warning(request, words % {"n": without_address})
    return redirect("schools:alliance", alliance.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def coordinators(request: HttpRequest, public_id: str) -> HttpResponse:
    alliance = _coordinated(request, public_id)
    form = CoordinatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = Person.objects.active().filter(email=form.cleaned_data["email"]).first()
        permission = can_be_coordinator(person or Person(), alliance) if person else None
        if person and permission:
            actions.add_coordinator(by=request.user, alliance=alliance, person=person)
            messages.success(
                request, _("%(name)s coordinates the alliance too.") % {"name": person.name}
            )
            return redirect("schools:coordinators", alliance.public_id)
        form.add_error(
            "email",
            _("Nobody with this e-mail address works in a school that has joined the alliance."),
        )
    rows = Membership.objects.current().filter(alliance=alliance, role=Role.COORDINATOR)
    return _form_page(
        request,
        "schools/coordinators.html",
        form,
        alliance=alliance,
        rows=rows.select_related("person"),
    )


@require_POST
def end_coordinator(request: HttpRequest, public_id: str) -> HttpResponse:
    row = get_object_or_404(
        Membership.objects.current().filter(role=Role.COORDINATOR).select_related("alliance"),
        public_id=public_id,
    )
    alliance = _coordinated(request, row.alliance.public_id)
    actions.end_coordinator(by=request.user, membership=row)
    if row.person_id == request.user.pk:
        return redirect("home:index")
    return redirect("schools:coordinators", alliance.public_id)


def _coordinated(request: HttpRequest, public_id: str) -> Alliance:
    alliance = get_object_or_404(Alliance.objects.of(request.user), public_id=public_id)
    require(can_coordinate(request.user, alliance))
    return alliance


def _form_page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def _stats(alliance: Alliance, members: list[Any]) -> list[dict[str, Any]]:
    counts = (
        ("invited", _("invited, no answer"), sum(m.state == "invited" for m in members), True),
        ("joined", _("joined"), sum(m.state == "joined" for m in members), False),
        ("signed", _("signed"), sum(m.has_signed for m in members if m.state == "joined"), False),
    )
    return [
        {"number": number, "label": label, "url": f"?state={state}", "due": due}
        for state, label, number, due in counts
    ]


def _found(request: HttpRequest, alliance: Alliance) -> dict[str, Any]:
    """What the search found: at most MOST_FOUND, those of the alliance marked."""
    search = SearchForm(request.GET if request.GET.get("q") else None)
    q = search.cleaned_data["q"] if search.is_valid() else ""
    if not q:
        return {"search": search, "q": "", "found": [], "more": False}
    rows = Organisation.objects.search(q).select_related("successor").order_by("name", "pk")
    found = list(rows[: MOST_FOUND + 1])
    present = set(
        alliance.members.present()
        .filter(organisation__in=found)
        .values_list("organisation_id", flat=True)
    )
    return {
        "search": search,
        "q": q,
        "found": [(row, row.pk in present) for row in found[:MOST_FOUND]],
        "more": len(found) > MOST_FOUND,
    }


def _outcomes(request: HttpRequest, alliance: Alliance) -> list[dict[str, Any]]:
    """What became of the URNs pasted last, shown once."""
    public_id, pairs = request.session.get(OUTCOMES, (None, []))
    if public_id != alliance.public_id:
        return []
    del request.session[OUTCOMES]
    urns = [urn for urn, _result in pairs]
    schools = {
        row.urn: row
        for row in Organisation.objects.filter(urn__in=urns).select_related("successor")
    }
    return [{"urn": urn, "result": result, "school": schools.get(urn)} for urn, result in pairs]


def _say(request: HttpRequest, organisation: Organisation, result: Added) -> None:
    words = {
        Added.ADDED: _("%(school)s is invited."),
        Added.ALREADY: _("%(school)s is in this alliance already."),
        Added.CLOSED: _("%(school)s is not open, so it cannot join."),
    }
    level = messages.SUCCESS if result == Added.ADDED else messages.WARNING
    messages.add_message(request, level, words[result] % {"school": organisation.name})


def _chased_words(sent: int) -> str:
    if not sent:
        return _("Nobody was written to: everybody has answered, or had a letter today.")
    words = ngettext("%(n)d letter is on its way.", "%(n)d letters are on their way.", sent)
    return words % {"n": sent}
