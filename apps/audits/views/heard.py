"""What we heard, what we will do, what we cannot: written, previewed, sent once, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.audits.actions import telling
from apps.audits.enums import QuestionKind
from apps.audits.forms.plans import HeardForm
from apps.audits.models import Audit, HeardBack, Need
from apps.audits.plan_permissions import can_tell_back
from apps.audits.reading import biggest_needs
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.wording import FORMULA
from apps.core.permissions import Refused, get_visible, require

HEARD = HeardBack.objects.select_related("audit__organisation", "audit__alliance", "written_by")
SHOWN = 8


@require_GET
def heard(request: Request, pid: str) -> HttpResponse:
    """What was sent; for who runs the audit also the draft, with the button that sends it."""
    told = get_visible(HEARD.all(), request.user, audit__public_id=pid)
    writes = bool(can_tell_back(request.user, told.audit))
    if told.sent_at is None and not writes:
        raise Http404
    context = {
        "told": told,
        "audit": told.audit,
        "writes": writes,
        "people": len(telling.invited(told.audit)) if writes and told.sent_at is None else None,
    }
    return render(request, "audits/plan/heard.html", context)


def write(request: Request, pid: str) -> HttpResponse:
    """The three texts, with the biggest needs beside them."""
    audit = audit_of(request, pid)
    require(can_tell_back(request.user, audit))
    told = HeardBack.objects.filter(audit=audit).first()
    if told is not None and told.sent_at is not None:
        return redirect("audits:heard", pid)
    form = HeardForm(posted(request), instance=told)
    if request.method == "POST" and form.is_valid():
        try:
            telling.write_heard(
                by=request.user,
                audit=audit,
                base=form.cleaned_data["version"],
                **form.values(),
            )
        except telling.ChangedMeanwhile as other:
            form = _conflict(form, other.stored)
        else:
            return redirect("audits:heard", pid)
    context = {"form": form, "audit": audit, **_beside(audit)}
    return render(
        request, "audits/plan/heard_write.html", context, status=422 if form.errors else 200
    )


def _conflict(form: HeardForm, stored: HeardBack) -> HeardForm:
    form.data = form.data.copy()
    form.data["version"] = str(stored.version)
    form.add_error(
        None,
        _(
            "%(name)s saved another text meanwhile. What you typed is still here: save again to "
            "replace theirs."
        )
        % {"name": stored.written_by},
    )
    return form


def _beside(audit: Audit) -> dict[str, Any]:
    taken = Need.objects.filter(audit=audit, person__isnull=True).select_related("topic")
    needs = biggest_needs(audit, at_most=SHOWN)
    rated = any(not need.as_asked for need in needs)
    return {
        "needs": needs,
        "asks_topics": audit.questions.filter(kind=QuestionKind.GRID).exists(),
        "taken": taken,
        "formula": FORMULA if rated else "",
    }


@require_POST
def send(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_tell_back(request.user, audit))
    told = HeardBack.objects.filter(audit=audit).first()
    if told is None:
        raise Refused(_("First write what you heard."))
    people = telling.send_heard(by=request.user, heard=told)
    if people:
        messages.success(
            request,
            ngettext(
                "The one person who was asked is told, whether or not they answered.",
                "All %(n)d people who were asked are told, whether or not they answered.",
                people,
            )
            % {"n": people},
        )
    return redirect("audits:heard", pid)
