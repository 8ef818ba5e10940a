"""Letters about reports: a link and figures of many, never of one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.evaluation.models import Report
from apps.evaluation.pdf import title
from apps.evaluation.readers import MAIL_KIND


@letter("evaluation.report_ready")
def report_ready(row: OutboundEmail) -> Letter | None:
    """Not sent to somebody who may no longer read it, nor once it has been corrected."""
    person = row.person
    if person is None or not person.is_active or not person.email or not wants(person, MAIL_KIND):
        return None
    report = Report.objects.ready().visible_to(person).filter(pk=row.keys["report"]).first()
    if report is None or report.snapshot is None:
        return None
    found = report.snapshot
    names = {"title": title(found), "period": found["period"]["words"]}
    opening = (
        _("“%(title)s” for %(period)s has been corrected.")
        if report.corrects_id
        else _("“%(title)s” for %(period)s is ready.")
    )
    return Letter(
        to=person.email,
        subject=(_("Corrected report: %(title)s") if report.corrects_id else _("Report: %(title)s"))
        % names,
        greeting=greeting(person),
        paragraphs=[opening % names, *([found["correction"]] if found["correction"] else [])],
        lines=[Line(f"{a['question']} {a['finding']}") for a in found["answers"]],
        action=Line(_("Read the report"), reverse("evaluation:report", args=[report.public_id])),
        closing=_("It shows figures of the schools together, and no single person."),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )
