"""Reports: the list, one report as page and files, and the making of new ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import Person
from apps.core import charts, clock
from apps.core.exports import csv_response, xlsx_response
from apps.core.permissions import get_visible, require
from apps.evaluation import actions, apart, pdf
from apps.evaluation.enums import ReportState
from apps.evaluation.forms import CorrectReportForm, ReportForm
from apps.evaluation.models import Report, ReportQuerySet, ReportSchedule
from apps.evaluation.permissions import (
    can_correct_report,
    can_make,
    can_retry,
)
from apps.evaluation.posting import lines, sending
from apps.evaluation.posting.models import SchoolComment
from apps.evaluation.posting.permissions import can_send, can_stop
from apps.evaluation.posting.views import subject_of
from apps.evaluation.reports import all_kinds, base, kind_of, kinds_about
from apps.evaluation.reports.base import ReportKind
from apps.evaluation.snapshot import tables
from apps.schools.models import Alliance
from apps.schools.permissions.alliances import partnerships_read_by

PAGE = 50
FOLDED = 6  # programmes; more open on demand, so that reports are not far below them
SMALL = 2  # columns of a table that fits beside a chart


def reports(request: HttpRequest) -> HttpResponse:
    """Parameters: ``state`` (ready, being_made, failed, preview, stopped, superseded) and
    ``kind`` (its slug)."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    rows = filtered(Report.objects.visible_to(request.user).for_lists(), state)  # type: ignore[arg-type]
    if kind:
        rows = rows.filter(kind=kind) if kind in _slugs() else rows.none()
    read = Alliance.objects.filter(pk__in=partnerships_read_by(request.user))  # type: ignore[arg-type]
    partnerships = list(read)
    return render(
        request,
        "evaluation/reports.html",
        {
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "filtered": bool(state or kind),
            "makes": _makes(request.user, {row.pk: row for row in partnerships}),  # type: ignore[arg-type]
            "partnerships": partnerships,
            "states": _state_tabs(state),
        },
    )


def _slugs() -> list[str]:
    return [kind.slug for kind in all_kinds()]


def _makes(person: Person, known: dict[int, Alliance]) -> list[dict[str, Any]]:
    """What the person makes reports about: each with their kinds and the schedules of these.

    ``known`` are alliances that need not be asked for again. Programmes, of which there may be
    many, stand together; those that are over only while reports of them are scheduled.
    """
    found: list[dict[str, Any]] = []
    for subject in (base.ALLIANCE, base.SCHOOL, base.PROGRAMME):
        held: dict[int, list[ReportKind]] = {}
        for kind in kinds_about(subject):
            for pk in kind.makers(person):
                held.setdefault(pk, []).append(kind)
        rows: Any = [known[pk] for pk in held if pk in known]
        if subject is not base.ALLIANCE or len(rows) < len(held):
            rows = subject.model._default_manager.filter(pk__in=held) if held else []
        running = _running(subject, held)
        if subject is base.PROGRAMME and held:
            scheduled = [pk for _slug, pk in running]
            rows = rows.filter(Q(ends_on__gte=clock.today()) | Q(pk__in=scheduled))
        made = {row: [_made(subject, row, kind, running) for kind in held[row.pk]] for row in rows}
        if subject is base.PROGRAMME and made:
            each = [one | {"name": str(row)} for row, kinds in made.items() for one in kinds]
            alike = {"are_alike": True, "folded": len(each) > FOLDED}
            found.append({"title": _("Programmes"), "made": each, **alike})
        else:
            found += [{"title": str(row), "made": kinds} for row, kinds in made.items()]
    return found


def _made(
    subject: base.Subject,
    row: Any,
    kind: ReportKind,
    running: dict[tuple[str, int], ReportSchedule],
) -> dict[str, Any]:
    return {
        "about": row,
        "ref": getattr(row, subject.ref),
        "kind": kind,
        "name": kind.name,
        "schedule": running.get((kind.slug, row.pk)),
    }


def _running(subject: base.Subject, held: Iterable[int]) -> dict[tuple[str, int], ReportSchedule]:
    if not held:
        return {}
    slugs = [kind.slug for kind in kinds_about(subject)]
    rows = ReportSchedule.objects.running().of_kinds(slugs, held)
    return {(row.kind, row.subject_id): row for row in rows}


def filtered(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    if state == "being_made":
        return rows.being_made()
    if state == "failed":
        return rows.failed()
    return rows.filter(state=state) if state in ReportState.values else rows


def _state_tabs(state: str) -> list[dict[str, Any]]:
    labels = (
        ("", _("All")),
        ("ready", _("Ready")),
        ("preview", _("To be looked at")),
        ("being_made", _("Being made")),
    )
    url = reverse("evaluation:reports")
    return [
        {"label": label, "url": f"{url}?state={key}" if key else url, "current": key == state}
        for key, label in labels
    ]


def report(request: HttpRequest, pid: str) -> HttpResponse:
    """The report; while it is being made, how far it is (a fragment for htmx)."""
    found = _visible(request, pid)
    if request.headers.get("HX-Request"):
        return render(request, "components/job.html", _job_context(request, found))
    if not found.is_frozen:
        return render(request, "evaluation/making.html", _job_context(request, found))
    snapshot = _snapshot(found)
    return render(
        request,
        found.rules.page,
        {
            "report": found,
            "found": snapshot,
            "words": pdf.words(snapshot),
            "sections": [_section(section, snapshot, found) for section in snapshot["sections"]],
            "may_correct": bool(can_correct_report(request.user, found)),  # type: ignore[arg-type]
            "may_send": found.is_unsent and bool(can_send(request.user, found)),  # type: ignore[arg-type]
            "may_stop": found.is_unsent and bool(can_stop(request.user, found)),  # type: ignore[arg-type]
            "is_own": found.rules.is_own,
        },
    )


def _job_context(request: HttpRequest, found: Report) -> dict[str, Any]:
    url = reverse("evaluation:report", args=[found.public_id])
    may_retry = bool(can_retry(request.user, found))  # type: ignore[arg-type]
    return {
        "report": found,
        "job": found.job,
        "poll_url": url,
        "page_url": url,
        "url": url,
        "link": _("Read the report"),
        "text": _("The report is ready."),
        "retry_url": reverse("evaluation:report_retry", args=[found.public_id])
        if may_retry
        else "",
    }


def _section(section: dict[str, Any], snapshot: dict[str, Any], found: Report) -> dict[str, Any]:
    """The section with its chart, and its tables' cells beside their columns."""
    chart = snapshot["charts"].get(section["chart"])
    if chart:
        address = reverse("evaluation:report_csv", args=[found.public_id])
        chart = charts.shown(chart, address)
    shown = [tables.for_page(table) for table in section["tables"]]
    criteria = [table for table in shown if table["name"] == "criteria"]
    others = [table for table in shown if table["name"] != "criteria"]
    return section | {
        "chart": chart,
        "small": [table for table in others if len(table["columns"]) <= SMALL],
        "wide": [table for table in others if len(table["columns"]) > SMALL],
        "criteria": criteria,
    }


@require_GET
def report_pdf(request: HttpRequest, pid: str) -> HttpResponse:
    found = _finished(request, pid)
    # Until it goes out, whoever makes it sees on paper too what schools have said so far.
    paper = sending.paper_with_said(found) if found.is_unsent else None
    if paper is None:
        with found.paper.open("rb") as file:
            paper = file.read()
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.file_name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def report_csv(request: HttpRequest, pid: str) -> Any:
    """Every figure, one a line; with ``chart`` the table of one chart."""
    found = _finished(request, pid)
    name = request.GET.get("chart", "")
    if not name:
        return csv_response(found.file_name, _header(), tables.lines(_snapshot(found)))
    chart = _snapshot(found)["charts"].get(name)
    if chart is None:
        raise Http404
    rows = [[tables.plain(cell) for cell in row] for row in chart["rows"]]
    return csv_response(f"{found.file_name}-{chart['name']}", chart["columns"], rows)


@require_GET
def report_xlsx(request: HttpRequest, pid: str) -> Any:
    found = _finished(request, pid)
    return xlsx_response(found.file_name, _header(), tables.lines(_snapshot(found)))


def report_new(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """``ref`` is the alliance's or the school's identifier, ``kind`` the report's slug."""
    if kind not in _slugs():
        raise Http404
    rules = kind_of(kind)
    about = subject_of(request, rules.subject, ref)
    require(can_make(request.user, rules, about))  # type: ignore[arg-type]
    offered = apart.offered(rules, about)
    if not offered:
        nothing = _("No half-term of it is over yet.")
        refusal = apart.REFUSAL if rules.periods(about) else nothing
        context = {"about": about, "rules": rules, "refusal": refusal}
        return render(request, "evaluation/new.html", context, status=_status(request))
    form = (rules.form or ReportForm)(request.POST or None, offered=offered, about=about)
    if form.is_valid():
        start, end = form.dates()
        made = actions.ask_for_report(
            by=request.user,  # type: ignore[arg-type]
            kind=rules.slug,
            about=about,
            start=start,
            end=end,
            client_key=form.cleaned_data["client_key"],
            asked=form.asked,
        )
        if made.is_frozen:
            messages.info(request, _("The report of this time has been made already: this is it."))
        return redirect("evaluation:report", made.public_id)
    context = {"form": form, "about": about, "rules": rules}
    return render(request, "evaluation/new.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    """Of a page with a form: what was sent is shown again because it cannot be kept."""
    return 422 if request.method == "POST" else 200


def report_correct(request: HttpRequest, pid: str) -> HttpResponse:
    found = _visible(request, pid)
    if not _sent_before(request, found):
        require(can_correct_report(request.user, found))  # type: ignore[arg-type]
    form = CorrectReportForm(request.POST or None)
    if form.is_valid():
        made = actions.correct_report(by=request.user, report=found, **form.cleaned_data)  # type: ignore[arg-type]
        return redirect("evaluation:report", made.public_id)
    context = {"form": form, "report": found}
    return render(request, "evaluation/correct.html", context, status=422 if form.is_bound else 200)


@require_POST
def report_retry(request: HttpRequest, pid: str) -> HttpResponse:
    found = _visible(request, pid)
    actions.retry_report(by=request.user, report=found)  # type: ignore[arg-type]
    return redirect("evaluation:report", found.public_id)


def _visible(request: HttpRequest, pid: str) -> Report:
    source = Report.objects.with_subjects().select_related("job", "corrects", "corrected_by")
    source = source.defer("corrects__snapshot", "corrected_by__snapshot")
    return get_visible(source, request.user, public_id=pid)


def _finished(request: HttpRequest, pid: str) -> Report:
    found = _visible(request, pid)
    if not found.is_frozen:
        raise Http404
    return found


def _sent_before(request: HttpRequest, found: Report) -> bool:
    later = getattr(found, "corrected_by", None)
    return later is not None and str(later.client_key) == request.POST.get("client_key")


def _snapshot(found: Report) -> dict[str, Any]:
    """With what schools say beside their lines."""
    return lines.beside(found.snapshot or {}, SchoolComment.objects.of(found))


def _header() -> list[str]:
    return [_("Section"), _("Table"), _("Row"), _("Column"), _("Value")]
