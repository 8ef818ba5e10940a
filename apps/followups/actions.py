"""What happens to a promise: made, kept, moved or dropped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.client_keys import made_before
from apps.core.permissions import require
from apps.followups import policies, sources
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.followups.permissions import can_settle
from apps.schools.models import Alliance, Organisation
from apps.schools.post import Diaries

BY_HAND = "by_hand"


class AlreadySettledError(Exception):
    """Somebody (perhaps the same person in another tab) has closed or moved it otherwise."""

    def __init__(self, followup: FollowUp) -> None:
        super().__init__(followup.state)
        self.followup = followup


@transaction.atomic
def create_followup(  # noqa: PLR0913 - a promise has that many parts
    *,
    by: Person | None,
    owner: Person,
    organisation: Organisation,
    rule: str,
    promise: str,
    due: date,
    source: Any = None,
    organiser: Person | None = None,
    alliance: Alliance | None = None,
    shared: bool = True,
    client_key: UUID | None = None,
    reminds: policies.Days = policies.USUAL,
    diaries: Diaries | None = None,
) -> FollowUp:
    """Write down a promise; the same source, rule, owner and due date make it once.

    It falls due on ``due``, or on the next day on which the school is open and the owner works;
    who makes many gives their ``diaries`` (`policies.diaries_of`).

    One without a source is known by ``client_key``: Refused where that has made another's.
    ValueError when the source's model is not registered (sources.py).
    """
    due = policies.open_day(due, organisation, owner, diaries)
    values: dict[str, Any] = {
        "organisation": organisation,
        "promise": promise,
        "organiser": organiser,
        "alliance": alliance,
        "shared": shared,
        "reminds": policies.still_to_come(reminds, due, clock.today()),
    }
    rows = FollowUp.objects
    if source is None:
        key = client_key or uuid4()
        made_before(FollowUp, key, owner=owner, rule=rule)
        values |= {"owner": owner, "rule": rule, "due": due}
        row, created = rows.get_or_create(client_key=key, defaults=values)
    else:
        place = _place_of(source)
        row, created = rows.get_or_create(**place, rule=rule, owner=owner, due=due, defaults=values)
    if created:
        audit_trail.record("followups.created", row, by=by, rule=rule, due=due.isoformat())
    return row


@transaction.atomic
def settle(*, by: Person, followup: FollowUp, outcome: str) -> FollowUp:
    """Done, with what happened. A second time with the same words changes nothing."""
    row = _locked(by, followup)
    if not row.is_open:
        return _unless_changed(row, FollowUpState.DONE, outcome)
    _close(row, FollowUpState.DONE, outcome)
    audit_trail.record("followups.done", row, by=by)
    return row


@transaction.atomic
def drop(*, by: Person, followup: FollowUp, reason: str) -> FollowUp:
    """Honestly dropped, with the reason."""
    row = _locked(by, followup)
    if not row.is_open:
        return _unless_changed(row, FollowUpState.DROPPED, reason)
    _close(row, FollowUpState.DROPPED, reason)
    audit_trail.record("followups.dropped", row, by=by)
    return row


@transaction.atomic
def settle_kept(
    *,
    by: Person | None,
    source: Any,
    rules: Collection[str],
    outcome: str,
    owners: Collection[int] | None = None,
) -> int:
    """Settle what is open of these rules from ``source`` (of ``owners``, ids, where given), since
    what was promised has been seen to happen; how many. Whoever calls it answers for that."""
    rows = FollowUp.objects.open().filter(**_place_of(source), rule__in=rules)
    if owners is not None:
        rows = rows.filter(owner_id__in=owners)
    locked = list(rows.select_for_update().order_by("pk"))
    for row in locked:
        _close(row, FollowUpState.DONE, outcome)
        audit_trail.record("followups.done", row, by=by, kept=True)
    return len(locked)


@transaction.atomic
def drop_unowed(*, by: Person | None, source: Any, owners: Collection[int], reason: str) -> int:
    """Drop what is open of ``owners`` (ids) because what it came from was not theirs after all;
    how many. Whoever calls it answers for ``by`` being allowed to say so."""
    rows = FollowUp.objects.open().filter(**_place_of(source), owner_id__in=owners)
    locked = list(rows.select_for_update().order_by("pk"))
    for row in locked:
        _close(row, FollowUpState.DROPPED, reason)
        audit_trail.record("followups.dropped", row, by=by, unowed=True)
    return len(locked)


@transaction.atomic
def move(*, by: Person, followup: FollowUp, due: date, reason: str) -> FollowUp:
    """Give it a new date; the new follow-up, linked to the old one, which keeps the reason.

    ValueError when the same promise has, or had, that date already.
    """
    row = _locked(by, followup)
    if not row.is_open:
        _unless_changed(row, FollowUpState.MOVED, reason)
        return FollowUp.objects.get(moved_from=row)
    if _same_promise(row).filter(due=due).exists():
        raise ValueError(due)
    _close(row, FollowUpState.MOVED, reason)
    fresh = FollowUp.objects.create(
        owner_id=row.owner_id,
        organiser_id=row.organiser_id,
        rule=row.rule,
        promise=row.promise,
        due=due,
        reminds=policies.still_to_come(tuple(row.reminds), due, clock.today()),
        shared=row.shared,
        organisation_id=row.organisation_id,
        alliance_id=row.alliance_id,
        source_type_id=row.source_type_id,
        source_id=row.source_id,
        moved_from=row,
        first_id=row.first_id or row.pk,
    )
    audit_trail.record("followups.moved", row, by=by, due=due.isoformat(), to=fresh.pk)
    return fresh


def _place_of(source: Any) -> dict[str, Any]:
    if not sources.is_registered(source._meta.label):
        raise ValueError(f"follow-ups do not chase {source._meta.label}")
    kind = ContentType.objects.get_for_model(source)
    return {"source_type": kind, "source_id": source.pk}


def _locked(by: Person, followup: FollowUp) -> FollowUp:
    rows = FollowUp.objects.select_related("owner").select_for_update(of=("self",))
    row = rows.get(pk=followup.pk)
    require(can_settle(by, row))
    return row


def _close(row: FollowUp, state: FollowUpState, outcome: str) -> None:
    row.state, row.outcome, row.settled_at = state, outcome, clock.now()
    row.save(update_fields=["state", "outcome", "settled_at"])


def _unless_changed(row: FollowUp, state: FollowUpState, outcome: str) -> FollowUp:
    """The form sent twice: nothing to do. Anything else is somebody else's change."""
    if row.state != state or row.outcome != outcome:
        raise AlreadySettledError(row)
    return row


def _same_promise(row: FollowUp) -> Any:
    return FollowUp.objects.filter(
        source_type_id=row.source_type_id,
        source_id=row.source_id,
        rule=row.rule,
        owner_id=row.owner_id,
        source_id__isnull=False,
    )
