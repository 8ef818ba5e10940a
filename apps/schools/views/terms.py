"""The processing terms between a school and the platform."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.permissions import require
from apps.schools.actions.staff import accept_terms
from apps.schools.forms.staff import TermsForm
from apps.schools.permissions.staff import can_accept_terms
from apps.schools.staff.terms import TERMS_VERSION, accepted
from apps.schools.views.staff import seen_school


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, ref: str) -> HttpResponse:
    school = seen_school(request, ref)
    require(can_accept_terms(request.user, school))
    known = accepted(school)
    initial = {"privacy_notice": known.privacy_notice, "accept": True} if known else None
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        accept_terms(
            by=request.user,
            organisation=school,
            privacy_notice=form.cleaned_data["privacy_notice"],
        )
        messages.success(
            request, _("The terms are accepted. You can put people on the staff list.")
        )
        return redirect("schools:staff", school.ref)
    return render(
        request,
        "schools/terms.html",
        {"form": form, "school": school, "known": known, "version": TERMS_VERSION},
        status=422 if form.errors else 200,
    )
