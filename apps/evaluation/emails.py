"""Letters about reports: the paper, a link and figures of many, never of one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.accounts.models import Person
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui.dates import day
from apps.evaluation.enums import ReportState
from apps.evaluation.models import Report
from apps.evaluation.pdf import title
from apps.evaluation.posting.permissions import can_comment
from apps.evaluation.posting.sending import lines_url
from apps.evaluation.readers import MAIL_KIND
from apps.schools.models import Organisation


@letter("evaluation.report_ready")
def report_ready(row: OutboundEmail) -> Letter | None:
    """Not sent to somebody who may no longer read it, nor once it has been corrected."""
    person = row.person
    if person is None or not _may_write(person):
        return None
    report = Report.objects.ready().visible_to(person).filter(pk=row.keys["report"]).first()
    if report is None or report.snapshot is None:
        return None
    found = report.snapshot
    names = {"title": title(found), "period": found["period"]["words"]}
    opening = (
        _("“%(title)s” for %(period)s has been corrected.")
        if report.replaces
        else _("“%(title)s” for %(period)s is ready.")
    )
    return Letter(
        to=str(person.email),
        subject=(_("Corrected report: %(title)s") if report.replaces else _("Report: %(title)s"))
        % names,
        greeting=greeting(person),
        paragraphs=[opening % names, *([found["correction"]] if found["correction"] else [])],
        lines=[Line(f"{a['question']} {a['finding']}") for a in found["answers"]],
        action=Line(_("Read the report"), reverse("evaluation:report", args=[report.public_id])),
        closing=_("It shows totals, and no single person."),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
        attachments=[_paper(report)],
    )


def _paper(report: Report) -> tuple[str, bytes, str]:
    with report.paper.open("rb") as file:
        return f"{report.file_name}.pdf", file.read(), "application/pdf"


@letter("evaluation.preview")
def preview(row: OutboundEmail) -> Letter | None:
    """To its owner. Not sent once it has gone out or is held back."""
    person, report = row.person, _previewed(row)
    if report is None or person is None or not _may_write(person):
        return None
    if not report.rules.may_make(person, report.subject):
        return None
    assert report.goes_at is not None
    found = report.snapshot or {}
    names = {"title": title(found), "period": found["period"]["words"]}
    return Letter(
        to=str(person.email),
        subject=_("Look at it before it goes out: %(title)s") % names,
        greeting=greeting(person),
        paragraphs=[
            _("“%(title)s” for %(period)s has been made.") % names,
            _(
                "Its readers get it on %(day)s. Until then you can send it sooner or hold it back; "
                "if you do nothing, it goes out."
            )
            % {"day": day(report.goes_at)},
        ],
        action=Line(_("Look at it"), reverse("evaluation:report", args=[report.public_id])),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )


@letter("evaluation.lines")
def school_lines(row: OutboundEmail) -> Letter | None:
    """To a school's head and CPD leads, before the others read what the report says of it."""
    person, report = row.person, _previewed(row)
    school = Organisation.objects.filter(pk=row.keys["school"]).first()
    if report is None or school is None or person is None or not _may_write(person):
        return None
    assert report.goes_at is not None
    if not can_comment(person, report, school):
        return None
    found = report.snapshot or {}
    names = {
        "title": title(found),
        "period": found["period"]["words"],
        "school": school.name,
        "day": day(report.goes_at),
    }
    return Letter(
        to=str(person.email),
        subject=_("What a report will say of %(school)s") % names,
        greeting=greeting(person),
        paragraphs=[
            _("“%(title)s” for %(period)s goes out on %(day)s.") % names,
            _(
                "You see the lines about %(school)s first. What you say about them stands beside "
                "them in the report."
            )
            % names,
        ],
        action=Line(_("See the lines about your school"), lines_url(report, school)),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )


def _previewed(row: OutboundEmail) -> Report | None:
    return Report.objects.filter(pk=row.keys["report"], state=ReportState.PREVIEW).first()


def _may_write(person: Person) -> bool:
    return bool(person.is_active and person.email and wants(person, MAIL_KIND))
