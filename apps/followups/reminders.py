"""Telling owners what is due: a notice at once, and one e-mail on the next open morning.

Each follow-up has a policy, the days before, on and after its date on which its owner is reminded,
and counts its reminders in the transaction that writes the notice and queues the mail; so a missed
day is caught up, and a second run or a second beat does nothing. Of days that were missed only the
last is told. When a shared one is late, whoever organises it is told, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Person
from apps.core import outbox
from apps.core.models import MailState, Notice, OutboundEmail
from apps.core.sweeps import sweep
from apps.followups.models import FollowUp
from apps.schools.calendars import LONDON
from apps.schools.post import Diaries

SOON, DUE, LATE = "followups.soon", "followups.due", "followups.late"
SHARED_LATE = "followups.shared_late"
DAY_ENDS = time(17)  # later than this, a mail waits for the next open morning
BATCH = 500
MAIL_KIND = "followups"
TEMPLATE, LATE_TEMPLATE = "followups.due", "followups.shared_late"


@sweep("followups.remind", every=timedelta(minutes=5))
def remind(at: datetime) -> int:
    """Notice everything due by ``at``, in batches of one transaction each; how many."""
    done = 0
    while count := remind_batch(at):
        done += count
    return done


@transaction.atomic
def remind_batch(at: datetime) -> int:
    """Notice up to BATCH follow-ups of which a reminder is due."""
    today = timezone.localdate(at)
    rows = list(
        FollowUp.objects.to_remind(today)
        .select_related("owner")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due", "pk")[:BATCH]
    )
    if rows:
        days = {row.pk: row.reminder_due(today) for row in rows}
        _count(rows, days)
        Notice.objects.bulk_create(_notices(rows, days, at), ignore_conflicts=True)
        _queue_mails(rows, at)
        _tell_organisers([row for row in rows if _escalates(row, days[row.pk])], at)
    return len(rows)


def _count(rows: list[FollowUp], days: dict[int, int]) -> None:
    done: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        done[row.reminds.index(days[row.pk]) + 1].append(row.pk)
    for count, pks in done.items():
        FollowUp.objects.filter(pk__in=pks).update(reminders=count)


def _escalates(row: FollowUp, day: int) -> bool:
    other = row.organiser_id is not None and row.organiser_id != row.owner_id
    return day > 0 and row.shared and other


def thing_url(followup: FollowUp) -> str:
    return reverse("followups:detail", args=[followup.public_id])


def _notices(rows: list[FollowUp], days: dict[int, int], at: datetime) -> list[Notice]:
    """For the owners; when late also, kindly, for those with whom a promise is shared."""
    notices = []
    for row in rows:
        day = days[row.pk]
        kind = SOON if day < 0 else LATE if day > 0 else DUE
        notices.append(_notice(row, kind, row.owner_id, day, at))
        if _escalates(row, day) and row.organiser_id:
            notices.append(_notice(row, SHARED_LATE, row.organiser_id, day, at))
    return notices


def _notice(row: FollowUp, kind: str, person_id: int, day: int, at: datetime) -> Notice:
    return Notice(
        person_id=person_id,
        kind=kind,
        thing=row.public_id,
        period=f"{day:+d}",
        url=thing_url(row),
        created_at=at,
    )


def _queue_mails(rows: list[FollowUp], at: datetime) -> None:
    """One letter a person and morning; it gathers all that is due to them."""
    owners = {row.owner_id for row in rows}
    schools = {row.organisation_id for row in rows}
    diaries = Diaries.of(owners, MAIL_KIND, at, schools=schools)
    wanted: dict[int, datetime] = {}
    for row in rows:
        slot = diaries.slot(row.owner_id, school=row.organisation_id, first=_first_day(at))
        if slot is not None:
            wanted[row.pk] = slot.due_at
    _lock({row.owner_id for row in rows if row.pk in wanted})
    taken = _taken({_key(row.owner_id, wanted[row.pk]) for row in rows if row.pk in wanted})
    drafts = {}
    for row in rows:
        if morning := wanted.get(row.pk):
            if _key(row.owner_id, morning) in taken:
                day = morning.astimezone(LONDON).date() + timedelta(days=1)
                slot = diaries.slot(row.owner_id, school=row.organisation_id, first=day)
                morning = slot.due_at if slot else morning
            draft = _draft(row.owner_id, morning)
            drafts[draft.key] = draft
    outbox.queue_many(drafts.values())


def _first_day(at: datetime) -> date:
    """Today until the end of the day, though its morning has passed."""
    local = at.astimezone(LONDON)
    return local.date() + timedelta(days=1 if local.time() >= DAY_ENDS else 0)


def _tell_organisers(rows: list[FollowUp], at: datetime) -> None:
    """One letter a morning to each; it names what they were told of."""
    people = {row.organiser_id for row in rows if row.organiser_id}
    if not people:
        return
    diaries = Diaries.of(people, MAIL_KIND, at)
    drafts = []
    for person in people:
        slot = diaries.slot(person, first=_first_day(at))
        if slot is not None:
            key = f"{LATE_TEMPLATE}:{person}:{slot.due_at.astimezone(LONDON):%Y-%m-%d}"
            drafts.append(_letter(LATE_TEMPLATE, key, person, slot.due_at))
    outbox.queue_many(drafts)


def _lock(people: Iterable[int]) -> None:
    """One sweep at a time for a person, so that each sees the mails that the other queued."""
    list(Person.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True))


def _taken(keys: set[str]) -> set[str]:
    """Those whose mail has gone or is going. The others are locked: they go after our commit."""
    mails = OutboundEmail.objects.filter(key__in=keys)
    waiting = mails.filter(state=MailState.QUEUED).order_by("pk").values_list("key", flat=True)
    ours = set(waiting.select_for_update(skip_locked=True))
    return set(mails.values_list("key", flat=True)) - ours


def _key(person_id: int, morning: datetime) -> str:
    return f"{TEMPLATE}:{person_id}:{morning.astimezone(LONDON):%Y-%m-%d}"


def _draft(person_id: int, morning: datetime) -> outbox.Draft:
    return _letter(TEMPLATE, _key(person_id, morning), person_id, morning)


def _letter(template: str, key: str, person_id: int, morning: datetime) -> outbox.Draft:
    return outbox.Draft(
        template,
        key=key,
        due_at=morning,
        person_id=person_id,
        keys={"day": morning.astimezone(LONDON).date().isoformat()},
        gathers=True,
    )
