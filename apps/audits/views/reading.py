"""What an audit tells: its results as a page and as files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits.actions.closing import RELEASE
from apps.audits.enums import AuditState
from apps.audits.models import Audit, HeardBack
from apps.audits.permissions import (
    can_close,
    can_read_answers,
    can_read_results,
    can_run,
    can_see_who_answered,
    can_take_on,
)
from apps.audits.plan_permissions import can_import_into
from apps.audits.reading import Counts, answered_counts, counts_of, helpers
from apps.audits.results import files, page, paper
from apps.audits.results.charts import kept_charts
from apps.audits.results.sources import Source, released, source_for
from apps.audits.results.texts import texts
from apps.audits.results.trend import trend
from apps.audits.suppression import RULE
from apps.audits.views.pages import Request, audit_of
from apps.audits.wording import who_sees
from apps.core import clock, jobs
from apps.core.exports import csv_response, xlsx_response
from apps.core.models import Job
from apps.core.permissions import require
from apps.schools.models import Organisation

WARN_BEFORE = timedelta(days=3)


@require_GET
def detail(request: Request, pid: str) -> HttpResponse:
    """The results. ``by`` is a grouping, ``of`` a school of an alliance's audit, ``topic`` the
    one at which schools are compared."""
    audit = audit_of(request, pid)
    person: Any = request.user
    if audit.state == AuditState.DRAFT:
        return redirect("audits:check", pid)
    if not can_run(person, audit) and not can_read_results(person, audit):
        if audit.participations.filter(person=person).exists():
            return redirect("audits:answer", pid)
        require(can_read_results(person, audit))
    if request.headers.get("HX-Request") and (asked := _jobs(audit).order_by("-pk").first()):
        return render(request, "components/job.html", _progress(person, audit, asked))
    job = _job(audit)
    mine = _schools(person, audit)
    of = _chosen(request, mine)
    source = source_for(person, audit, of)
    context = _frame(person, audit, source, of)
    if job is not None:
        context |= _progress(person, audit, job)
    context |= _tabs(audit, mine, of)
    if source is not None:
        context |= _figures(request, source, of)
    return render(request, "audits/detail.html", context)


def _schools(person: Any, audit: Audit) -> list[Organisation]:
    """The schools of an alliance's audit whose own part the person may read."""
    if audit.alliance_id is None:
        return []
    places = audit.schools.decided_by(person).filter(organisation__isnull=False)
    return [place.organisation for place in places.select_related("organisation")]


def _chosen(request: Request, mine: list[Organisation]) -> Organisation | None:
    wanted = request.GET.get("of", "")
    return next((school for school in mine if str(school.pk) == wanted), None)


def _frame(
    person: Any, audit: Audit, source: Source | None, of: Organisation | None
) -> dict[str, Any]:
    counts = _counts(person, audit)
    reads_rows = bool(can_read_answers(person, audit))
    near = audit.state == AuditState.CLOSED or audit.closes_on - clock.today() <= WARN_BEFORE
    return {
        "audit": audit,
        "of": of,
        "found": source.summary if source else None,
        "counts": counts,
        "may_count": counts.may_be_shown or reads_rows,
        "rates": page.rates(source) if source else [],
        "rule": RULE,
        "warns": near,
        "runs": bool(can_run(person, audit)),
        "files": [known for known in audit.answer_files.all() if known.result.get("imported")],
        "told": HeardBack.objects.visible_to(person).filter(audit=audit).first(),
        "imports": bool(can_import_into(person, audit)),
        "may_close": bool(can_close(person, audit)),
        "takes_on": bool(audit.organisation_id and can_take_on(person, audit)),
        "reads_rows": reads_rows,
        "who_sees": who_sees(audit.mode, across=audit.alliance_id is not None),
        "waits": person if audit.participations.filter(person=person).exists() else None,
    }


def _counts(person: Any, audit: Audit) -> Counts:
    """Of a closed audit as released: nobody counts fifty thousand people anew for a page."""
    rates = audit.results.get("shared", {}).get("rates")
    if rates is None:
        return answered_counts([audit], person)[audit.pk]
    whole = rates[0] if rates else {"answered": 0, "asked": 0}
    return counts_of(whole, exact=bool(can_see_who_answered(person, audit)))


def _figures(request: Request, source: Source, of: Organisation | None) -> dict[str, Any]:
    person: Any = request.user
    audit = source.audit
    address = _address(audit, of)
    address += "&" if "?" in address else "?"
    context = page.needs(source) | page.others(source) | page.leaders(source)
    context |= page.groups(source, request.GET.get("by", ""), address)
    written = texts(person, audit, of)
    context |= {
        "helpers": helpers(audit) if can_read_answers(person, audit) else [],
        "texts": written,
        "reads_texts": written is not None,
    }
    if of is None:
        most = None if request.GET.get("schools") == "all" else page.MOST_SCHOOLS
        context |= page.schools(source, request.GET.get("topic", ""), most)
        context |= page.over_time(audit, person)
        context["charts"] = page.charts(audit)
        context["choices"] = page.with_charts(context["choices"], context["charts"])
    return context


def _tabs(audit: Audit, mine: list[Organisation], of: Organisation | None) -> dict[str, Any]:
    if not mine:
        return {}
    tabs = [{"label": _("All schools"), "url": _address(audit, None), "current": of is None}]
    tabs += [
        {"label": school.name, "url": _address(audit, school), "current": school == of}
        for school in mine
    ]
    return {"of_tabs": tabs}


def _address(audit: Audit, of: Organisation | None) -> str:
    url = reverse("audits:detail", args=[audit.public_id])
    return f"{url}?of={of.pk}" if of is not None else url


def _job(audit: Audit) -> Job | None:
    """The work on the results of a large audit, while it goes on or when it failed."""
    if audit.state != AuditState.CLOSED or audit.results:
        return None
    return _jobs(audit).order_by("-pk").first()


def _jobs(audit: Audit) -> QuerySet[Job]:
    return Job.objects.filter(kind=RELEASE, params__audit=audit.pk)


def _progress(person: Any, audit: Audit, job: Job) -> dict[str, Any]:
    url = _address(audit, None)
    again = reverse("audits:release_again", args=[audit.public_id])
    return {
        "job": job,
        "poll_url": url,
        "page_url": url,
        "url": url,
        "link": _("Read the results"),
        "text": _("The results are ready."),
        "retry_url": again if can_run(person, audit) else "",
    }


@require_POST
def release_again(request: Request, pid: str) -> HttpResponse:
    """Let the work on the results begin anew after it failed."""
    audit = audit_of(request, pid)
    require(can_run(request.user, audit))
    job = _job(audit)
    if job is not None:
        jobs.retry(job)
    return redirect("audits:detail", pid)


@require_GET
def export(request: Request, pid: str) -> HttpResponse:
    """As CSV the ranking, one grouping (``by``) or the table of one chart (``chart``)."""
    source = _released(request, pid)
    name = f"needs-{source.audit.public_id}"
    wanted = request.GET.get("chart", "")
    if wanted:
        chart = kept_charts(source.audit).filter(name=wanted).first()
        if chart is None:
            raise Http404
        return csv_response(f"{name}-{wanted}", chart.data["columns"], chart.data["rows"])
    by = request.GET.get("by", "")
    if by and by not in source.groupings:
        raise Http404
    table = files.by_table(source, by) if by else files.needs_table(source)
    rows = [[files.plain(cell) for cell in row] for row in table["rows"]]
    return csv_response(f"{name}-{by}" if by else name, table["columns"], rows)


@require_GET
def workbook(request: Request, pid: str) -> HttpResponse:
    """Every released figure, one a line."""
    source = _released(request, pid)
    name = f"results-{source.audit.public_id}"
    response: HttpResponse = xlsx_response(name, files.lines_header(), files.lines(source))
    return response


@require_GET
def pdf(request: Request, pid: str) -> HttpResponse:
    source = _released(request, pid)
    over_time = trend(source.audit, request.user) if source.school is None else None
    response = HttpResponse(paper.make(source, over_time), content_type="application/pdf")
    name = f"results-{source.audit.public_id}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _released(request: Request, pid: str) -> Source:
    """What everybody who reads results may read: files are passed on."""
    audit = audit_of(request, pid)
    require(can_read_results(request.user, audit))
    source = released(audit, _chosen(request, _schools(request.user, audit)))
    if source is None:
        raise Http404
    return source
