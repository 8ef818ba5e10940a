"""What only the owner of a record does with it: certificates, and deleting it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.permissions import get_visible
from apps.core.typesetting import set_paper
from apps.evaluation import actions, pdf
from apps.evaluation.models import Report
from apps.evaluation.reports import record


@require_GET
def certificate(request: HttpRequest, pid: str, row: int = 0) -> HttpResponse:
    """Of the activity in that row of the record, counted from one; of all of it without a row.
    Where nobody has recorded that they came, nothing is certified."""
    found = _record(request, pid)
    snapshot: dict[str, Any] = found.snapshot or {}
    if not found.is_frozen:
        raise Http404
    if row and row not in {one.get("row") for one in snapshot.get("certificates", ())}:
        raise Http404
    told = record.certificate(snapshot, row - 1 if row else None)
    words = pdf.words(snapshot) | {"title": f"{told['heading']}: {snapshot['subject']}"}
    made = set_paper("evaluation/certificate.typ", snapshot=snapshot, words=words, certificate=told)
    response = HttpResponse(made, content_type="application/pdf")
    name = f"certificate-{row}" if row else "certificate"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def delete(request: HttpRequest, pid: str) -> HttpResponse:
    actions.delete_report(by=request.user, report=_record(request, pid))  # type: ignore[arg-type]
    messages.success(request, _("The record is deleted, and its files with it."))
    return redirect("home:development")


def _record(request: HttpRequest, pid: str) -> Report:
    rows = Report.objects.with_subjects().filter(kind=record.KIND.slug)
    return get_visible(rows, request.user, public_id=pid)
