"""Writes: a half-term's review, an adjustment, and what changed afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.core import audit_trail, clock
from apps.core.client_keys import made_before
from apps.core.permissions import require
from apps.evaluation.locking import locked
from apps.evaluation.periods import Period
from apps.evaluation.process import figures
from apps.evaluation.process.models import Adjustment, Afterwards, Review
from apps.evaluation.process.permissions import (
    can_add_afterwards,
    can_close,
    can_correct_review,
)
from apps.evaluation.snapshot.frame import Frame
from apps.followups.actions import create_followup, settle_kept
from apps.followups.policies import LONG, open_day
from apps.schools.models import Alliance, AllianceMember, Obstacle, Organisation
from apps.schools.permissions.alliances import can_coordinate
from apps.schools.scope import scope_of

RULE = "evaluation.adjustment"
LATER = timedelta(weeks=6)
LONGEST = 300


@transaction.atomic
def close_review(
    *,
    by: Person,
    alliance: Alliance,
    half: Period,
    client_key: UUID,
    communication: str,
    worked: str,
    not_worked: str,
) -> Review:
    """Keep the words and the half-term's figures as they stand; the same ``client_key`` keeps
    them once. Raises Refused."""
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    stored = made_before(Review, client_key, closed_by=by, alliance=alliance)
    if stored is not None:
        return stored
    require(can_close(by, alliance, half))
    return _close(
        by=by,
        alliance=alliance,
        half=(half.first, half.last),
        client_key=client_key,
        communication=communication,
        worked=worked,
        not_worked=not_worked,
    )


@transaction.atomic
def correct_review(
    *,
    by: Person,
    review: Review,
    client_key: UUID,
    correction: str,
    communication: str,
    worked: str,
    not_worked: str,
) -> Review:
    """Close the half-term again, with the figures of this moment; the earlier review stays as it
    was. The same ``client_key`` does so once. Raises Refused."""
    Alliance.objects.select_for_update().get(pk=review.alliance_id)
    stored = made_before(Review, client_key, closed_by=by, corrects=review)
    if stored is not None:
        return stored
    review = Review.objects.select_related("corrected_by").get(pk=review.pk)
    require(can_correct_review(by, review))
    return _close(
        by=by,
        alliance=review.alliance,
        half=(review.period_start, review.period_end),
        client_key=client_key,
        communication=communication,
        worked=worked,
        not_worked=not_worked,
        corrects=review,
        correction=correction,
    )


def _close(*, by: Person, alliance: Alliance, half: tuple[date, date], **values: Any) -> Review:
    (first, last), now = half, clock.now()
    row = Review.objects.create(
        alliance=alliance,
        period_start=first,
        period_end=last,
        figures=figures.facts(Frame(alliance=alliance, start=first, end=last, at=now)),
        closed_by=by,
        created_at=now,
        **values,
    )
    action = "review.corrected" if row.corrects_id else "review.closed"
    audit_trail.record(action, row, by=by, alliance=alliance.pk)
    return row


@transaction.atomic
def adjust(
    *,
    by: Person,
    alliance: Alliance,
    client_key: UUID,
    aspect: str,
    what: str,
    why: str,
    decided_by: str,
    decided_on: date,
    criterion: Criterion | None = None,
    obstacle: Obstacle | None = None,
) -> Adjustment:
    """Log an adjustment once for each ``client_key``, and ask its author six weeks later what
    changed. ``criterion`` and ``obstacle`` are the alliance's. Raises Refused."""
    require(can_coordinate(by, alliance))
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    stored = made_before(Adjustment, client_key, entered_by=by, alliance=alliance)
    if stored is not None:
        return stored
    criterion = criterion and locked(criterion)
    row = Adjustment.objects.create(
        alliance=alliance,
        client_key=client_key,
        aspect=aspect,
        what=what,
        why=why,
        decided_by=decided_by,
        decided_on=decided_on,
        criterion=criterion,
        obstacle=obstacle,
        entered_by=by,
        created_at=clock.now(),
    )
    audit_trail.record("adjustment.entered", row, by=by, alliance=alliance.pk)
    _ask_later(row)
    return row


@transaction.atomic
def add_afterwards(*, by: Person, adjustment: Adjustment, text: str) -> Afterwards:
    """Say once what changed after an adjustment; the same words again change nothing.
    Raises Refused."""
    adjustment = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment.pk)
    said = adjustment.came_of_it
    if said is not None and said.added_by_id == by.pk and said.text == text:
        return said
    require(can_add_afterwards(by, adjustment))
    row = Afterwards.objects.create(
        adjustment=adjustment, text=text, added_by=by, created_at=clock.now()
    )
    audit_trail.record("adjustment.afterwards", adjustment, by=by)
    settle_kept(by=by, source=adjustment, rules={RULE}, outcome=_("It has been written down."))
    return row


def _ask_later(row: Adjustment) -> None:
    school = _school_of(row.entered_by, row.alliance)
    if school is None:
        return
    day = max(row.decided_on + LATER, clock.today())
    promise = _("Say what changed after “%(what)s”") % {"what": row.what}
    create_followup(
        by=None,
        owner=row.entered_by,
        organisation=school,
        rule=RULE,
        promise=promise[:LONGEST],
        due=open_day(day, school, row.entered_by),
        source=row,
        alliance=row.alliance,
        reminds=LONG,
    )


def _school_of(person: Person, alliance: Alliance) -> Organisation | None:
    """Whose calendar counts: the person's school in the alliance, or the first that joined."""
    rows = AllianceMember.objects.joined().filter(alliance=alliance).select_related("organisation")
    mine = scope_of(person).organisations()
    places = sorted(rows, key=lambda row: (row.organisation_id not in mine, row.pk))
    return places[0].organisation if places else None
