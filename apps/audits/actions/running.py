"""Opening, extending and closing an audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditMode, AuditState, QuestionKind
from apps.audits.figures import measured, presented
from apps.audits.models import Audit, Participation
from apps.audits.suppression import RULE
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import Refused
from apps.schools.calendars import Calendar, calendars_of
from apps.schools.enums import Role
from apps.schools.models import Membership


def people_to_ask(audit: Audit) -> list[Membership]:
    """One membership for each person of the audience, as a teacher where somebody is both."""
    staff = (
        Membership.objects.current()
        .staff()
        .filter(organisation_id=audit.school_id, role__in=audit.roles, person__is_active=True)
        .select_related("person")
    )
    if audit.phases:
        staff = staff.filter(phase__in=audit.phases)
    if audit.departments:
        staff = staff.filter(department__in=audit.departments)
    found: dict[int, Membership] = {}
    for held in staff.order_by("person_id"):
        if held.person_id not in found or held.role == Role.TEACHER:
            found[held.person_id] = held
    return list(found.values())


def blocks_to_opening(audit: Audit, people: Sequence[Membership]) -> list[str]:
    """Why the draft cannot be opened, with what to do instead; empty: it can."""
    blocks = []
    if not people:
        blocks.append(
            _(
                "Nobody would be asked: no staff of this school match. Add people to the staff "
                "list, or ask more of them."
            )
        )
    elif audit.mode == AuditMode.CONFIDENTIAL and len(people) < RULE:
        blocks.append(
            _(
                "Only %(n)d people would be asked. A confidential audit shows nothing about fewer "
                "than five, so nobody would learn anything. Choose “named to my CPD lead”, or ask "
                "more staff together."
            )
            % {"n": len(people)}
        )
    if not audit.questions.filter(kind=QuestionKind.GRID).exists():
        blocks.append(_("Tick at least one topic."))
    if audit.closes_on < clock.today():
        blocks.append(_("The closing date has passed. Choose a later one."))
    return blocks


@transaction.atomic
def open_audit(*, by: Person, audit: Audit) -> Audit:
    """Freeze the questions, ask everybody and queue the mails; opening twice does it once.

    Raises Refused with the first of `blocks_to_opening`.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.DRAFT:
        return audit
    people = people_to_ask(audit)
    blocks = blocks_to_opening(audit, people)
    if blocks:
        raise Refused(blocks[0])
    audit.state = AuditState.OPEN
    audit.opened_at = clock.now()
    audit.opens_on = clock.today()
    audit.save(update_fields=["state", "opened_at", "opens_on"])
    _ask(audit, people)
    audit_trail.record("audits.open", audit, by=by, asked=len(people), mode=audit.mode)
    return audit


def _ask(audit: Audit, people: Sequence[Membership]) -> None:
    Participation.objects.bulk_create(
        Participation(
            audit=audit,
            person_id=held.person_id,
            organisation_id=audit.school_id,
            **Participation.of(held),
        )
        for held in people
    )
    Notice.objects.bulk_create(_notices(audit, people), ignore_conflicts=True)
    calendar = calendars_of([audit.school_id])[audit.school_id]
    outbox.queue_many(
        outbox.Draft(
            template="audits.asked",
            key=f"audits.asked/{audit.pk}/{held.person_id}",
            due_at=_morning(calendar, held),
            person_id=held.person_id,
            keys={"audit": audit.pk},
        )
        for held in people
        if held.person.email
    )


def _notices(audit: Audit, people: Sequence[Membership]) -> list[Notice]:
    """Everybody finds it in the app too; some have no e-mail address."""
    url = reverse("audits:answer", args=[audit.public_id])
    return [
        Notice(
            person_id=held.person_id,
            kind="audits.asked",
            thing=f"audit/{audit.pk}",
            period="once",
            url=url,
        )
        for held in people
    ]


def first_morning(audit: Audit) -> datetime:
    """When the first mails would go if the audit were opened now."""
    calendar = calendars_of([audit.school_id])[audit.school_id]
    return max(calendar.first_open_morning(clock.today()), clock.now())


def _morning(calendar: Calendar, held: Membership) -> datetime:
    """The first open morning from now on that is one of the person's working days."""
    now = clock.now()
    return max(calendar.first_open_morning(clock.today(), held.working_days), now)


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
    """Close an open audit and release its results, once; closing twice does it once."""
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if audit.state != AuditState.OPEN:
        return audit
    audit.state = AuditState.CLOSED
    audit.closed_at = clock.now()
    audit.results = _release(audit)
    audit.save(update_fields=["state", "closed_at", "results"])
    audit_trail.record("audits.close", audit, by=by, answered=audit.results["shared"]["answered"])
    outbox.queue(
        "audits.closed",
        key=f"audits.closed/{audit.pk}",
        person=audit.created_by,
        due_at=first_morning(audit),
        audit=audit.pk,
    )
    return audit


def _release(audit: Audit) -> dict[str, Any]:
    """What is shown from now on: to all readers under the rule of five; to those who read single
    answers exact."""
    figures = measured(audit, closing=True)
    found = {"shared": presented(audit, figures, suppress=True)}
    if audit.mode == AuditMode.NAMED:
        found["lead"] = presented(audit, figures, suppress=False)
    return found
