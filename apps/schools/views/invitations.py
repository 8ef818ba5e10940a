"""The page behind an invitation's link. It works signed out; a GET changes nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts import second_factor
from apps.accounts.models import Person
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.actions import invitations as actions
from apps.schools.enums import InvitationKind, OrganisationKind
from apps.schools.forms.alliances import ChoosePasswordForm, NewHeadForm
from apps.schools.models import Invitation, Organisation

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    row = invitations.read_token(token)
    problem = invitations.problem_of(row)
    if problem or row is None:
        return _problem(request, problem or invitations.Problem.UNKNOWN, row)
    try:
        if row.kind == InvitationKind.PERSON:
            return _person(request, row)
        if request.user.is_authenticated:
            return _signed_in(request, row)
        return _new_head(request, row)
    except actions.LinkProblem as stopped:
        return _problem(request, stopped.problem, row)


def _person(request: HttpRequest, row: Invitation) -> HttpResponse:
    """Somebody on a staff list chooses a password."""
    account = invitations.account_claimed(row)
    if account is not None:
        return _claim(request, row, account)
    person = row.person
    if person is None or not person.is_active or person.has_usable_password():
        return _problem(request, invitations.Problem.USED, row)
    form = ChoosePasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        person = actions.accept_person(invitation=row, password=form.cleaned_data["password"])
        _sign_in(request, person)
        messages.success(
            request, _("Welcome. You are signed in as %(name)s.") % {"name": person.name}
        )
        return redirect("home:index")
    return _page(request, "schools/invitation_person.html", row, form=form)


def _claim(request: HttpRequest, row: Invitation, account: Person) -> HttpResponse:
    """Somebody with an account says whether they work at this school too."""
    if not account.has_usable_password():
        return _claim_new(request, row, account)
    mine = request.user.pk == account.pk
    if request.method != "POST" or not mine:
        return _page(request, "schools/invitation_claim.html", row, mine=mine)
    words = {"school": row.organisation.name}
    if "decline" in request.POST:
        actions.decline_claim(by=account, invitation=row)
        messages.success(request, _("You are not on the staff list of %(school)s.") % words)
    else:
        actions.accept_claim(invitation=row, account=account)
        messages.success(request, _("You are on the staff list of %(school)s.") % words)
    return redirect("home:index")


def _claim_new(request: HttpRequest, row: Invitation, account: Person) -> HttpResponse:
    """Two schools listed them before they ever signed in: the first password is for both."""
    form = ChoosePasswordForm(request.POST or None, person=account)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        actions.accept_claim(invitation=row, account=account, password=password)
        _sign_in(request, account)
        return redirect("home:index")
    return _page(request, "schools/invitation_person.html", row, form=form)


def _signed_in(request: HttpRequest, row: Invitation) -> HttpResponse:
    """Somebody with an account confirms for the school."""
    refusal = ""
    if request.method == "POST":
        try:
            actions.accept_as_signed_in(by=request.user, invitation=row)
        except Refused as error:
            refusal = str(error)
        else:
            return _joined(request, row)
    return _page(request, "schools/invitation_signed_in.html", row, refusal=refusal)


def _new_head(request: HttpRequest, row: Invitation) -> HttpResponse:
    """A head without an account makes one and confirms; one with an account signs in."""
    if _is_represented(row.organisation):
        return _page(request, "schools/invitation_sign_in.html", row)
    form = NewHeadForm(
        request.POST or None,
        initial={"email": row.email},
        confirm_label=_confirm_words(row),
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        del values["confirm"], values["password_again"]
        try:
            person = actions.accept_as_new_head(invitation=row, **values)
        except Refused as error:
            form.add_error("email", str(error))
        else:
            _sign_in(request, person)
            _say_how_to_sign_in(request, person)
            return _joined(request, row)
    return _page(request, "schools/invitation_new_head.html", row, form=form)


def _confirm_words(row: Invitation) -> str:
    a_school = row.organisation.kind == OrganisationKind.SCHOOL
    words = (
        _("I am the head of %(school)s, and it joins %(alliance)s")
        if a_school
        else _("I speak for %(school)s, and it joins %(alliance)s")
    )
    return words % {"school": row.organisation.name, "alliance": row.alliance}


def _is_represented(organisation: Organisation) -> bool:
    return bool(invitations.heads_of(organisation)) or invitations.has_people(organisation)


def _sign_in(request: HttpRequest, person: Person) -> None:
    """At once, unless a second step stands before it."""
    if not second_factor.has(person):
        login(request, person, backend=BACKEND)


def _say_how_to_sign_in(request: HttpRequest, person: Person) -> None:
    """To somebody whose address waits to be confirmed."""
    if not person.email:
        messages.info(
            request,
            _(
                "Your username is %(username)s. We have written to your address: follow the "
                "link in that letter to confirm that it is yours."
            )
            % {"username": person.username},
        )


def _joined(request: HttpRequest, row: Invitation) -> HttpResponse:
    messages.success(
        request,
        _("%(school)s has joined %(alliance)s.")
        % {"school": row.organisation.name, "alliance": row.alliance},
    )
    return redirect("schools:alliance", row.alliance.public_id)  # type: ignore[union-attr]


def _page(request: HttpRequest, template: str, row: Invitation, **context: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"invitation": row, **context}, status=status)


def _problem(
    request: HttpRequest, problem: invitations.Problem, row: Invitation | None
) -> HttpResponse:
    context = {"problem": problem.value, "invitation": row}
    return render(request, "schools/invitation_problem.html", context, status=400)
