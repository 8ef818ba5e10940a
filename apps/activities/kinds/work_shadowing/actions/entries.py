"""Who would like to shadow, and who would host."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine.refusals import refuse_if
from apps.activities.kinds.work_shadowing import emails
from apps.activities.kinds.work_shadowing.actions.shared import end, heads_of, locked_round
from apps.activities.kinds.work_shadowing.enums import (
    ApplicationState,
    PlacementState,
)
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    ShadowingRound,
)
from apps.activities.models import Activity
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation


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
            row = locked_round(shadowing_round)
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
    heads = heads_of(application.organisation_id)
    if by.pk in {head.pk for head in heads}:
        application.state = ApplicationState.APPROVED
        application.decided_by, application.decided_at = by, clock.now()
        application.save()
        audit_trail.record("shadowing.approved", application, by=by)
        return
    emails.asked(application, heads)


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
            end(placement, by, PlacementState.WITHDRAWN)
        row.state, row.apart = ApplicationState.WITHDRAWN, []
        row.save(update_fields=["state", "apart"])
        audit_trail.record("shadowing.application_withdrawn", row, by=by)
    return row


def _locked_application(row: Application) -> Application:
    rows = Application.objects.select_related("round", "activity", "person", "organisation")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


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
        row = locked_round(shadowing_round)
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
            end(placement, by, PlacementState.WITHDRAWN)
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        audit_trail.record("shadowing.offer_withdrawn", row, by=by)
    return row
