"""An audit of an alliance's schools: made by its coordinator, agreed to by each school."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.audits import actions
from apps.audits.actions.audience import at_least, sizes_at, speakers
from apps.audits.enums import AuditMode, AuditState, Purpose, SchoolState, SmallChoice
from apps.audits.forms import AllianceAuditForm, DecisionForm, InviteForm, audience_of
from apps.audits.forms.alliances import PURPOSE_WORDS
from apps.audits.models import Audit, AuditSchool
from apps.audits.permissions import (
    can_create_for_alliance,
    can_decide,
    can_invite,
    can_look_at_place,
    can_print_codes,
    can_read_answers_of,
    can_read_results,
    can_run,
)
from apps.audits.rates import overall
from apps.audits.reading import minutes
from apps.audits.suppression import is_small
from apps.audits.templates_data import TEMPLATES
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.wording import GROUPS, who_sees
from apps.core.permissions import Refused, get_visible, require
from apps.core.ui.dates import day
from apps.schools.enums import AllianceMemberState, CareerStage, JobRole, Phase, Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of


def new(request: Request) -> HttpResponse:
    """Choose a template, then say what the audit is for (``?template=``, ``?alliance=``)."""
    require(can_create_for_alliance(request.user))
    slug = request.GET.get("template", "")
    if slug not in TEMPLATES:
        return render(request, "audits/choose_template.html", {"templates": TEMPLATES.values()})
    template = TEMPLATES[slug]
    form = AllianceAuditForm(
        posted(request),
        initial=AllianceAuditForm.defaults(template),
        alliances=_coordinated(request),
    )
    if request.method == "POST" and form.is_valid():
        audit = actions.create_draft(
            by=request.user,
            alliance=form.chosen(),
            template=slug,
            client_key=form.cleaned_data["client_key"],
            **form.values(),
        )
        return redirect("audits:schools", audit.public_id)
    context = {"form": form, "template": template, "step": 1, "across": True}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def _coordinated(request: Request) -> list[Alliance]:
    mine = scope_of(request.user).alliances(Role.COORDINATOR)
    return list(Alliance.objects.filter(pk__in=mine))


def edit(request: Request, audit: Audit) -> HttpResponse:
    """The same form for a draft that no school has been invited to."""
    form = AllianceAuditForm(
        posted(request),
        instance=audit,
        initial={
            "audience": audience_of(audit.roles),
            "client_key": audit.client_key,
            "opens_on": audit.opens_on,
        },
        alliances=[audit.alliance] if audit.alliance else [],
    )
    if request.method == "POST" and form.is_valid():
        actions.change_draft(by=request.user, audit=audit, **form.values())
        return redirect("audits:schools", audit.public_id)
    context = {"form": form, "audit": audit, "step": 1}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def schools(request: Request, pid: str) -> HttpResponse:
    """The coordinator's page: the audit, the schools and what each has said; inviting is a POST."""
    audit = _of_alliance(request, pid)
    mine = audit.schools.decided_by(request.user).select_related("organisation").first()
    if mine and request.method != "POST" and not can_run(request.user, audit):
        return redirect("audits:school", pid, mine.organisation.ref)
    require(can_run(request.user, audit))
    if request.method != "POST":
        return schools_page(request, audit)
    require(can_invite(request.user, audit))
    form = InviteForm(request.POST, schools=_to_invite(audit))
    if not form.is_valid():
        return schools_page(request, audit, form=form, status=422)
    chosen = Organisation.objects.filter(ref__in=form.cleaned_data["schools"])
    try:
        count = actions.invite_schools(
            by=request.user, audit=audit, organisations=list(chosen.values_list("pk", flat=True))
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return schools_page(request, audit, form=form, status=422)
    messages.success(
        request,
        ngettext(
            "%(n)d school is invited. Its CPD lead and head are written to on its next open "
            "morning.",
            "%(n)d schools are invited. Their CPD leads and heads are written to on their next "
            "open morning.",
            count,
        )
        % {"n": count},
    )
    return redirect("audits:schools", pid)


def schools_page(
    request: Request, audit: Audit, *, form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    places = list(audit.schools.select_related("organisation"))
    people = actions.people_to_ask(audit) if audit.state == AuditState.DRAFT else []
    waiting = list(_to_invite(audit)) if audit.state == AuditState.DRAFT else []
    drafting = audit.state == AuditState.DRAFT
    context = {
        "audit": audit,
        "drafting": drafting,
        "places": places,
        "counts": _counts(places),
        "form": form or (InviteForm(schools=waiting) if waiting else None),
        "rows": _rows(audit, editable=drafting and not places),
        "questions": audit.asked_questions,
        "people": at_least(len(people)),
        "voices": len(speakers(audit)) if drafting else 0,
        "blocks": actions.blocks_to_opening(audit, people) if drafting else [],
    }
    return render(request, "audits/schools.html", context, status=status)


def _of_alliance(request: Request, pid: str) -> Audit:
    audit = audit_of(request, pid)
    if audit.alliance_id is None:
        raise Http404
    return audit


def _to_invite(audit: Audit) -> QuerySet[Organisation]:
    """Schools of the alliance that have not been invited."""
    return Organisation.objects.filter(
        alliance_members__alliance=audit.alliance_id,
        alliance_members__state=AllianceMemberState.JOINED,
    ).exclude(audit_schools__audit=audit)


def _counts(places: list[AuditSchool]) -> list[tuple[Any, int]]:
    found = [(state.label, sum(p.state == state for p in places)) for state in SchoolState]
    return [(label, n) for label, n in found if n]


def _rows(audit: Audit, *, editable: bool) -> list[dict[str, Any]]:
    edit_url = reverse("audits:edit", args=[audit.public_id]) if editable else ""
    rows = [
        (_("Why we ask"), audit.introduction),
        (_("Who may read the answers"), audit.get_mode_display()),
        (_("Why people are asked"), dict(PURPOSE_WORDS)[Purpose(audit.purpose)]),
        (_("Who is asked"), audience_words(audit)),
        (_("Opens"), day(audit.opens_on)),
        (_("Last day for answers"), day(audit.closes_on)),
    ]
    return [{"label": label, "value": value, "url": edit_url} for label, value in rows if value]


def audience_words(audit: Audit) -> str:
    """Such as "Teaching staff (Primary; Senior leader)"."""
    asked = ", ".join(str(GROUPS[role]) for role in audit.roles)
    only = [
        [str(JobRole(value).label) for value in audit.job_roles],
        [str(Phase(value).label) for value in audit.phases],
        audit.departments,
        [str(CareerStage(value).label) for value in audit.career_stages],
    ]
    parts = [", ".join(values) for values in only if values]
    return f"{asked} ({'; '.join(parts)})" if parts else asked


@require_POST
def withdraw(request: Request, pid: str) -> HttpResponse:
    audit = _of_alliance(request, pid)
    require(can_invite(request.user, audit))
    actions.withdraw_invitations(by=request.user, audit=audit)
    messages.success(request, _("The invitations are withdrawn. You can change the audit now."))
    return redirect("audits:schools", pid)


def school(request: Request, pid: str, ref: str) -> HttpResponse:
    """A school reads what would be asked, and says whether and how it takes part."""
    places = AuditSchool.objects.select_related("audit__alliance", "organisation", "decided_by")
    place = get_visible(places, request.user, audit__public_id=pid, organisation__ref=ref)
    require(can_look_at_place(request.user, place))
    audit = place.audit
    found = sizes_at(audit, place.organisation_id)
    form = DecisionForm(
        posted(request),
        audit=audit,
        sizes=found,
        initial=_said(place),
    )
    if request.method == "POST":
        require(can_decide(request.user, place))
        if form.is_valid():
            _decide(request, place, form.cleaned_data)
            return redirect("audits:school", pid, ref)
    context = {
        "place": place,
        "audit": audit,
        "form": form,
        "may_decide": bool(can_decide(request.user, place)),
        "sizes": found,
        "small": [SIZE_WORDS[name] for name in found.small if name != "everybody"],
        "all_small": is_small(found.everybody),
        "rows": _rows(audit, editable=False),
        "lengths": _lengths(audit),
        "questions": audit.asked_questions,
        "who_sees": _promised(place),
        "rate": _rate(audit, place),
        "reads_rows": bool(can_read_answers_of(request.user, audit, place.organisation_id)),
        "may_read": bool(can_read_results(request.user, audit)),
        "may_print": bool(can_print_codes(request.user, audit)),
    }
    return render(request, "audits/school.html", context, status=422 if form.errors else 200)


def _promised(place: AuditSchool) -> tuple[Any, ...]:
    """What the school's people are told about who reads their answers, as it has decided."""
    mode = AuditMode.NAMED if place.small == SmallChoice.NAMED else place.audit.mode
    return who_sees(mode, across=True, for_school=place.small == SmallChoice.AGREED)


SIZE_WORDS: dict[str, Any] = {
    "teaching": GROUPS[Role.TEACHER],
    "support": GROUPS[Role.SUPPORT],
    "leaders": GROUPS["leaders"],
}


def _rate(audit: Audit, place: AuditSchool) -> Any:
    """How many of the school's people have answered, while it is open."""
    if audit.state != AuditState.OPEN or place.state != SchoolState.ACCEPTED:
        return None
    return overall(audit, exact=False, organisation=place.organisation_id)


def _lengths(audit: Audit) -> list[tuple[Any, int]]:
    return [
        (GROUPS[role], minutes(q.kind for q in audit.asked_questions if q.is_for(role, "")))
        for role in audit.roles
    ]


def _said(place: AuditSchool) -> dict[str, Any]:
    part = {SchoolState.ACCEPTED: "accept", SchoolState.DECLINED: "decline"}
    return {
        "part": part.get(SchoolState(place.state)),
        "compare_ok": place.compare_ok,
        "small": place.small,
    }


def _decide(request: Request, place: AuditSchool, said: dict[str, Any]) -> None:
    if said["part"] == "decline":
        actions.decline(by=request.user, place=place)
        messages.success(request, _("Your school does not take part. Nobody there is asked."))
        return
    actions.accept(
        by=request.user, place=place, compare_ok=said["compare_ok"], small=said.get("small", "")
    )
    messages.success(
        request, _("Your school takes part. You can change this until the audit opens.")
    )
