"""Bringing in answers collected elsewhere: upload, columns, codes, preview, confirm, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.audits.actions import uploads as actions
from apps.audits.collecting.guessing import SCHOOL, codes, guess, look, mapping_of, targets
from apps.audits.collecting.importing import Summary, run
from apps.audits.collecting.mapping import UnusableMap, understood
from apps.audits.forms.collecting import AnswerCodesForm, AnswerColumnsForm, AnswersUploadForm
from apps.audits.models import AnswersFile, Audit
from apps.audits.plan_permissions import can_import_into, can_take_import_back
from apps.audits.views.pages import Request, audit_of, posted
from apps.core import jobs
from apps.core.models import JobState
from apps.core.permissions import get_visible, require
from apps.core.tabular import UnreadableFile, open_table

FILES = AnswersFile.objects.select_related(
    "audit__organisation", "audit__alliance", "job", "uploaded_by"
)
LARGEST = 6_000_000
SHOWN = 30


def upload(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_import_into(request.user, audit))
    form = AnswersUploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rows, _columns = look(data["file"].file)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            data["file"].seek(0)
            known = actions.keep_answers(
                by=request.user,
                audit=audit,
                upload=data["file"],
                filename=data["file"].name,
                rows=rows,
                client_key=data["client_key"],
            )
            return redirect("audits:answers_columns", known.public_id)
    context = {"audit": audit, "form": form, "earlier": _earlier(audit)}
    return render(
        request, "audits/collected/upload.html", context, status=422 if form.errors else 200
    )


def _earlier(audit: Audit) -> list[AnswersFile]:
    return [known for known in audit.answer_files.all()[:SHOWN] if known.result]


def columns(request: Request, pid: str) -> HttpResponse:
    """Which question each column answers."""
    known = _waiting(request, pid)
    if not known.table or known.job_id:
        return redirect("audits:answers_file", pid)
    rows, seen = _look(known)
    mapping = known.mapping.get("targets") or guess([c.header for c in seen], known.audit)
    form = AnswerColumnsForm(
        posted(request),
        columns=seen,
        targets=list(targets(known.audit)),
        mapping=mapping,
        audit=known.audit,
    )
    if request.method == "POST" and form.is_valid():
        kept = {"targets": form.mapping()}
        actions.map_answers(by=request.user, file=known, mapping=kept)
        return redirect("audits:answers_codes", pid)
    context = {"known": known, "audit": known.audit, "form": form, "n": rows}
    return render(
        request, "audits/collected/columns.html", context, status=422 if form.errors else 200
    )


def code_values(request: Request, pid: str) -> HttpResponse:
    """Which answer each code in the file means."""
    known = _waiting(request, pid)
    chosen = known.mapping.get("targets")
    if not known.table or known.job_id or not chosen:
        return redirect("audits:answers_file", pid)
    _rows, seen = _look(known)
    answered = {header: target for header, target in chosen.items() if target != SCHOOL}
    try:
        found = codes(seen, answered, known.audit)
    except UnusableMap as error:  # the questions have changed since
        messages.warning(request, str(error))
        return redirect("audits:answers_columns", pid)
    form = AnswerCodesForm(posted(request), codes=found)
    if request.method == "POST" and form.is_valid():
        mapping = mapping_of(chosen, found, form.chosen()) | {"targets": chosen}
        actions.map_answers(by=request.user, file=known, mapping=mapping)
        return redirect("audits:answers_file", pid)
    context = {"known": known, "audit": known.audit, "form": form}
    return render(
        request, "audits/collected/codes.html", context, status=422 if form.errors else 200
    )


def file(request: Request, pid: str) -> HttpResponse:
    """Preview with counts, and POST confirms; afterwards progress and what came in."""
    known = _waiting(request, pid)
    if known.job_id or known.result:
        context = {
            "known": known,
            "audit": known.audit,
            "may_take_back": bool(can_take_import_back(request.user, known)),
        }
        return render(request, "audits/collected/result.html", context)
    if not known.table:
        return redirect("audits:import_answers", known.audit.public_id)
    if "columns" not in known.mapping:
        return redirect("audits:answers_columns", pid)
    require(can_import_into(request.user, known.audit))
    if request.method == "POST":
        actions.confirm_answers(by=request.user, file=known)
        return redirect("audits:answers_file", pid)
    try:
        summary = _preview(known)
    except (UnusableMap, UnreadableFile) as error:
        messages.warning(request, str(error))
        return redirect("audits:answers_columns", pid)
    context = {
        "known": known,
        "audit": known.audit,
        "summary": summary,
        "errors": summary.errors[:SHOWN],
        "more": max(len(summary.errors) - SHOWN, 0),
    }
    return render(request, "audits/collected/preview.html", context)


def _preview(known: AnswersFile) -> Summary:
    with known.table.open("rb") as opened, open_table(opened, largest=LARGEST) as table:
        mapped = understood(known.map, known.audit, table.headers)
        return run(table, mapped, known.audit)


def _look(known: AnswersFile) -> Any:
    with known.table.open("rb") as opened:
        return look(opened)


@require_GET
def progress(request: Request, pid: str) -> HttpResponse:
    """The job's panel alone, for polling."""
    known = _waiting(request, pid)
    if known.job is None:
        return redirect("audits:answers_file", pid)
    return render(request, "audits/collected/progress.html", {"known": known, "job": known.job})


@require_POST
def retry(request: Request, pid: str) -> HttpResponse:
    known = _waiting(request, pid)
    if known.job is not None and known.job.state == JobState.FAILED:
        with transaction.atomic():
            jobs.retry(known.job)
    return redirect("audits:answers_file", pid)


@require_POST
def drop(request: Request, pid: str) -> HttpResponse:
    known = _waiting(request, pid)
    audit = known.audit
    if known.job_id is None and not known.result:
        actions.drop_answers(by=request.user, file=known)
        messages.success(request, _("The uploaded file is deleted. Nothing was imported."))
    return redirect("audits:import_answers", audit.public_id)


def take_back(request: Request, pid: str) -> HttpResponse:
    """What would go when the answers of a file are taken back; POST takes them back."""
    known = _waiting(request, pid)
    require(can_take_import_back(request.user, known))
    if request.method != "POST":
        context = {"known": known, "audit": known.audit, "n": known.collected.count()}
        return render(request, "audits/collected/take_back.html", context)
    n = actions.take_import_back(by=request.user, file=known)
    messages.success(
        request,
        ngettext(
            "The answers of %(n)d person from %(file)s are gone.",
            "The answers of %(n)d people from %(file)s are gone.",
            n,
        )
        % {"n": n, "file": known.filename},
    )
    return redirect("audits:import_answers", known.audit.public_id)


def _waiting(request: Request, pid: str) -> AnswersFile:
    return get_visible(FILES.all(), request.user, public_id=pid)
