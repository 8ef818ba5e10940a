"""A frozen report goes out: at once, or after its owner and the schools have looked at it.

Each step is one transaction with the report's row locked and its state asked again, so that a
worker that dies leaves it where it was, and the next sweep goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from apps.accounts.models import Person
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import require
from apps.evaluation import pdf, readers
from apps.evaluation.enums import ReportState
from apps.evaluation.models import Report
from apps.evaluation.permissions import can_make
from apps.evaluation.posting import lines
from apps.evaluation.posting.models import SchoolComment
from apps.evaluation.posting.permissions import can_comment, can_send, can_stop
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

PREVIEW, LINES, READY = "evaluation.preview", "evaluation.lines", "evaluation.report_ready"


def begin(report: Report, at: datetime) -> None:
    """Store what has just been frozen: out it goes, or its preview begins."""
    frozen = ("pdf", "snapshot", "frozen_at")
    schedule = report.schedule
    if schedule is None or not schedule.preview_days:
        _go_out(report, at, *frozen)
        return
    report.state, report.goes_at = ReportState.PREVIEW, readers.preview_ends(schedule, at)
    report.save(update_fields=[*frozen, "state", "goes_at"])
    _tell_owners(report, at)
    _tell_schools(report, at)


@transaction.atomic
def send(*, by: Person, report: Report) -> Report:
    """Let a previewed one go out now; once it has, nothing more happens. Raises Refused."""
    row = _locked(report.pk)
    if row.is_sent and row.goes_at and can_make(by, row.rules, row.subject):
        return row
    require(can_send(by, row))
    _go_out(row, clock.now())
    audit_trail.record("report.sent", row, by=by)
    return row


@transaction.atomic
def send_looked_at(pk: int, at: datetime) -> bool:
    """Let it go out when its preview is over by ``at``; False when somebody else has."""
    row = Report.objects.looked_at(at).select_for_update(skip_locked=True, of=("self",))
    report = row.filter(pk=pk).first()
    if report is None:
        return False
    _go_out(report, at)
    audit_trail.record("report.sent", report, by=None)
    return True


@transaction.atomic
def stop(*, by: Person, report: Report) -> None:
    """Hold it back: its readers do not get it, unless it is sent after all. Raises Refused."""
    row = _locked(report.pk)
    if row.state == ReportState.STOPPED:
        return
    require(can_stop(by, row))
    hold_back(row, by=by)


def hold_back(report: Report, *, by: Person) -> None:
    """Within a transaction that holds the row."""
    report.state = ReportState.STOPPED
    report.save(update_fields=["state"])
    audit_trail.record("report.stopped", report, by=by)


@transaction.atomic
def comment(*, by: Person, report: Report, school: Organisation, texts: Mapping[str, str]) -> None:
    """Keep what the school says by the slug of its line; an empty text says nothing any more.
    Slugs of other lines are passed over. Raises Refused."""
    row = _locked(report.pk)
    require(can_comment(by, row, school))
    there = {line.slug for line in lines.about(row.snapshot or {}, school.pk)}
    is_head = school.pk in scope_of(by).organisations(Role.HEAD)
    stored = {
        said.line: said for said in SchoolComment.objects.filter(report=row, organisation=school)
    }
    for slug in sorted(there & texts.keys()):
        text, before = texts[slug].strip(), stored.get(slug)
        if text == (before.text if before else ""):
            continue
        if not text:
            SchoolComment.objects.filter(report=row, organisation=school, line=slug).delete()
        else:
            SchoolComment.objects.update_or_create(
                report=row,
                organisation=school,
                line=slug,
                defaults={
                    "text": text,
                    "said_by": by,
                    "role": Role.HEAD if is_head else Role.CPD_LEAD,
                    "said_at": clock.now(),
                },
            )
        audit_trail.record("report.commented", row, by=by, organisation=school.pk)


def _locked(pk: int) -> Report:
    return Report.objects.select_for_update(of=("self",)).get(pk=pk)


def paper_with_said(report: Report) -> bytes | None:
    """The PDF with what schools have said until now; None where they have said nothing."""
    said = list(SchoolComment.objects.of(report))
    if not any(row.text for row in said):
        return None
    return pdf.make(lines.beside(report.snapshot or {}, said), report.rules.paper)


def _go_out(report: Report, at: datetime, *fields: str) -> None:
    """Its readers see it, with what schools said on paper too; what it corrects is superseded."""
    paper = paper_with_said(report)
    if paper is not None:
        report.said_pdf.save("report.pdf", ContentFile(paper), save=False)
    report.state = ReportState.READY
    report.save(update_fields=[*fields, "state", "said_pdf"])
    earlier = report.replaces
    if earlier is not None:
        Report.objects.filter(pk=earlier.pk).update(state=ReportState.SUPERSEDED)
    if report.schedule is not None:
        outbox.queue_many(
            _draft(READY, report, person, morning, str(person))
            for person, morning in readers.mornings(report.schedule, at)
        )


def _tell_owners(report: Report, at: datetime) -> None:
    url = reverse("evaluation:report", args=[report.public_id])
    people = [person.pk for person in readers.owners(report)]
    _notify(PREVIEW, [(person, report.public_id, url) for person in people])
    outbox.queue_many(_draft(PREVIEW, report, person, at, str(person)) for person in people)


def _tell_schools(report: Report, at: datetime) -> None:
    """The heads and CPD leads of the schools that have lines of their own, where to see them."""
    schools = Organisation.objects.in_bulk(lines.schools_in(report.snapshot or {}))
    told = list(readers.speakers(schools))
    _notify(
        LINES,
        [
            (person, f"{report.public_id}.{school}", lines_url(report, schools[school]))
            for person, school in told
        ],
    )
    outbox.queue_many(
        _draft(LINES, report, person, at, f"{person}:{school}", school=school)
        for person, school in told
    )


def lines_url(report: Report, school: Organisation) -> str:
    return reverse("evaluation:report_lines", args=[report.public_id, school.ref])


def _notify(kind: str, told: list[tuple[int, str, str]]) -> None:
    rows = [
        Notice(person_id=person, kind=kind, thing=thing, period="once", url=url)
        for person, thing, url in told
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _draft(
    template: str, report: Report, person: int, due_at: datetime, key: str, **keys: int
) -> outbox.Draft:
    return outbox.Draft(
        template,
        key=f"{template}:{report.pk}:{key}",
        due_at=due_at,
        person_id=person,
        keys={"report": report.pk, **keys},
    )
