"""The register of schools, for operators: upload, look, confirm, watch."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import exports, jobs
from apps.core.models import JobState
from apps.core.permissions import get_visible, require
from apps.core.tabular import MEGABYTE, UnreadableFile
from apps.schools.actions import register as actions
from apps.schools.forms.register import RegisterUploadForm
from apps.schools.models import FileImport, Organisation
from apps.schools.permissions.register import can_import_register
from apps.schools.register.keeping import keep

LARGEST = 100 * MEGABYTE
HISTORY = 10


@require_http_methods(["GET", "POST"])
def register_import(request: HttpRequest) -> HttpResponse:
    require(can_import_register(request.user))
    form = RegisterUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with keep(form.cleaned_data["file"].file, LARGEST) as kept:
                known = actions.keep_upload(
                    by=request.user,
                    kept=kept,
                    filename=form.cleaned_data["file"].name,
                    client_key=form.cleaned_data["client_key"],
                )
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("schools:register_file", known.public_id)
    history = FileImport.objects.register().written().select_related("uploaded_by")[:HISTORY]
    schools = Organisation.objects.schools()
    return render(
        request,
        "schools/register_import.html",
        {"form": form, "history": history, "stored": schools.count()},
        status=422 if form.errors else 200,
    )


@require_GET
def register_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where one upload stands: being looked at, to be confirmed, being written, written."""
    known = _known(request, public_id)
    return render(
        request,
        "schools/register_file.html",
        {
            "known": known,
            "job": known.job or known.preview_job,
            "failed": _failed(known),
        },
    )


@require_GET
def register_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The job's panel alone, for polling."""
    known = _known(request, public_id)
    if known.preview_job is None:
        return redirect("schools:register_file", known.public_id)
    return render(
        request,
        "schools/register_progress.html",
        {"known": known, "job": known.job or known.preview_job},
    )


@require_POST
def register_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write what was looked at; a failed job is tried again."""
    known = _known(request, public_id)
    if failed := _failed(known):
        with transaction.atomic():
            jobs.retry(failed)
    elif known.preview:
        actions.confirm(by=request.user, kept=known)
    return redirect("schools:register_file", known.public_id)


@require_GET
def register_errors(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rejected rows as CSV."""
    known = _known(request, public_id)
    errors = known.result.get("errors") or known.preview.get("errors", [])
    rows = ([error["row"], error["urn"], error["reason"]] for error in errors)
    return exports.csv_response("register-errors", [_("Row"), _("URN"), _("What to mend")], rows)


def _known(request: HttpRequest, public_id: str) -> FileImport:
    rows = FileImport.objects.register().select_related("job", "preview_job")
    known = get_visible(rows, request.user, public_id=public_id)
    require(can_import_register(request.user))
    return known


def _failed(known: FileImport) -> object | None:
    job = known.job or known.preview_job
    return job if job is not None and job.state == JobState.FAILED else None
