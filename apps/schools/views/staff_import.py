"""Importing a staff list: upload, columns, which school, preview, confirm, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import exports, jobs
from apps.core.models import JobState
from apps.core.permissions import get_visible
from apps.core.tabular import UnreadableFile
from apps.schools.actions import staff_import as actions
from apps.schools.enums import Role
from apps.schools.forms.staff_import import ColumnsForm, ConfirmForm, SchoolsForm, StaffUploadForm
from apps.schools.import_jobs import choices_of, staff_plan
from apps.schools.models import FileImport, Organisation, StaffMapping
from apps.schools.staff import files
from apps.schools.staff.columns import guess
from apps.schools.staff.planning import Plan
from apps.schools.staff.terms import has_accepted
from apps.schools.views.staff import school_of

SAMPLE = 50


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, ref: str) -> HttpResponse:
    school = school_of(request, ref)
    if not has_accepted(school):
        messages.info(request, _("First accept the terms and name your privacy notice for staff."))
        return redirect("schools:terms", school.ref)
    form = StaffUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (known := _kept(request, school, form)):
        return redirect("schools:staff_import_columns", school.ref, known.public_id)
    return render(
        request,
        "schools/staff_import.html",
        {
            "school": school,
            "form": form,
            "last": school.imports.written().select_related("uploaded_by").first(),
        },
        status=422 if form.errors else 200,
    )


def _kept(request: HttpRequest, school: Organisation, form: StaffUploadForm) -> FileImport | None:
    data = form.cleaned_data
    try:
        kept = files.keep(data["file"].file, data["roles_file"] and data["roles_file"].file)
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return None
    return actions.keep_upload(
        by=request.user,
        organisation=school,
        kept=kept,
        filename=data["file"].name,
        client_key=data["client_key"],
    )


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """What each column holds; chosen once, offered again next time."""
    school, known = known_of(request, ref, public_id)
    if not known.table or known.job is not None:
        return redirect("schools:staff_import_file", school.ref, known.public_id)
    headers, rows = files.read(known)
    remembered = _remembered(school)
    mapping = choices_of(known).mapping or guess(headers, remembered.get("columns", {}))
    form = ColumnsForm(
        request.POST or None,
        columns=files.examples(headers, rows),
        mapping=dict(mapping),
        initial={"default_role": remembered.get("default_role", Role.TEACHER)},
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_columns(
            by=request.user,
            file_import=known,
            headers=headers,
            mapping=form.mapping(),
            default_role=form.cleaned_data["default_role"],
        )
        return _after_columns(request, school, known, headers, rows)
    return render(
        request,
        "schools/staff_import_columns.html",
        {"school": school, "known": known, "form": form, "remembered": bool(remembered)},
        status=422 if form.errors else 200,
    )


def _after_columns(
    request: HttpRequest, school: Organisation, known: FileImport, headers: Any, rows: Any
) -> HttpResponse:
    """Ask which school is meant, unless the list is plainly this one's."""
    counts = files.schools_in(headers, rows, choices_of(known).school_at)
    if counts and set(counts) != set(_ours(school, counts, known)):
        return redirect("schools:staff_import_school", school.ref, known.public_id)
    actions.choose_schools(by=request.user, file_import=known, codes=list(counts))
    return redirect("schools:staff_import_file", school.ref, known.public_id)


@require_http_methods(["GET", "POST"])
def which_school(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """Which codes in the list mean this school."""
    school, known = known_of(request, ref, public_id)
    counts = {}
    if known.table and known.job is None:
        headers, rows = files.read(known)
        counts = files.schools_in(headers, rows, choices_of(known).school_at)
    if not counts:
        return redirect("schools:staff_import_file", school.ref, known.public_id)
    form = SchoolsForm(
        request.POST or None, counts=counts, initial={"schools": _ours(school, counts, known)}
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_schools(
            by=request.user, file_import=known, codes=form.cleaned_data["schools"]
        )
        return redirect("schools:staff_import_file", school.ref, known.public_id)
    return render(
        request,
        "schools/staff_import_school.html",
        {"school": school, "known": known, "form": form},
        status=422 if form.errors else 200,
    )


def _ours(school: Organisation, counts: Any, known: FileImport) -> list[str]:
    """The codes that mean this school: chosen, remembered, or its URN or DfE number."""
    number = school.establishment_number
    dfe = {f"{school.la_code}{number}", f"{school.la_code}/{number}", number} if number else set()
    names = {school.urn, school.ref, school.name.lower(), *dfe} - {"", None}
    remembered = set(known.choices.get("schools") or _remembered(school).get("schools", ()))
    return [code for code in counts if code in remembered or code.lower() in names]


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """Preview, and POST confirms; afterwards the job's progress and what came of it."""
    school, known = known_of(request, ref, public_id)
    if known.job is not None:
        return _outcome(request, school, known)
    if not known.table:
        return redirect("schools:staff_import", school.ref)
    if "schools" not in known.choices:
        return redirect("schools:staff_import_columns", school.ref, known.public_id)
    found = staff_plan(known)
    form = ConfirmForm(request.POST or None, leavers=found.leavers)
    if request.method == "POST" and form.is_valid():
        actions.confirm(
            by=request.user,
            file_import=known,
            leavers=form.cleaned_data["leavers"],
            left_on=form.cleaned_data["left_on"],
        )
        return redirect("schools:staff_import_file", school.ref, known.public_id)
    return render(
        request,
        "schools/staff_import_preview.html",
        {"school": school, "known": known, "form": form, **_shown(found, form)},
        status=422 if form.errors else 200,
    )


def _shown(found: Plan, form: ConfirmForm) -> dict[str, Any]:
    ticked = set(form.data.getlist("leavers")) if form.is_bound else set()  # type: ignore[attr-defined]
    leavers = [
        {
            "membership": m,
            "said": found.leaving.get(m.pk),
            "ticked": m.public_id in ticked if form.is_bound else m.pk in found.leaving,
        }
        for m in found.leavers
    ]
    return {
        "plan": found,
        "leavers": leavers,
        "share": round(found.leaver_share * 100),
        "joiners": found.joiners[:SAMPLE],
        "changes": found.changes[:SAMPLE],
        "to_mend": found.to_mend[:SAMPLE],
        "sample": SAMPLE,
    }


def _outcome(request: HttpRequest, school: Organisation, known: FileImport) -> HttpResponse:
    errors = Paginator(known.result.get("errors", []), SAMPLE).get_page(request.GET.get("page"))
    return render(
        request,
        "schools/staff_import_result.html",
        {"school": school, "known": known, "job": known.job, "page": errors},
    )


@require_GET
def progress(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """The job's panel alone, for polling."""
    school, known = known_of(request, ref, public_id)
    if known.job is None:
        return redirect("schools:staff_import_file", school.ref, known.public_id)
    context = {"school": school, "known": known, "job": known.job}
    return render(request, "schools/staff_import_progress.html", context)


@require_POST
def retry(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    school, known = known_of(request, ref, public_id)
    if known.job is not None and known.job.state == JobState.FAILED:
        with transaction.atomic():
            jobs.retry(known.job)
    return redirect("schools:staff_import_file", school.ref, known.public_id)


@require_POST
def drop(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """Let an upload go without importing it."""
    school, known = known_of(request, ref, public_id)
    if known.job is None:
        actions.drop(by=request.user, file_import=known)
        messages.success(request, _("The uploaded list is deleted. Nothing was changed."))
    return redirect("schools:staff", school.ref)


@require_GET
def errors(request: HttpRequest, ref: str, public_id: str) -> HttpResponse:
    """What is to mend, as CSV: row, person, what happened, how to mend it."""
    _school, known = known_of(request, ref, public_id)
    taken, refused = _("Imported, but something was left out"), _("Not imported")
    rows = [
        [error["row"], error["person"], taken if error["taken"] else refused, error["text"]]
        for error in _errors(known)
    ]
    header = [_("Row"), _("Person"), _("What happened"), _("How to mend it")]
    return exports.csv_response("staff-list-errors", header, rows)


def _errors(known: FileImport) -> list[dict[str, Any]]:
    if known.result or not (known.table and known.columns):
        return list(known.result.get("errors", []))
    found = staff_plan(known)
    noted = set(found.notes)
    return [
        {"row": note.row, "person": note.person, "text": note.text, "taken": note in noted}
        for note in found.to_mend
    ]


def known_of(request: HttpRequest, ref: str, public_id: str) -> tuple[Organisation, FileImport]:
    school = school_of(request, ref)
    rows = FileImport.objects.filter(organisation=school).select_related("job", "organisation")
    return school, get_visible(rows, request.user, public_id=public_id)


def _remembered(school: Organisation) -> dict[str, Any]:
    mapping = StaffMapping.objects.filter(organisation=school).first()
    return mapping.columns if mapping else {}
