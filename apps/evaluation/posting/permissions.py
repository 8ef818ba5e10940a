"""Who schedules reports, sends or holds back what is previewed, and comments for a school."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import ALLOWED, Denied, Permission, allowed_if
from apps.core.ui.dates import day
from apps.evaluation import apart
from apps.evaluation.enums import ReportState
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import SHORTEST
from apps.evaluation.permissions import can_make
from apps.evaluation.posting.models import SPEAKERS
from apps.evaluation.reports.base import About, ReportKind
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def can_schedule(person: Person, kind: ReportKind, about: About) -> Permission:
    """Whoever makes it by hand."""
    allowed = can_make(person, kind, about)
    if not allowed:
        return allowed
    return allowed_if(kind.recipients, _("Reports of this kind are made by hand alone."))


def can_end_on(
    kind: ReportKind, about: About, end: date, frequency: str, row: ReportSchedule | None
) -> Permission:
    """The next scheduled report; ``row`` is the schedule that runs already."""
    start, last = apart.next_start(kind, about, end, frequency, row), kind.last_day(about)
    if last is not None and start > last:
        gone = _(
            "It ended on %(last)s, and the next report would begin after that, on %(start)s. "
            "Reports of its own time are made by hand."
        )
        return Denied(gone % {"last": day(last), "start": day(start)})
    earliest = start + SHORTEST - timedelta(days=1)
    words = _(
        "The next report begins on %(start)s and covers at least four weeks: one of a few days "
        "would show what single people did in them. Choose %(earliest)s or a later day."
    )
    return allowed_if(end >= earliest, words % {"start": day(start), "earliest": day(earliest)})


def can_send(person: Person, report: Report) -> Permission:
    """Now, rather than when its preview is over; also what was held back."""
    return _decides(person, report, may_be_stopped=True)


def can_stop(person: Person, report: Report) -> Permission:
    return _decides(person, report, may_be_stopped=False)


def _decides(person: Person, report: Report, *, may_be_stopped: bool) -> Permission:
    allowed = can_make(person, report.rules, report.subject)
    if not allowed:
        return allowed
    if report.is_sent:
        return Denied(_("It has gone out already. What is wrong in it can be corrected."))
    if not report.is_frozen:
        return Denied(_("It is still being made."))
    if hasattr(report, "corrected_by"):
        return Denied(_("It has been made again: only the newer one is sent."))
    if report.state == ReportState.STOPPED and not may_be_stopped:
        return Denied(_("It is held back already."))
    return ALLOWED


def can_comment(person: Person, report: Report, school: Organisation) -> Permission:
    """On the lines about ``school``, while the report is previewed."""
    if school.pk not in scope_of(person).organisations(*SPEAKERS):
        return Denied(_("The head and the CPD leads of a school comment on what is said of it."))
    if report.is_sent:
        return Denied(
            _("The report has gone out. When it is corrected, schools can comment once more.")
        )
    return allowed_if(
        report.state == ReportState.PREVIEW,
        _("The report is held back by whoever makes it, so nothing can be said about it now."),
    )
