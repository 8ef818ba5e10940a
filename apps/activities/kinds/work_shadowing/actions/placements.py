"""Placing by the coordinator, unseen before it is published; the answers; the activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine.refusals import refuse_if
from apps.activities.enums import Reason
from apps.activities.kinds.work_shadowing import emails, placing
from apps.activities.kinds.work_shadowing.actions.shared import end, heads_of, locked_round
from apps.activities.kinds.work_shadowing.board import Board
from apps.activities.kinds.work_shadowing.enums import (
    Part,
    PlacementState,
    RoundState,
)
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.activities.matchmaking import Pair
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person

KIND, SHADOW, HOST = "work_shadowing", "shadow", "host"
HALF_DAY = 210  # minutes
HALF_A_TERM = timedelta(days=42)


def propose(application: Application, offer: Offer, *, by: Person) -> Placement:
    """Put an applicant with an offer. Blocked, with every reason, when the pair is impossible."""
    with transaction.atomic():
        row = locked_round(offer.round)
        refuse_if(row.state == RoundState.CLOSED, _("The round is closed."))
        board = Board.of(row)
        refuse_if(application.pk in board.live(), _("They have a placement already."))
        refuse_if(
            application.pk not in {a.pk for a in board.applications}
            or offer.pk not in {o.pk for o in board.offers},
            _("The application or the offer no longer stands."),
        )
        reasons = board.reasons(application, offer)
        refuse_if(reasons, " ".join(reasons))
        return _propose(row, application.pk, offer.pk, by)


def propose_all(
    shadowing_round: ShadowingRound, *, by: Person, pairs: Iterable[Pair]
) -> list[Placement]:
    """Propose ``pairs`` of an application and an offer, but for those that are impossible now.
    The coordinator may change each."""
    with transaction.atomic():
        row = locked_round(shadowing_round)
        refuse_if(row.state == RoundState.CLOSED, _("The round is closed."))
        applicants, offers = Board.of(row).unplaced()
        return [_propose(row, *pair, by) for pair in _possible(pairs, applicants, offers)]


def _possible(
    pairs: Iterable[Pair], applicants: list[placing.Applicant], offers: list[placing.Offer]
) -> Iterator[Pair]:
    waiting, open_to = {a.key: a for a in applicants}, {o.key: o for o in offers}
    taken: Counter[int] = Counter()
    for key, offer in pairs:
        applicant = waiting.pop(key, None)
        place = open_to.get(offer)
        if applicant and place and not placing.hurdles(applicant, place, taken[offer]):
            taken[offer] += 1
            yield key, offer


def _propose(row: ShadowingRound, application: int, offer: int, by: Person) -> Placement:
    placement = Placement.objects.create(
        round=row, application_id=application, offer_id=offer, proposed_by=by
    )
    audit_trail.record("shadowing.proposed", placement, by=by)
    return placement


def take_back(placement: Placement, *, by: Person) -> Placement:
    """Before it is published: as if it had never been."""
    with transaction.atomic():
        row = _locked_placement(placement)
        refuse_if(
            row.state != PlacementState.PROPOSED, _("It has been published: it can be refused.")
        )
        end(row, by, PlacementState.WITHDRAWN)
    return row


def publish(shadowing_round: ShadowingRound, *, by: Person) -> list[Placement]:
    """Show every proposal to its four parts, who then say yes or no."""
    with transaction.atomic():
        row = locked_round(shadowing_round)
        refuse_if(row.state == RoundState.CLOSED, _("The round is closed."))
        rows = list(_with_parts().filter(round=row, state=PlacementState.PROPOSED))
        refuse_if(not rows, _("There is no placement to publish yet."))
        for placement in rows:
            placement.state, placement.published_at = PlacementState.PUBLISHED, clock.now()
            placement.save(update_fields=["state", "published_at"])
            emails.published(placement, parties(placement))
        row.state, row.published_at = RoundState.PUBLISHED, clock.now()
        row.save(update_fields=["state", "published_at"])
        audit_trail.record("shadowing.published", row, by=by, placements=len(rows))
    return rows


def parties(placement: Placement) -> list[Person]:
    """The four parts of a placement, each person once."""
    people = [
        placement.application.person,
        placement.offer.host,
        *heads_of(placement.application.organisation_id),
        *heads_of(placement.offer.organisation_id),
    ]
    return list({person.pk: person for person in people}.values())


def parts_of(person: Person, placement: Placement) -> list[Part]:
    """For which parts ``person`` speaks; a head who shadows or hosts speaks for two."""
    own = {head.pk for head in heads_of(placement.application.organisation_id)}
    theirs = {head.pk for head in heads_of(placement.offer.organisation_id)}
    speaks = {
        Part.SHADOW: person.pk == placement.application.person_id,
        Part.HOST: person.pk == placement.offer.host_id,
        Part.HOME_HEAD: person.pk in own,
        Part.HOST_HEAD: person.pk in theirs,
    }
    return [part for part, is_so in speaks.items() if is_so]


def answer(placement: Placement, *, by: Person, accept: bool) -> Placement:
    """One part says yes or no; no reason is asked. With the last yes it becomes an activity.

    A no ends this pair only: the applicant and the place are free for others again.
    """
    with transaction.atomic():
        row = _locked_placement(placement)
        parts = [part for part in parts_of(by, row) if not row.said_yes(part)]
        if row.state == PlacementState.ACCEPTED or (accept and not parts):
            return row
        refuse_if(row.state != PlacementState.PUBLISHED, _("It no longer waits for an answer."))
        if not accept:
            end(row, by, PlacementState.REFUSED)
            emails.refused(row, [p for p in parties(row) if p.pk != by.pk])
            return row
        for part in parts:
            setattr(row, f"{part}_said_at", clock.now())
        row.save()
        audit_trail.record("shadowing.accepted", row, by=by, parts=[str(p) for p in parts])
        if not row.waiting_parts:
            _begin(row)
    return row


def _begin(row: Placement) -> None:
    """All four have said yes: the activity, planned as far as the answers go."""
    application, offer, shadowing_round = row.application, row.offer, row.round
    activity = engine.start(
        by=application.person,
        kind=KIND,
        title=_("Work shadowing at %(school)s") % {"school": offer.organisation.name[:90]},
        organisation=application.organisation,
        alliance=shadowing_round.alliance,
        reason=Reason.CHOSEN,
        focus="; ".join(application.focus_words)[:300],
        pupil_outcome=application.pupil_outcome,
        starts_on=max(shadowing_round.starts_on, clock.today()),
        ends_on=max(shadowing_round.ends_on, clock.today()) + HALF_A_TERM,
        minutes_needed=application.half_days * HALF_DAY,
    )
    Application.objects.filter(pk=application.pk).update(activity=activity)
    for person, school, role in (
        (application.person, application.organisation, SHADOW),
        (offer.host, offer.organisation, HOST),
    ):
        engine.invite(activity, by=person, person=person, organisation=school, role=role)
    for _stage in ("approved", "matched", "host_accepts"):
        activity = engine.go_on_planning(activity, by=None)
    row.activity, row.state = activity, PlacementState.ACCEPTED
    row.save()
    emails.settled(row, parties(row))


def _with_parts() -> Any:
    return Placement.objects.select_related(
        "round__alliance",
        "application__person",
        "application__organisation",
        "offer__host",
        "offer__organisation",
    )


def _locked_placement(row: Placement) -> Placement:
    found: Placement = _with_parts().select_for_update(of=("self",)).get(pk=row.pk)
    return found
