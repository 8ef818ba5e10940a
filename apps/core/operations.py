"""Pages about background work: a job's progress, the operator's mail, the laptop's letter box."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import audit_trail, clock, jobs, letter_box, outbox
from apps.core.letters import tells
from apps.core.models import Job, JobState, MailState, OutboundEmail
from apps.core.permissions import Permission, allowed_if, get_visible, require
from apps.core.styleguide import only_with_debug

A_PAGE = 25
SEALED = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def can_operate(person: Any) -> Permission:
    return allowed_if(person.is_staff, _("Only the people who run the platform see this page."))


@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """A job of mine and how far it is; POST lets a failed one run again, or stops one
    (``stop``)."""
    row = get_visible(Job, request.user, public_id=public_id)
    if request.method == "POST":
        with transaction.atomic():
            (jobs.stop if "stop" in request.POST else jobs.retry)(row)
        return redirect("core:job", public_id)
    context = _job(row)
    if request.headers.get("HX-Request"):
        return render(request, "components/job.html", context)
    return render(request, "core/job.html", context)


def _job(row: Job) -> dict[str, Any]:
    here = reverse("core:job", args=[row.public_id])
    context: dict[str, Any] = {"job": row, "page_url": here, "poll_url": here, "retry_url": here}
    try:
        kind = jobs.kind_of(row)
    except KeyError:
        return context
    context |= {"job_title": kind.title, "stop_url": here if kind.may_stop else ""}
    if row.state == JobState.DONE and kind.result_url:
        context |= {"url": kind.result_url(row), "link": kind.result_label or _("See the result")}
    return context


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """What the outbox holds, in counts, and what failed: never what a mail says."""
    require(can_operate(request.user))
    at = clock.now()
    failed = OutboundEmail.objects.filter(state=MailState.FAILED).order_by("-due_at", "-pk")
    page = Paginator(failed.select_related("person"), A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, _whose(row)) for row in page]
    return render(
        request,
        "core/outbox.html",
        {"stats": _stats(), "page": page, "rows": rows, "oldest": OutboundEmail.objects.oldest(at)},
    )


def _whose(row: OutboundEmail) -> str:
    if tells(row.template):
        return _("Not told")
    return row.person.name if row.person else row.address


def _stats() -> list[dict[str, Any]]:
    counts, again = outbox.counts(), OutboundEmail.objects.tried_before().count()
    said = ngettext("%(n)d of them tried before", "%(n)d of them tried before", again)
    notes = {MailState.QUEUED: said % {"n": again} if again else ""}
    return [
        {"number": counts[state.value], "label": state.label, "note": notes.get(state, "")}
        for state in outbox.SHOWN
    ]


@require_POST
def retry_mail(request: HttpRequest, pk: int) -> HttpResponse:
    require(can_operate(request.user))
    row = OutboundEmail.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    with transaction.atomic():
        if outbox.retry(pk):
            audit_trail.record("core.mail_retried", row, by=request.user)
            messages.success(request, _("It is queued again and goes out within a minute."))
    return redirect("core:outbox")


@require_POST
def retry_all_mail(request: HttpRequest) -> HttpResponse:
    require(can_operate(request.user))
    with transaction.atomic():
        count = outbox.retry_all()
    if count:
        said = ngettext("%(n)d mail is queued again.", "%(n)d mails are queued again.", count)
        messages.success(request, said % {"n": count})
    return redirect("core:outbox")


@only_with_debug
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The mails that a laptop kept instead of sending, newest first. Only with DEBUG."""
    page = Paginator(letter_box.names(), A_PAGE).get_page(request.GET.get("page"))
    kept = [letter_box.read(name) for name in page.object_list]
    return render(request, "core/letters.html", {"page": page, "letters": kept})


@only_with_debug
@require_safe
def one_letter(request: HttpRequest, name: str) -> HttpResponse:
    if name not in letter_box.names():
        raise Http404
    return render(request, "core/letter.html", {"letter": letter_box.read(name)})


@only_with_debug
@require_safe
def letter_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a page of its own that may run and load nothing."""
    if name not in letter_box.names():
        raise Http404
    response = HttpResponse(letter_box.read(name).html)
    response["Content-Security-Policy"] = SEALED
    return response
