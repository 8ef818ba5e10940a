"""The partnership agreement: its sections, checking, sending out, reading, signing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.permissions import get_visible, require
from apps.schools import agreement_sections as sections
from apps.schools.actions import agreements as actions
from apps.schools.agreements import (
    contribution_lines,
    differences,
    everybody_has_signed,
    signatures_of,
)
from apps.schools.enums import AgreementState
from apps.schools.forms.agreements import PartyForm, SignForm
from apps.schools.models import Agreement, Alliance, Contribution, Obstacle, Organisation
from apps.schools.permissions.agreements import (
    can_clear_obstacles,
    can_edit,
    can_read_agreement,
    can_sign,
    organisations_to_sign,
)
from apps.schools.permissions.alliances import can_coordinate
from apps.schools.views.agreement_forms import SectionPage


@require_GET
def overview(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the agreement stands: the draft's task list, who has signed, all versions."""
    alliance = get_object_or_404(Alliance.objects.of(request.user), public_id=public_id)
    require(can_read_agreement(request.user, alliance))
    versions = list(Agreement.objects.visible_to(request.user).filter(alliance=alliance))
    out = next((v for v in versions if v.state == AgreementState.OUT), None)
    draft = next((v for v in versions if v.state == AgreementState.DRAFT), None)
    context: dict[str, Any] = {
        "alliance": alliance,
        "versions": versions,
        "out": out,
        "coordinates": bool(can_coordinate(request.user, alliance)),
    }
    if out:
        context |= {
            "parties": signatures_of(out),
            "to_sign": organisations_to_sign(request.user, out),
            "obstacles": list(out.obstacles.filter(must_clear=True, cleared_at=None)),
        }
    if draft:
        context |= _task_list(draft)
    return render(request, "schools/agreement.html", context)


@require_POST
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Start the first version, or the next one as a copy of the latest."""
    alliance = get_object_or_404(Alliance.objects.of(request.user), public_id=public_id)
    require(can_coordinate(request.user, alliance))
    actions.start_draft(by=request.user, alliance=alliance)
    return redirect("schools:agreement", alliance.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, public_id: str, section: str) -> HttpResponse:
    """One section of the draft. ``next=check`` returns to the check page."""
    if section not in sections.BY_SLUG:
        raise Http404
    agreement = _editable(request, public_id)
    chosen = sections.BY_SLUG[section]
    if chosen.rows == "parties":
        return _parties(request, agreement)
    page = SectionPage(agreement, chosen)
    if request.method == "POST":
        page.bind(request.POST)
        if page.is_valid() and page.save(request.user):
            messages.success(request, _("Saved."))
            return redirect(_after(request, agreement, section))
    context = {"agreement": agreement, "section": chosen, "back_to": _back(request), **page.context}
    status = 422 if request.method == "POST" else 200
    return render(request, "schools/agreement_section.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, public_id: str, ref: str) -> HttpResponse:
    """One party of the draft: goals, contribution, who signs."""
    agreement = _editable(request, public_id)
    organisation = get_object_or_404(
        Organisation, ref=ref, pk__in=[p.pk for p in sections.parties_of(agreement)]
    )
    form = _party_form(request.POST or None, agreement, organisation)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_party(
                by=request.user,
                agreement=agreement,
                party=organisation,
                base=form.cleaned_data["base"],
                contribution=form.contribution(),
                positions=form.positions(),
            )
        except actions.Conflict as conflict:
            theirs = _party_lines(conflict.agreement, organisation)
            data = request.POST.copy()
            data["base"] = _party_base(conflict.agreement, organisation)
            form = _party_form(data, conflict.agreement, organisation)
        else:
            messages.success(request, _("Saved."))
            return redirect(_after(request, agreement, "parties"))
    context = {
        "agreement": agreement,
        "party": organisation,
        "form": form,
        "theirs": theirs,
        "back_to": _back(request),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "schools/agreement_party.html", context, status=status)


@require_GET
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """All answers of the draft, with what is missing, before it goes out."""
    agreement = _editable(request, public_id)
    parties = sections.parties_of(agreement)
    context = {
        "agreement": agreement,
        "missing": sections.missing(agreement, parties),
        "parties": parties,
        **reading(agreement),
    }
    return render(request, "schools/agreement_check.html", context)


@require_POST
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    """Out for signature: frozen from now on."""
    agreement = _editable(request, public_id)
    actions.send_out(by=request.user, agreement=agreement)
    messages.success(
        request,
        _(
            "Version %(number)d is out for signature. Every head has a letter; you hear when all "
            "have signed."
        )
        % {"number": agreement.number},
    )
    return redirect("schools:agreement", agreement.alliance.public_id)


@require_GET
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """One version, to read and print, with its signatures and what changed in it."""
    agreement = _visible(request, public_id)
    before = (
        Agreement.objects.with_parts()
        .filter(alliance=agreement.alliance_id, number__lt=agreement.number)
        .first()
    )
    context = {
        "agreement": agreement,
        "changes": differences(before, agreement) if before else [],
        "before": before,
        "to_sign": organisations_to_sign(request.user, agreement),
        "clears": bool(can_clear_obstacles(request.user, agreement)),
        **reading(agreement),
    }
    return render(request, "schools/agreement_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, public_id: str, ref: str) -> HttpResponse:
    """A head reads the terms and signs for one organisation."""
    agreement = _visible(request, public_id)
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)
    require(can_sign(request.user, agreement, organisation))
    signature = agreement.signatures.filter(organisation=organisation).first()
    words = _("I have read this version and sign it for %(school)s")
    form = SignForm(request.POST or None, words=words % {"school": organisation.name})
    if request.method == "POST" and signature is None and form.is_valid():
        actions.sign(
            by=request.user,
            agreement=agreement,
            organisation=organisation,
            name=form.cleaned_data["name"],
        )
        messages.success(
            request, _("Signed for %(school)s. Thank you.") % {"school": organisation.name}
        )
        return redirect("schools:agreement", agreement.alliance.public_id)
    context = {
        "agreement": agreement,
        "party": organisation,
        "form": form,
        "signature": signature,
        **reading(agreement),
    }
    status = 422 if request.method == "POST" and signature is None else 200
    return render(request, "schools/agreement_sign.html", context, status=status)


@require_POST
def clear(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark an obstacle as cleared, or (``reopen``) as standing again."""
    agreements = Agreement.objects.visible_to(request.user)
    obstacle = get_object_or_404(
        Obstacle.objects.select_related("agreement__alliance"),
        public_id=public_id,
        agreement__in=agreements,
    )
    require(can_clear_obstacles(request.user, obstacle.agreement))
    change = actions.reopen_obstacle if "reopen" in request.POST else actions.clear_obstacle
    change(by=request.user, obstacle=obstacle)
    return redirect("schools:agreement_version", obstacle.agreement.public_id)


def reading(agreement: Agreement) -> dict[str, Any]:
    """What the read-only body of an agreement needs."""
    blocks = [
        (
            part,
            [(sections.label_of(field), getattr(agreement, field)) for field in part.fields],
        )
        for part in sections.SECTIONS
    ]
    goals = list(agreement.goals.all())
    rows = [
        (row.organisation, contribution_lines(row), _positions(goals, row.organisation_id))
        for row in agreement.contributions.all()
    ]
    return {
        "blocks": blocks,
        "goals": goals,
        "contributions": rows,
        "signatures": signatures_of(agreement),
        "all_signed": agreement.state == AgreementState.OUT and everybody_has_signed(agreement),
    }


def _positions(goals: list[Any], organisation_id: int) -> list[tuple[str, str]]:
    return [
        (goal.text, position.get_position_display())
        for goal in goals
        for position in goal.positions.all()
        if position.organisation_id == organisation_id
    ]


def _task_list(agreement: Agreement) -> dict[str, Any]:
    draft = Agreement.objects.with_parts().get(pk=agreement.pk)
    parties = sections.parties_of(draft)
    tasks = [
        {
            "label": part.title,
            "hint": part.hint,
            "status": sections.status(draft, part, parties),
            "url": reverse("schools:agreement_section", args=[draft.public_id, part.slug]),
        }
        for part in sections.SECTIONS
    ]
    done = sum(task["status"] == "complete" for task in tasks)
    return {"draft": draft, "tasks": tasks, "done": done, "total": len(tasks)}


def _parties(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    tasks = [
        {
            "label": row.name,
            "status": sections.party_status(agreement, row),
            "url": reverse("schools:agreement_party", args=[agreement.public_id, row.ref]),
        }
        for row in sections.parties_of(agreement)
    ]
    context = {"agreement": agreement, "tasks": tasks, "section": sections.BY_SLUG["parties"]}
    return render(request, "schools/agreement_parties.html", context)


def _party_form(data: Any, agreement: Agreement, organisation: Organisation) -> PartyForm:
    row = next(
        (c for c in agreement.contributions.all() if c.organisation_id == organisation.pk), None
    )
    return PartyForm(
        data,
        instance=row or Contribution(),
        agreement=agreement,
        party=organisation,
        base=_party_base(agreement, organisation),
    )


def _party_base(agreement: Agreement, organisation: Organisation) -> str:
    return sections.fingerprint(sections.stored_party(agreement, organisation))


def _party_lines(agreement: Agreement, organisation: Organisation) -> list[tuple[str, str]]:
    rows = [c for c in agreement.contributions.all() if c.organisation_id == organisation.pk]
    lines = [line for row in rows for line in contribution_lines(row)]
    return lines + _positions(list(agreement.goals.all()), organisation.pk)


def _back(request: HttpRequest) -> str:
    return "check" if request.GET.get("next") == "check" else ""


def _after(request: HttpRequest, agreement: Agreement, section: str) -> str:
    """Where saving leads: the same section for more rows, the check page, or the task list."""
    if "more" in request.POST:
        return reverse("schools:agreement_section", args=[agreement.public_id, section])
    if _back(request):
        return reverse("schools:agreement_check", args=[agreement.public_id])
    if section == "parties":
        return reverse("schools:agreement_section", args=[agreement.public_id, section])
    return reverse("schools:agreement", args=[agreement.alliance.public_id])


def _visible(request: HttpRequest, public_id: str) -> Agreement:
    return get_visible(Agreement.objects.with_parts(), request.user, public_id=public_id)


def _editable(request: HttpRequest, public_id: str) -> Agreement:
    agreement = _visible(request, public_id)
    require(can_edit(request.user, agreement))
    return agreement
