"""Schedules, the buttons of a preview, and what a school sees and says beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.evaluation import pdf
from apps.evaluation.enums import Frequency
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import TERM_ENDS, ends_after, next_date
from apps.evaluation.posting import actions, lines, sending
from apps.evaluation.posting.forms import LinesForm, ScheduleForm
from apps.evaluation.posting.models import SPEAKERS, SchoolComment
from apps.evaluation.posting.permissions import can_comment, can_end_on, can_schedule
from apps.evaluation.reports import all_kinds, base, kind_of
from apps.evaluation.reports.base import About, ReportKind
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def schedule(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """When reports are made and mailed; the button ``end`` stops it. As of `report_new`, ``ref``
    is the identifier of what they are about, ``kind`` their slug."""
    if kind not in {one.slug for one in all_kinds()}:
        raise Http404
    rules = kind_of(kind)
    about = subject_of(request, rules.subject, ref)
    require(can_schedule(request.user, rules, about))  # type: ignore[arg-type]
    if request.method == "POST" and "end" in request.POST:
        actions.end_schedule(by=request.user, kind=rules, about=about)  # type: ignore[arg-type]
        messages.success(request, _("No more reports are made by themselves."))
        return redirect("evaluation:reports")
    row = ReportSchedule.objects.running().of(rules, about).first()
    form = ScheduleForm(
        request.POST or None,
        initial=_initial(rules, about, row),
        recipients=rules.recipients,
        has_lines=rules.has_lines,
        may_end_on=lambda end, often: can_end_on(rules, about, end, often, row),
    )
    if form.is_valid():
        actions.set_schedule(by=request.user, kind=rules, about=about, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Saved. The next report is made and mailed by itself."))
        return redirect("evaluation:reports")
    context = {
        "form": form,
        "about": about,
        "rules": rules,
        "schedule": row,
        "last_day": rules.last_day(about),
    }
    return render(
        request, "evaluation/schedule.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def report_send(request: HttpRequest, pid: str) -> HttpResponse:
    found = sending.send(by=request.user, report=_mine(request, pid))  # type: ignore[arg-type]
    messages.success(request, _("It has gone out: each reader gets it on their next open morning."))
    return redirect("evaluation:report", found.public_id)


@require_POST
def report_stop(request: HttpRequest, pid: str) -> HttpResponse:
    found = _mine(request, pid)
    sending.stop(by=request.user, report=found)  # type: ignore[arg-type]
    messages.success(request, _("It is held back: its readers do not get it."))
    return redirect("evaluation:report", found.public_id)


def report_lines(request: HttpRequest, pid: str, ref: str) -> HttpResponse:
    """What a report says of one school, for its head and CPD leads, who may comment on it until
    the report goes out: then they read all of it."""
    mine = scope_of(request.user).organisations(*SPEAKERS)  # type: ignore[arg-type]
    school = get_visible(Organisation.objects.filter(pk__in=mine), request.user, ref=ref)
    source = Report.objects.seen_in_part_by(request.user)  # type: ignore[arg-type]
    found = source.filter(public_id=pid).first()
    if found is None:
        raise Http404
    snapshot = found.snapshot or {}
    shown = lines.about(snapshot, school.pk)
    if not shown:
        raise Http404
    if found.is_sent and request.method == "GET":
        return redirect("evaluation:report", found.public_id)
    require(can_comment(request.user, found, school))  # type: ignore[arg-type]
    stored = SchoolComment.objects.of(found).filter(organisation=school)
    said = {row.line: row.text for row in stored}
    form = LinesForm(request.POST or None, lines=shown, said=said)
    if form.is_valid():
        sending.comment(
            by=request.user,  # type: ignore[arg-type]
            report=found,
            school=school,
            texts=form.texts(),
        )
        messages.success(request, _("Saved. You can change it until the report goes out."))
        return redirect(sending.lines_url(found, school))
    context = {
        "form": form,
        "report": found,
        "school": school,
        "words": pdf.words(snapshot),
        "period": snapshot["period"]["words"],
        "lines": list(zip(shown, form, strict=True)),
    }
    return render(request, "evaluation/lines.html", context, status=422 if form.is_bound else 200)


def subject_of(request: HttpRequest, subject: base.Subject, ref: str) -> About:
    """One that the person knows: operators see that alliances and schools are there, not what
    they do."""
    known = subject.known(request.user)  # type: ignore[arg-type]
    rows: Any = subject.model._default_manager.filter(pk__in=known)
    if subject is base.PERSON:  # themselves: nobody else is among them
        found: About = get_object_or_404(rows, **{subject.ref: ref})
        return found
    return get_visible(rows, request.user, **{subject.ref: ref})


def _mine(request: HttpRequest, pid: str) -> Report:
    return get_visible(Report.objects.all(), request.user, public_id=pid)


def _initial(rules: ReportKind, about: About, row: ReportSchedule | None) -> dict[str, Any]:
    if row is None:
        return {"next_on": _first_date(rules, about)}
    names = ("frequency", "next_on", "preview_days", "roles")
    return {name: getattr(row, name) for name in names}


def _first_date(rules: ReportKind, about: About) -> date:
    """The first end of a term on which a report may end."""
    found = ends_after(clock.today(), TERM_ENDS)
    may = can_end_on(rules, about, found, Frequency.TERMLY, None)
    return found if may else next_date(found, Frequency.TERMLY)
