"""Writes: a half-term's review, an adjustment, and what changed afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.evaluation.periods import Period
from apps.evaluation.process import figures
from apps.evaluation.process.models import Adjustment, Afterwards, Review
from apps.evaluation.process.permissions import can_add_afterwards, can_close
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
    stored = Review.objects.filter(client_key=client_key, closed_by=by, alliance=alliance).first()
    if stored is not None:
        return stored
    require(can_close(by, alliance, half))
    now = clock.now()
    row = Review.objects.create(
        alliance=alliance,
        period_start=half.first,
        period_end=half.last,
        client_key=client_key,
        communication=communication,
        worked=worked,
        not_worked=not_worked,
        figures=figures.facts(Frame(alliance=alliance, start=half.first, end=half.last, at=now)),
        closed_by=by,
        created_at=now,
    )
    audit_trail.record("review.closed", row, by=by, alliance=alliance.pk)
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
    row, created = Adjustment.objects.get_or_create(
        client_key=client_key,
        entered_by=by,
        alliance=alliance,
        defaults={
            "aspect": aspect,
            "what": what,
            "why": why,
            "decided_by": decided_by,
            "decided_on": decided_on,
            "criterion": criterion,
            "obstacle": obstacle,
            "created_at": clock.now(),
        },
    )
    if created:
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
