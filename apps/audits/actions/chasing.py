"""Reminding those who have not answered: at most three times, each on a working day of theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.asking import ask_no_more, morning
from apps.audits.actions.audience import school_of, schools_of
from apps.audits.enums import AuditState
from apps.audits.models import Audit, AuditReminder, Participation
from apps.audits.models.schools import MOST_REMINDERS
from apps.core import audit_trail, clock, outbox
from apps.core.models import Notice
from apps.core.permissions import Refused
from apps.schools.calendars import calendars_of, is_working_day
from apps.schools.models import Membership

APART = timedelta(days=2)  # between two rounds
SHORT = 4  # days: a shorter audit is reminded of once


def policy_days(opens_on: date, closes_on: date) -> list[date]:
    """The days on which those who have not answered are reminded, without anybody's doing:
    after a third of the time, after two thirds, and the day before the last."""
    days = (closes_on - opens_on).days
    eve = closes_on - timedelta(days=1)
    if days < SHORT:
        return [eve] if days > 1 else []
    thirds = [opens_on + timedelta(days=days * n // 3) for n in (1, 2)]
    found: list[date] = []
    for day in sorted({*thirds, eve}):
        if not found or day - found[-1] >= APART:
            found.append(day)
    return found[:MOST_REMINDERS]


def is_due(audit: Audit, done: Collection[AuditReminder], day: date) -> bool:
    """Whether the policy wants another round on ``day``, after the rounds ``done``."""
    wanted = sum(each <= day for each in policy_days(audit.opens_on, audit.closes_on))
    if len(done) >= min(wanted, MOST_REMINDERS) or day > audit.closes_on:
        return False
    return is_working_day(day) and all(day - timezone.localdate(r.at) >= APART for r in done)


def blocks_to_reminding(audit: Audit, done: Collection[AuditReminder]) -> str:
    """Why nobody can be reminded now; empty: they can."""
    if audit.state != AuditState.OPEN:
        return _("The audit is not open.")
    if not audit.participations.exists():
        return _("Nobody is asked to answer, so there is nobody to remind.")
    if len(done) >= MOST_REMINDERS:
        return _("People have been reminded three times. More would be pestering.")
    if any(timezone.localdate(r.at) == clock.today() for r in done):
        return _("People have been reminded today already.")
    return ""


@transaction.atomic
def remind(*, by: Person | None, audit: Audit) -> int:
    """Remind everybody who has not answered; how many.

    Each gets it on the next morning that is a working day of theirs and an open day of their
    school, and not at all where that comes after the last day. Refused when it was done three
    times, or today.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    done = list(audit.reminders.all())
    blocked = blocks_to_reminding(audit, done)
    if blocked:
        raise Refused(blocked)
    ask_no_more(audit)
    waiting = list(Participation.objects.filter(audit=audit).unanswered())
    round_ = AuditReminder.objects.create(audit=audit, number=len(done) + 1, by=by)
    people = _held(waiting)
    _queue(audit, round_, people)
    audit_trail.record("audits.remind", audit, by=by, round=round_.number)
    return len(waiting)


def _held(waiting: Collection[Participation]) -> list[Membership]:
    """The membership through which each was asked, or any there: it has the working days."""
    at = {part.person_id: part.organisation_id for part in waiting}
    held = (
        Membership.objects.current()
        .filter(person_id__in=at, organisation_id__in=set(at.values()))
        .select_related("person")
        .order_by("-role")  # "teacher" and "support" before "head" and "cpd_lead"
    )
    found: dict[int, Membership] = {}
    for each in held:
        if at[each.person_id] == each.organisation_id:
            found.setdefault(each.person_id, each)
    return list(found.values())


def _queue(audit: Audit, round_: AuditReminder, people: Sequence[Membership]) -> None:
    calendars = calendars_of(schools_of(people))
    mornings = {held.person_id: morning(calendars[school_of(held)], held) for held in people}
    inside = [h for h in people if timezone.localdate(mornings[h.person_id]) <= audit.closes_on]
    url = reverse("audits:answer", args=[audit.public_id])
    Notice.objects.bulk_create(
        (
            Notice(
                person_id=held.person_id,
                kind="audits.reminder",
                thing=f"audit/{audit.pk}",
                period=f"round-{round_.number}",
                url=url,
            )
            for held in inside
        ),
        ignore_conflicts=True,
        batch_size=2000,
    )
    outbox.queue_many(
        outbox.Draft(
            template="audits.reminder",
            key=f"audits.reminder/{audit.pk}/{round_.number}/{held.person_id}",
            due_at=mornings[held.person_id],
            person_id=held.person_id,
            keys={"audit": audit.pk, "round": round_.number},
        )
        for held in inside
        if held.person.email
    )
