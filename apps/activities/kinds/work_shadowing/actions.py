"""A round from its opening to the activities that come of it. Writes only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine.refusals import refuse_if
from apps.activities.enums import Reason
from apps.activities.kinds.work_shadowing import emails, placing
from apps.activities.kinds.work_shadowing.board import Board
from apps.activities.kinds.work_shadowing.enums import (
    ApplicationState,
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
from apps.activities.models import Activity
from apps.core import audit_trail, clock
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Alliance, Organisation

KIND, SHADOW, HOST = "work_shadowing", "shadow", "host"
HALF_DAY = 210
HALF_A_TERM = timedelta(days=42)
ROUND_FIELDS = frozenset(
    {"name", "strands", "rules", "closes_on", "starts_on", "ends_on", "most_km"}
)


def open_round(
    *, by: Person, alliance: Alliance, client_key: uuid.UUID | None = None, **values: Any
) -> ShadowingRound:
    """Open a round; the CPD leads and heads of the alliance's schools are told."""
    client_key = client_key or uuid.uuid4()
    before = ShadowingRound.objects.filter(client_key=client_key, created_by=by).first()
    if before is not None:
        return before
    with transaction.atomic():
        row = ShadowingRound.objects.create(
            client_key=client_key, created_by=by, alliance=alliance, **_known(values)
        )
        audit_trail.record("shadowing.round_opened", row, by=by, alliance=alliance.pk)
        emails.opened(row)
    return row


def change_round(shadowing_round: ShadowingRound, *, by: Person, **values: Any) -> ShadowingRound:
    """While it is open. What was applied for and offered stays."""
    with transaction.atomic():
        row = _locked_round(shadowing_round)
        refuse_if(row.state != RoundState.OPEN, _("Its placements have been published."))
        for name, value in _known(values).items():
            setattr(row, name, value)
        row.save()
        audit_trail.record("shadowing.round_changed", row, by=by)
    return row


def close_round(shadowing_round: ShadowingRound, *, by: Person) -> ShadowingRound:
    """No more placements come of it; those proposed and never published are taken back."""
    with transaction.atomic():
        row = _locked_round(shadowing_round)
        if row.state == RoundState.CLOSED:
            return row
        row.placements.filter(state=PlacementState.PROPOSED).update(state=PlacementState.WITHDRAWN)
        row.state = RoundState.CLOSED
        row.save(update_fields=["state"])
        audit_trail.record("shadowing.round_closed", row, by=by)
    return row


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - ROUND_FIELDS
    if unknown:
        raise TypeError(f"not part of a round: {', '.join(sorted(unknown))}")
    return values


def _locked_round(row: ShadowingRound) -> ShadowingRound:
    rows = ShadowingRound.objects.select_related("alliance")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


# Applications


def apply(
    *,
    by: Person,
    organisation: Organisation,
    shadowing_round: ShadowingRound | None = None,
    activity: Activity | None = None,
    client_key: uuid.UUID | None = None,
    **values: Any,
) -> Application:
    """Ask to shadow: in a round, or (``activity``) for one begun without. The head is asked.

    A head has nobody above them here: their own application needs no approval.
    """
    client_key = client_key or uuid.uuid4()
    before = Application.objects.filter(client_key=client_key, person=by).first()
    if before is not None:
        return before
    with transaction.atomic():
        if shadowing_round is not None:
            row = _locked_round(shadowing_round)
            refuse_if(
                not row.takes_entries(clock.today()), _("Applications for this round have closed.")
            )
            standing = row.applications.exclude(state=ApplicationState.WITHDRAWN)
            refuse_if(standing.filter(person=by).exists(), _("You have applied already."))
        if activity is not None:
            refuse_if(
                Application.objects.filter(activity=activity).exists(),
                _("Your head has been asked already."),
            )
        application = Application.objects.create(
            client_key=client_key,
            person=by,
            organisation=organisation,
            round=shadowing_round,
            activity=activity,
            **values,
        )
        audit_trail.record("shadowing.applied", application, by=by, school=organisation.pk)
        _ask_head(application, by)
    return application


def change_application(application: Application, *, by: Person, **values: Any) -> Application:
    """While the round takes entries; the head is asked again, since it is another request."""
    with transaction.atomic():
        row = _locked_application(application)
        refuse_if(row.state == ApplicationState.WITHDRAWN, _("It has been withdrawn."))
        refuse_if(row.placements.live().exists(), _("A placement is being made already."))
        shadowing_round = row.round
        refuse_if(
            shadowing_round is not None and not shadowing_round.takes_entries(clock.today()),
            _("Applications for this round have closed."),
        )
        for name, value in values.items():
            setattr(row, name, value)
        row.state, row.decided_by, row.decided_at = ApplicationState.ASKED, None, None
        row.reason = ""
        row.save()
        audit_trail.record("shadowing.application_changed", row, by=by)
        _ask_head(row, by)
    return row


def _ask_head(application: Application, by: Person) -> None:
    heads = _heads(application.organisation_id)
    if by.pk in {head.pk for head in heads}:
        application.state = ApplicationState.APPROVED
        application.decided_by, application.decided_at = by, clock.now()
        application.save()
        audit_trail.record("shadowing.approved", application, by=by)
        return
    emails.asked(application, heads)


def _heads(organisation: int) -> list[Person]:
    rows = Membership.objects.current().filter(organisation_id=organisation, role=Role.HEAD)
    return [row.person for row in rows.select_related("person") if row.person.is_active]


def decide(application: Application, *, by: Person, approve: bool, reason: str = "") -> Application:
    """The head says yes, or no with a reason that only the applicant and coordinators read."""
    with transaction.atomic():
        row = _locked_application(application)
        wanted = ApplicationState.APPROVED if approve else ApplicationState.REFUSED
        if row.state == wanted:
            return row
        refuse_if(row.state == ApplicationState.WITHDRAWN, _("It has been withdrawn."))
        refuse_if(row.placements.live().exists(), _("A placement is being made already."))
        refuse_if(not approve and not reason.strip(), _("Give a reason."))
        row.state, row.decided_by, row.decided_at = wanted, by, clock.now()
        row.reason = "" if approve else reason
        row.save()
        audit_trail.record(f"shadowing.{wanted}", row, by=by)
        emails.decided(row)
        if approve and row.activity is not None and row.activity.stage == "applied":
            engine.go_on_planning(row.activity, by=by)
    return row


def withdraw_application(application: Application, *, by: Person) -> Application:
    """No reason is asked. A placement that stands on it ends; others are untouched."""
    with transaction.atomic():
        row = _locked_application(application)
        if row.state == ApplicationState.WITHDRAWN:
            return row
        refuse_if(
            row.placements.filter(state=PlacementState.ACCEPTED).exists() or row.activity_id,
            _("It has become an activity: leave that instead."),
        )
        for placement in row.placements.live():
            _end(placement, by, PlacementState.WITHDRAWN)
        row.state = ApplicationState.WITHDRAWN
        row.save(update_fields=["state"])
        audit_trail.record("shadowing.application_withdrawn", row, by=by)
    return row


def _locked_application(row: Application) -> Application:
    rows = Application.objects.select_related("round", "activity", "person", "organisation")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


# Offers


def offer_place(
    shadowing_round: ShadowingRound,
    *,
    by: Person,
    host: Person,
    organisation: Organisation,
    client_key: uuid.UUID | None = None,
    **values: Any,
) -> Offer:
    """A school offers that ``host`` takes somebody; the host says yes to each placement anew."""
    client_key = client_key or uuid.uuid4()
    before = Offer.objects.filter(client_key=client_key, offered_by=by).first()
    if before is not None:
        return before
    with transaction.atomic():
        row = _locked_round(shadowing_round)
        refuse_if(not row.takes_entries(clock.today()), _("Offers for this round have closed."))
        refuse_if(
            row.offers.standing().filter(host=host).exists(),
            _("%(name)s has been offered as a host already.") % {"name": host.name},
        )
        offer = Offer.objects.create(
            client_key=client_key,
            round=row,
            host=host,
            organisation=organisation,
            offered_by=by,
            **values,
        )
        audit_trail.record("shadowing.offered", offer, by=by, school=organisation.pk)
    return offer


def withdraw_offer(offer: Offer, *, by: Person) -> Offer:
    with transaction.atomic():
        row = Offer.objects.select_for_update().get(pk=offer.pk)
        if row.withdrawn_at is not None:
            return row
        refuse_if(
            row.placements.filter(state=PlacementState.ACCEPTED).exists(),
            _("Somebody has been placed: cancel that activity instead."),
        )
        for placement in row.placements.live():
            _end(placement, by, PlacementState.WITHDRAWN)
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        audit_trail.record("shadowing.offer_withdrawn", row, by=by)
    return row


# Placing, by the coordinator; nobody else sees it before it is published


def propose(application: Application, offer: Offer, *, by: Person) -> Placement:
    """Put an applicant with an offer. Blocked, with every reason, when the pair is impossible."""
    with transaction.atomic():
        row = _locked_round(offer.round)
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


def propose_all(shadowing_round: ShadowingRound, *, by: Person) -> list[Placement]:
    """Proposals for everybody who has none yet; the coordinator may change each."""
    with transaction.atomic():
        row = _locked_round(shadowing_round)
        refuse_if(row.state == RoundState.CLOSED, _("The round is closed."))
        found: Iterable[placing.Proposal] = placing.place(*Board.of(row).unplaced())
        return [_propose(row, p.applicant, p.offer, by) for p in found]


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
        _end(row, by, PlacementState.WITHDRAWN)
    return row


def publish(shadowing_round: ShadowingRound, *, by: Person) -> list[Placement]:
    """Show every proposal to its four parts, who then say yes or no."""
    with transaction.atomic():
        row = _locked_round(shadowing_round)
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
        *_heads(placement.application.organisation_id),
        *_heads(placement.offer.organisation_id),
    ]
    return list({person.pk: person for person in people}.values())


def parts_of(person: Person, placement: Placement) -> list[Part]:
    """For which parts ``person`` speaks; a head who shadows or hosts speaks for two."""
    own = {head.pk for head in _heads(placement.application.organisation_id)}
    theirs = {head.pk for head in _heads(placement.offer.organisation_id)}
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
            _end(row, by, PlacementState.REFUSED)
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


def _end(row: Placement, by: Person, state: PlacementState) -> None:
    row.state = state
    row.save(update_fields=["state"])
    audit_trail.record(f"shadowing.placement_{state}", row, by=by)


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
