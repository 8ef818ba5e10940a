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
        late = _shared_late(rows, days, today)
        _count(rows, days)
        notices = [
            _notice(row, _kind(days[row.pk]), row.owner_id, days[row.pk], at) for row in rows
        ]
        notices += [
            _notice(row, SHARED_LATE, row.organiser_id, days[row.pk], at)
            for row in late
            if row.organiser_id
        ]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        owners = [(row.owner_id, row.organisation_id) for row in rows]
        organisers = [(row.organiser_id, None) for row in late if row.organiser_id]
        _lock(person for person, _school in (*owners, *organisers))
        _queue_mails(TEMPLATE, owners, at)
        _queue_mails(LATE_TEMPLATE, organisers, at)
    return len(rows)


def _count(rows: list[FollowUp], days: dict[int, int]) -> None:
    done: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        done[row.reminds.index(days[row.pk]) + 1].append(row.pk)
    for count, pks in done.items():
        FollowUp.objects.filter(pk__in=pks).update(reminders=count)


def _shared_late(rows: list[FollowUp], days: dict[int, int], today: date) -> list[FollowUp]:
    """Those that are late and shared with an organiser who has not left."""
    late = {
        row.pk: row
        for row in rows
        if days[row.pk] > 0 and row.shared and row.organiser_id not in (None, row.owner_id)
    }
    if not late:
        return []
    there = FollowUp.objects.filter(pk__in=late).organised_on(today)
    return [late[pk] for pk in there.values_list("pk", flat=True)]


def thing_url(followup: FollowUp) -> str:
    return reverse("followups:detail", args=[followup.public_id])


def _kind(day: int) -> str:
    return SOON if day < 0 else LATE if day > 0 else DUE


def _notice(row: FollowUp, kind: str, person_id: int, day: int, at: datetime) -> Notice:
    return Notice(
        person_id=person_id,
        kind=kind,
        thing=row.public_id,
        period=f"{day:+d}",
        url=thing_url(row),
        created_at=at,
    )


def _queue_mails(template: str, places: Iterable[tuple[int, int | None]], at: datetime) -> None:
    """One letter a person and morning, which gathers all that they were told of; ``places`` are
    people, and the schools it is about. The first that is queued for a morning says since when
    they were told: in holidays that may be long ago."""
    about = set(places)
    people, schools = {person for person, _school in about}, {one for _p, one in about if one}
    diaries = Diaries.of(people, MAIL_KIND, at, schools=schools)
    mornings: dict[tuple[int, int | None], datetime] = {}
    for person, school in about:
        slot = diaries.slot(person, school=school, first=_first_day(at))
        if slot is not None:
            mornings[person, school] = slot.due_at
    taken = _taken({_key(template, person, at_) for (person, _s), at_ in mornings.items()})
    drafts = {}
    for (person, school), morning in mornings.items():
        if _key(template, person, morning) in taken:
            day = morning.astimezone(LONDON).date() + timedelta(days=1)
            slot = diaries.slot(person, school=school, first=day)
            morning = slot.due_at if slot else morning  # noqa: PLW2901 - that one has gone
        draft = _draft(template, person, morning, since=at)
        drafts[draft.key] = draft
    outbox.queue_many(drafts.values())


def _first_day(at: datetime) -> date:
    """Today until the end of the day, though its morning has passed."""
    local = at.astimezone(LONDON)
    return local.date() + timedelta(days=1 if local.time() >= DAY_ENDS else 0)


def _lock(people: Iterable[int]) -> None:
    """One sweep at a time for a person, so that each sees the mails that the other queued."""
    list(Person.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True))


def _taken(keys: set[str]) -> set[str]:
    """Those whose mail has gone or is going. The others are locked: they go after our commit."""
    mails = OutboundEmail.objects.filter(key__in=keys)
    waiting = mails.filter(state=MailState.QUEUED).order_by("pk").values_list("key", flat=True)
    ours = set(waiting.select_for_update(skip_locked=True))
    return set(mails.values_list("key", flat=True)) - ours


def _key(template: str, person_id: int, morning: datetime) -> str:
    return f"{template}:{person_id}:{morning.astimezone(LONDON):%Y-%m-%d}"


def _draft(template: str, person_id: int, morning: datetime, *, since: datetime) -> outbox.Draft:
    days = {"day": morning, "since": since}
    return outbox.Draft(
        template,
        key=_key(template, person_id, morning),
        due_at=morning,
        person_id=person_id,
        keys={name: day.astimezone(LONDON).date().isoformat() for name, day in days.items()},
        gathers=True,
    )
