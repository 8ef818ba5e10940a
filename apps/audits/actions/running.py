"""Opening, extending and closing an audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions import closing
from apps.audits.actions.asking import ask, ask_no_more, ask_schools, settle_schools
from apps.audits.actions.audience import people_to_ask, speakers
from apps.audits.enums import AuditMode, AuditState, QuestionKind
from apps.audits.models import Audit
from apps.audits.permissions import can_open
from apps.audits.suppression import RULE
from apps.core import audit_trail, clock, outbox
from apps.core.permissions import Refused, require
from apps.schools.calendars import UNKNOWN, Calendar, calendars_of
from apps.schools.models import Membership


def blocks_to_opening(audit: Audit, people: Sequence[Membership]) -> list[str]:
    """Why the draft cannot be opened, with what to do instead; empty: it can."""
    blocks = []
    if audit.alliance_id and not audit.schools.accepted().exists():
        blocks.append(_("No school takes part yet. Invite the schools, or wait for their answers."))
    elif not people and not (audit.alliance_id and speakers(audit)):
        blocks.append(
            _(
                "Nobody would be asked: no staff match. Add people to the staff list, or ask more "
                "of them."
            )
        )
    elif audit.mode != AuditMode.NAMED and audit.organisation_id and len(people) < RULE:
        blocks.append(
            _(
                "Only %(n)d people would be asked. A confidential audit shows nothing about fewer "
                "than five, so nobody would learn anything. Choose “named to my CPD lead”, or ask "
                "more staff together."
            )
            % {"n": len(people)}
        )
    kinds = set(audit.questions.order_by().values_list("kind", flat=True).distinct())
    if not kinds:
        blocks.append(_("There are no questions yet. Choose topics or add a question."))
    elif QuestionKind.OFFER in kinds and QuestionKind.GRID not in kinds:
        blocks.append(
            _(
                "“I can offer” lists the topics that the audit asks about, and there are none. "
                "Choose topics, or remove that question."
            )
        )
    if audit.closes_on < clock.today():
        blocks.append(_("The closing date has passed. Choose a later one."))
    return blocks


@transaction.atomic
def open_audit(*, by: Person, audit: Audit) -> Audit:
    """Freeze the questions, ask everybody and queue the mails; opening twice does it once.

    Schools that have not accepted an alliance's audit by now are not asked.
    Raises Refused with the first of `blocks_to_opening`.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.DRAFT:
        return audit
    people = people_to_ask(audit)
    blocks = blocks_to_opening(audit, people)
    if blocks:
        raise Refused(blocks[0])
    begin(by=by, audit=audit)
    asked = ask_schools(audit, people) if audit.alliance_id else ask(audit, people)
    audit_trail.record("audits.open", audit, by=by, asked=asked, mode=audit.mode)
    return audit


def begin(*, by: Person | None, audit: Audit) -> None:
    """Make a locked draft an open audit, whose questions stay; whom to ask is the caller's.

    It takes the place of the version before it, and schools that have not accepted are not in it.
    """
    audit.state = AuditState.OPEN
    audit.opened_at = clock.now()
    audit.opens_on = clock.today()
    audit.closes_on = max(audit.closes_on, audit.opens_on)
    audit.save(update_fields=["state", "opened_at", "opens_on", "closes_on"])
    if audit.replaces is not None:
        close_audit(by=by, audit=audit.replaces)  # one version is asked at a time
    if audit.alliance_id:
        settle_schools(audit)


def first_morning(audit: Audit) -> datetime:
    """When the first mails would go if the audit were opened now."""
    return max(calendar_of_audit(audit).first_open_morning(clock.today()), clock.now())


def calendar_of_audit(audit: Audit) -> Calendar:
    """The school's; an alliance's schools have each their own, so of them only the weekdays."""
    if audit.organisation_id is None:
        return UNKNOWN
    return calendars_of([audit.organisation_id])[audit.organisation_id]


@transaction.atomic
def plan_opening(*, by: Person, audit: Audit, opens_on: date) -> Audit:
    """Let the draft open by itself on ``opens_on``, or on the first open day after it.

    Refused while something stands in its way.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.DRAFT:
        raise Refused(_("The audit has been opened already."))
    if audit.organisation_id:
        blocks = blocks_to_opening(audit, people_to_ask(audit))
        if blocks:
            raise Refused(blocks[0])
    audit.opens_on = opens_on
    audit.planned_at, audit.planned_by = clock.now(), by
    audit.save(update_fields=["opens_on", "planned_at", "planned_by"])
    audit_trail.record("audits.plan_opening", audit, by=by, opens_on=opens_on.isoformat())
    return audit


@transaction.atomic
def unplan_opening(*, by: Person | None, audit: Audit) -> Audit:
    """Leave it a draft that waits for somebody to open it."""
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.planned_at is not None and audit.state == AuditState.DRAFT:
        audit.planned_at = audit.planned_by = None
        audit.save(update_fields=["planned_at", "planned_by"])
        audit_trail.record("audits.unplan_opening", audit, by=by)
    return audit


def open_planned(audit: Audit, day: date) -> bool:
    """Open a planned draft whose day has come, if the school is open and nothing is in the way.

    Whoever planned it is written to when it cannot be opened; it stays a draft.
    """
    planner = audit.planned_by
    if planner is None or not calendar_of_audit(audit).is_open(day):
        return False
    try:
        require(can_open(planner, audit))
        open_audit(by=planner, audit=audit)
    except Refused:
        with transaction.atomic():
            unplan_opening(by=None, audit=audit)
            outbox.queue(
                "audits.not_opened",
                key=f"audits.not_opened/{audit.pk}/{day.isoformat()}",
                person=planner,
                due_at=first_morning(audit),
                audit=audit.pk,
            )
        return False
    return True


@transaction.atomic
def extend_audit(*, by: Person, audit: Audit, closes_on: date) -> Audit:
    """Move the closing date of an open audit. Refused when it has closed meanwhile."""
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.OPEN:
        raise Refused(_("The audit has closed already."))
    before = audit.closes_on
    audit.closes_on = closes_on
    audit.save(update_fields=["closes_on"])
    audit_trail.record(
        "audits.extend", audit, by=by, before=before.isoformat(), after=closes_on.isoformat()
    )
    return audit


@transaction.atomic
def close_audit(*, by: Person | None, audit: Audit) -> Audit:
    """Close an open audit and release its results, once; closing twice does it once.

    A worker works out the results of a large one: until then they are empty.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.OPEN:
        return audit
    ask_no_more(audit)
    audit.state = AuditState.CLOSED
    audit.closed_at = clock.now()
    audit.save(update_fields=["state", "closed_at"])
    if closing.is_large(audit):
        closing.finish_later(by=by, audit=audit)
    else:
        closing.finish(by=by, audit=audit)
    return audit
