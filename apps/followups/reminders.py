"""Telling owners what is due: a notice at once, and one e-mail on the next open morning.

A follow-up is reminded of twice, on its day and when it is a week late. It counts its reminders
in the transaction that writes the notice and queues the mail; so a missed day is caught up, and
a second run or a second beat does nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts import mail_kinds
from apps.accounts.models import MailFrequency, Person
from apps.core import outbox
from apps.core.models import MailState, Notice, OutboundEmail
from apps.core.sweeps import sweep
from apps.followups.models import FollowUp, FollowUpQuerySet
from apps.schools.calendars import LONDON, UNKNOWN, Calendar, calendars_of
from apps.schools.models import Membership

DUE, LATE, SHARED_LATE = "followups.due", "followups.late", "followups.shared_late"
ONCE = "once"  # a follow-up has one day: a moved one is another row
LATE_AFTER = timedelta(days=7)
DAY_ENDS = time(17)  # later than this, a mail waits for the next open morning
BATCH = 500
MAIL_KIND = "followups"
TEMPLATE = "followups.due"


@sweep("followups.remind", every=timedelta(minutes=5))
def remind(at: datetime) -> int:
    """Notice everything due by ``at``, in batches of one transaction each; how many."""
    done = 0
    while count := sum(remind_batch(at, late=late) for late in (False, True)):
        done += count
    return done


@transaction.atomic
def remind_batch(at: datetime, *, late: bool) -> int:
    """Notice up to BATCH follow-ups that became due, or that are ``late`` by a week."""
    today = timezone.localdate(at)
    kind = LATE if late else DUE
    rows = list(
        unnoticed(today, late=late)
        .select_related("owner")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due", "pk")[:BATCH]
    )
    if rows:
        told = FollowUp.objects.filter(pk__in=[row.pk for row in rows])
        told.update(reminders=2 if late else 1)
        Notice.objects.bulk_create(_notices(rows, kind, at), ignore_conflicts=True)
        _queue_mails(rows, at)
    return len(rows)


def unnoticed(today: date, *, late: bool) -> FollowUpQuerySet:
    """Due on ``today`` or before (or a week late), and their owner has not been told."""
    if late:
        return FollowUp.objects.due(today - LATE_AFTER).filter(reminders__lt=2)
    return FollowUp.objects.due(today).filter(due__gt=today - LATE_AFTER, reminders=0)


def thing_url(followup: FollowUp) -> str:
    return reverse("followups:detail", args=[followup.public_id])


def _notices(rows: list[FollowUp], kind: str, at: datetime) -> list[Notice]:
    """For the owners; when late also, kindly, for those with whom a promise is shared."""
    notices = [_notice(row, kind, row.owner_id, at) for row in rows]
    if kind == LATE:
        notices += [
            _notice(row, SHARED_LATE, row.organiser_id, at)
            for row in rows
            if row.shared and row.organiser_id and row.organiser_id != row.owner_id
        ]
    return notices


def _notice(row: FollowUp, kind: str, person_id: int, at: datetime) -> Notice:
    return Notice(
        person_id=person_id,
        kind=kind,
        thing=row.public_id,
        period=ONCE,
        url=thing_url(row),
        created_at=at,
    )


def _queue_mails(rows: list[FollowUp], at: datetime) -> None:
    """One mail a person and morning; the letter gathers all that is due to them."""
    mornings = Mornings.of(rows, at)
    wanted = {row.pk: mornings.of_followup(row) for row in rows if mornings.wants(row)}
    owners = {row.owner_id for row in rows if row.pk in wanted}
    # One sweep at a time for a person, so that each sees the mails that the other queued.
    list(Person.objects.filter(pk__in=owners).order_by("pk").select_for_update(no_key=True))
    taken = _taken({_key(row.owner_id, wanted[row.pk]) for row in rows if row.pk in wanted})
    drafts = {}
    for row in rows:
        if morning := wanted.get(row.pk):
            if _key(row.owner_id, morning) in taken:
                morning = mornings.after(row, morning)
            draft = _draft(row.owner_id, morning)
            drafts[draft.key] = draft
    outbox.queue_many(drafts.values())


def _taken(keys: set[str]) -> set[str]:
    """Those whose mail has gone or is going. The others are locked: they go after our commit."""
    mails = OutboundEmail.objects.filter(key__in=keys)
    waiting = mails.filter(state=MailState.QUEUED).order_by("pk").values_list("key", flat=True)
    ours = set(waiting.select_for_update(skip_locked=True))
    return set(mails.values_list("key", flat=True)) - ours


def _key(person_id: int, morning: datetime) -> str:
    return f"followups.due:{person_id}:{morning.astimezone(LONDON):%Y-%m-%d}"


def _draft(person_id: int, morning: datetime) -> outbox.Draft:
    return outbox.Draft(
        TEMPLATE,
        key=_key(person_id, morning),
        due_at=morning,
        person_id=person_id,
        keys={"day": morning.astimezone(LONDON).date().isoformat()},
    )


@dataclass(frozen=True, slots=True)
class Mornings:
    """When each owner may be written to about each follow-up; three queries for all of them."""

    at: datetime
    calendars: dict[int, Calendar]
    working_days: dict[tuple[int, int], set[int]]
    frequencies: dict[int, MailFrequency]

    @classmethod
    def of(cls, rows: Iterable[FollowUp], at: datetime) -> Mornings:
        rows = list(rows)
        owners = {row.owner_id for row in rows}
        days: dict[tuple[int, int], set[int]] = defaultdict(set)
        held = Membership.objects.current(timezone.localdate(at)).filter(
            person_id__in=owners, organisation_id__in={row.organisation_id for row in rows}
        )
        for person, organisation, working in held.values_list(
            "person_id", "organisation_id", "working_days"
        ):
            days[person, organisation or 0].update(working)
        return cls(
            at=at,
            calendars=calendars_of(row.organisation_id for row in rows),
            working_days=dict(days),
            frequencies=mail_kinds.frequencies(owners, MAIL_KIND),
        )

    def wants(self, row: FollowUp) -> bool:
        owner: Person = row.owner
        return bool(
            owner.is_active and owner.email and self.frequencies[row.owner_id] != MailFrequency.OFF
        )

    def of_followup(self, row: FollowUp) -> datetime:
        """The first open morning; today's until the end of the day, though it has passed."""
        local = self.at.astimezone(LONDON)
        first = local.date() + timedelta(days=1 if local.time() >= DAY_ENDS else 0)
        return self._morning(row, max(first, row.due))

    def after(self, row: FollowUp, morning: datetime) -> datetime:
        return self._morning(row, morning.astimezone(LONDON).date() + timedelta(days=1))

    def _morning(self, row: FollowUp, day: date) -> datetime:
        if self.frequencies[row.owner_id] == MailFrequency.WEEKLY:
            day += timedelta(days=-day.weekday() % 7)
        calendar = self.calendars.get(row.organisation_id, UNKNOWN)
        return calendar.first_open_morning(
            day, self.working_days.get((row.owner_id, row.organisation_id))
        )
