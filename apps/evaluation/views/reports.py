"""Reports: the list, one report as page and files, and the making of new ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import Person
from apps.core import charts, clock
from apps.core.exports import csv_response, xlsx_response
from apps.core.permissions import get_visible, require
from apps.evaluation import actions, apart, pdf
from apps.evaluation.enums import Frequency, ReportState
from apps.evaluation.forms import CorrectReportForm, ReportForm, ScheduleForm
from apps.evaluation.models import Report, ReportQuerySet, ReportSchedule
from apps.evaluation.periods import TERM_ENDS, ends_after, next_date
from apps.evaluation.permissions import (
    can_correct_report,
    can_end_on,
    can_make,
    can_retry,
    can_schedule,
)
from apps.evaluation.reports import all_kinds, base, kind_of, kinds_about
from apps.evaluation.reports.base import ReportKind
from apps.evaluation.snapshot import tables
from apps.schools.models import Alliance
from apps.schools.permissions.alliances import partnerships_read_by

PAGE = 50
SMALL = 2  # columns of a table that fits beside a chart


def reports(request: HttpRequest) -> HttpResponse:
    """Parameters: ``state`` (ready, being_made, failed, superseded) and ``kind`` (its slug)."""
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
    """What the person makes reports about: each with their kinds, and an alliance's schedule.

    ``known`` are alliances that need not be asked for again.
    """
    found: list[dict[str, Any]] = []
    for subject in (base.ALLIANCE, base.SCHOOL):
        held: dict[int, list[ReportKind]] = {}
        for kind in kinds_about(subject):
            for pk in kind.makers(person):
                held.setdefault(pk, []).append(kind)
        rows: Any = [known[pk] for pk in held if pk in known]
        if subject is not base.ALLIANCE or len(rows) < len(held):
            rows = subject.model._default_manager.filter(pk__in=held) if held else []
        found += [
            {"about": row, "ref": getattr(row, subject.ref), "kinds": held[row.pk]} for row in rows
        ]
    return _with_schedules(found)


def _with_schedules(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    alliances = [one["about"].pk for one in found if isinstance(one["about"], Alliance)]
    running = ReportSchedule.objects.running().filter(alliance__in=alliances) if alliances else []
    schedules = {row.alliance_id: row for row in running}
    return [
        one | {"is_scheduled": True, "schedule": schedules.get(one["about"].pk)}
        if isinstance(one["about"], Alliance)
        else one
        for one in found
    ]


def filtered(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    if state == "being_made":
        return rows.being_made()
    if state == "failed":
        return rows.failed()
    return rows.filter(state=state) if state in ReportState.values else rows


def _state_tabs(state: str) -> list[dict[str, Any]]:
    labels = (("", _("All")), ("ready", _("Ready")), ("being_made", _("Being made")))
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
    snapshot: dict[str, Any] = found.snapshot or {}
    return render(
        request,
        found.rules.page,
        {
            "report": found,
            "found": snapshot,
            "words": pdf.words(snapshot),
            "sections": [_section(section, snapshot, found) for section in snapshot["sections"]],
            "may_correct": bool(can_correct_report(request.user, found)),  # type: ignore[arg-type]
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
    with found.pdf.open("rb") as file:
        response = HttpResponse(file.read(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(found)}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def report_csv(request: HttpRequest, pid: str) -> Any:
    """Every figure, one a line; with ``chart`` the table of one chart."""
    found = _finished(request, pid)
    name = request.GET.get("chart", "")
    if not name:
        return csv_response(_file_name(found), _header(), tables.lines(_snapshot(found)))
    chart = _snapshot(found)["charts"].get(name)
    if chart is None:
        raise Http404
    rows = [[tables.plain(cell) for cell in row] for row in chart["rows"]]
    return csv_response(f"{_file_name(found)}-{chart['name']}", chart["columns"], rows)


@require_GET
def report_xlsx(request: HttpRequest, pid: str) -> Any:
    found = _finished(request, pid)
    return xlsx_response(_file_name(found), _header(), tables.lines(_snapshot(found)))


def report_new(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """``ref`` is the alliance's or the school's identifier, ``kind`` the report's slug."""
    if kind not in _slugs():
        raise Http404
    rules = kind_of(kind)
    about = _subject(request, rules.subject, ref)
    require(can_make(request.user, rules, about))  # type: ignore[arg-type]
    offered = apart.offered(rules, about)
    if not offered:
        context = {"about": about, "rules": rules, "refusal": apart.REFUSAL}
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


def schedule(request: HttpRequest, pid: str) -> HttpResponse:
    """When reports are made and mailed; the button ``end`` stops it."""
    alliance = _alliance(request, pid)
    require(can_schedule(request.user, alliance))  # type: ignore[arg-type]
    if request.method == "POST" and "end" in request.POST:
        actions.end_schedule(by=request.user, alliance=alliance)  # type: ignore[arg-type]
        messages.success(request, _("No more reports are made by themselves."))
        return redirect("evaluation:reports")
    row = ReportSchedule.objects.running().filter(alliance=alliance).first()
    form = ScheduleForm(
        request.POST or None,
        initial=_initial(alliance, row),
        may_end_on=lambda end, often: can_end_on(alliance, end, often, row),
    )
    if form.is_valid():
        actions.set_schedule(by=request.user, alliance=alliance, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Saved. The next report is made and mailed by itself."))
        return redirect("evaluation:reports")
    context = {"form": form, "alliance": alliance, "schedule": row}
    return render(
        request, "evaluation/schedule.html", context, status=422 if form.is_bound else 200
    )


def _initial(alliance: Alliance, row: ReportSchedule | None) -> dict[str, Any]:
    if row is None:
        return {"next_on": _first_date(alliance)}
    return {"frequency": row.frequency, "next_on": row.next_on, "roles": row.roles}


def _first_date(alliance: Alliance) -> date:
    """The first end of a term on which a report may end."""
    found = ends_after(clock.today(), TERM_ENDS)
    may = can_end_on(alliance, found, Frequency.TERMLY, None)
    return found if may else next_date(found, Frequency.TERMLY)


def _visible(request: HttpRequest, pid: str) -> Report:
    source = Report.objects.with_subjects().select_related("job", "corrects", "corrected_by")
    source = source.defer("corrects__snapshot", "corrected_by__snapshot")
    return get_visible(source, request.user, public_id=pid)


def _alliance(request: HttpRequest, pid: str) -> Alliance:
    return _subject(request, base.ALLIANCE, pid)  # type: ignore[return-value]


def _subject(request: HttpRequest, subject: base.Subject, ref: str) -> base.About:
    """One that the person knows: operators see that alliances and schools are there, not what
    they do."""
    known = subject.known(request.user)  # type: ignore[arg-type]
    rows: Any = subject.model._default_manager.filter(pk__in=known)
    if subject is base.PERSON:  # themselves: nobody else is among them
        return get_object_or_404(rows, **{subject.ref: ref})
    return get_visible(rows, request.user, **{subject.ref: ref})


def _finished(request: HttpRequest, pid: str) -> Report:
    found = _visible(request, pid)
    if not found.is_frozen:
        raise Http404
    return found


def _sent_before(request: HttpRequest, found: Report) -> bool:
    later = getattr(found, "corrected_by", None)
    return later is not None and str(later.client_key) == request.POST.get("client_key")


def _snapshot(found: Report) -> dict[str, Any]:
    return found.snapshot or {}


def _file_name(found: Report) -> str:
    name = slugify(found.place.name)[:60]
    return f"{found.rules.file}-{name}-{found.period_end.isoformat()}"


def _header() -> list[str]:
    return [_("Section"), _("Table"), _("Row"), _("Column"), _("Value")]
