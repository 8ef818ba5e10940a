"""Who may enter measurements, and who may make and correct reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Criterion, Participant
from apps.core.permissions import ALLOWED, Denied, Permission, allowed_if
from apps.evaluation import apart
from apps.evaluation.enums import ReportState
from apps.evaluation.models import Measurement, Report
from apps.evaluation.reports.base import About, ReportKind
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of


def can_measure(person: Person, activity: Activity) -> Permission:
    """Those who do it and those who answer for it; who only reads it does not."""
    if activity.state == ActivityState.DRAFT:
        return Denied(_("Measuring begins when the activity has been agreed."))
    if activity.state == ActivityState.CANCELLED:
        return Denied(_("The activity was cancelled, so nothing more is measured."))
    return allowed_if(
        _answers_for(person, activity),
        _(
            "Measurements are entered by the organiser, those taking part, the CPD leads of their "
            "schools and the coordinator of the alliance."
        ),
    )


def can_enter(person: Person, criterion: Criterion) -> Permission:
    """Type in a value, which is never the figure of an audit."""
    if criterion.baseline_audit_id is not None:
        return Denied(
            _("It is measured by a question of audits: take later figures of the same question.")
        )
    return can_measure(person, criterion.activity)  # type: ignore[arg-type]


def can_enter_each(person: Person, criteria: Iterable[Criterion]) -> dict[int, Permission]:
    """`can_enter` by the criterion's key, asked once for those of an activity that are alike."""
    asked: dict[tuple[int | None, bool], Permission] = {}
    found = {}
    for row in criteria:
        sort = (row.activity_id, row.baseline_audit_id is None)
        if sort not in asked:
            asked[sort] = can_enter(person, row)
        found[row.pk] = asked[sort]
    return found


def can_measure_across(person: Person, alliance: Alliance) -> Permission:
    return allowed_if(
        alliance.pk in scope_of(person).alliances(Role.COORDINATOR),
        _("Measurements of a whole alliance are entered by its coordinator."),
    )


def can_correct(person: Person, measurement: Measurement) -> Permission:
    if hasattr(measurement, "corrected_by"):
        return Denied(_("This measurement has been corrected already: correct the newer one."))
    if measurement.audit_id is not None:
        return Denied(_("It is the released figure of an audit, which does not change."))
    return can_measure(person, measurement.criterion.activity)  # type: ignore[arg-type]


def can_make(person: Person, kind: ReportKind, about: About) -> Permission:
    """Reports of this kind about this, now."""
    if not kind.may_make(person, about):
        return Denied(str(kind.refusal))
    reason = kind.not_yet(about)
    return Denied(reason) if reason else ALLOWED


def can_cover(about: About, start: date, end: date) -> Permission:
    """These days, as far as the other reports about the same thing go."""
    return allowed_if(apart.is_free(about, start, end), str(apart.REFUSAL))


def can_correct_report(person: Person, report: Report) -> Permission:
    allowed = can_make(person, report.rules, report.subject)
    if not allowed:
        return allowed
    if report.rules.is_own:
        return Denied(_("Make a new record instead: this one stays until you delete it."))
    if not report.is_frozen or report.state == ReportState.SUPERSEDED:
        return Denied(_("Only a finished report that nobody has corrected yet can be corrected."))
    if hasattr(report, "corrected_by"):
        return Denied(_("It has been made again already: see the newer one."))
    return ALLOWED


def can_delete(person: Person, report: Report) -> Permission:
    """One's own record; what others rely on is corrected instead."""
    if not report.rules.is_own or report.person_id != person.pk:
        return Denied(_("Reports that others read are never deleted: they are corrected."))
    return allowed_if(report.is_frozen, _("It is being made. It can be deleted afterwards."))


def can_retry(person: Person, report: Report) -> Permission:
    allowed = can_make(person, report.rules, report.subject)
    if not allowed:
        return allowed
    return allowed_if(report.has_failed, _("The report is being made or is finished."))


def _answers_for(person: Person, activity: Activity) -> bool:
    scope = scope_of(person)
    led = scope.organisations(Role.CPD_LEAD)
    if activity.organiser_id == person.pk or activity.organisation_id in led:
        return True
    if activity.alliance_id in scope.alliances(Role.COORDINATOR):
        return True
    here = Participant.objects.taking_part().filter(activity=activity)
    return here.filter(person=person).exists() or here.filter(organisation_id__in=led).exists()
