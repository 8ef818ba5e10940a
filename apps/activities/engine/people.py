"""Inviting, answering, asking another school, leaving and replacing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.activities.engine import checks, light, notify
from apps.activities.engine.calling_off import call_off
from apps.activities.engine.changes import OVER, UNDER_WAY, locked
from apps.activities.engine.life import pause_locked
from apps.activities.engine.refusals import Blocked, refuse_if
from apps.activities.engine.situation import Situation
from apps.activities.enums import (
    ActivityState,
    ParticipantState,
    PlaceRequestState,
)
from apps.activities.kinds.base import Moment
from apps.activities.models import Activity, Participant, PlaceRequest
from apps.activities.release import hooks as release
from apps.core import audit_trail, clock
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation


def invite(
    activity: Activity, *, by: Person, person: Person, organisation: Organisation, role: str = ""
) -> Participant:
    """Ask ``person`` of ``organisation`` to take part; whoever invites themselves accepts at once.

    Raises Blocked when a rule of the kind refuses, or the person has been asked already.
    """
    with locked(activity) as row:
        return invite_locked(row, by=by, person=person, organisation=organisation, role=role)


def invite_locked(
    row: Activity, *, by: Person, person: Person, organisation: Organisation, role: str
) -> Participant:
    """Invite to a row that the caller has locked."""
    refuse_if(row.state in OVER, _("It is over: reopen it to invite somebody."))
    situation = Situation.of(row)
    role = role or situation.kind.roles[0].slug
    refuse_if(situation.kind.role(role) is None, _("There is no such role here."))
    refuse_if(
        situation.place_of(person.pk),
        _("%(name)s has been asked already.") % {"name": person.name},
    )
    situation.candidate = Participant(
        activity=row, person=person, organisation=organisation, role=role
    )
    _raise_if_refused(situation)
    participant = _place(row, person, role)
    participant.organisation = organisation
    yes = person.pk == by.pk
    participant.state = ParticipantState.ACCEPTED if yes else ParticipantState.INVITED
    participant.answered_at = clock.now() if yes else None
    participant.save()
    audit_trail.record(
        "participant.joined" if yes else "participant.invited",
        participant,
        by=by,
        activity=row.pk,
        person=person.pk,
    )
    if yes:
        release.person_joined(Situation.of(row), by=by)
        notify.person_joined(participant)
    else:
        notify.invited(participant)
    return participant


def _place(row: Activity, person: Person, role: str) -> Participant:
    """The earlier place of somebody who declined or left, else a new one."""
    earlier = Participant.objects.filter(activity=row, person=person, role=role).first()
    if earlier is None:
        return Participant(activity=row, person=person, role=role)
    earlier.invitations += 1
    return earlier


def _raise_if_refused(situation: Situation) -> None:
    blocks = checks.rules_failing(situation, Moment.INVITE)
    if blocks:
        raise Blocked(blocks)


def answer_invitation(
    participant: Participant, *, by: Person, accept: bool, access_needs: str = ""
) -> Participant:
    """Say yes or no; no reason is asked. The same answer again changes nothing.

    ``access_needs`` are for the organiser's eyes and are forgotten when the activity is over.
    """
    wanted = ParticipantState.ACCEPTED if accept else ParticipantState.DECLINED
    with locked(participant.activity) as row:
        place = _reread(participant, row)
        if place.state == wanted:
            return place
        refuse_if(row.state in OVER, _("It is over."))
        refuse_if(
            place.state != ParticipantState.INVITED,
            _("This invitation no longer stands."),
        )
        if accept:
            situation = Situation.of(row, candidate=place)
            _raise_if_refused(situation)
        place.state, place.answered_at = wanted, clock.now()
        place.access_needs = access_needs if accept else ""
        place.save()
        audit_trail.record(f"participant.{wanted}", place, by=by, activity=row.pk)
        notify.answered(place)
        if accept:
            release.person_joined(Situation.of(row), by=by)
            notify.person_joined(place)
            light.go_on(row, by=by)
    return place


def withdraw(participant: Participant, *, by: Person) -> Participant:
    """Leave, or be taken out by whoever steers. What the kind says of a leaver holds at once."""
    with locked(participant.activity) as row:
        place = _reread(participant, row)
        if place.state in (ParticipantState.WITHDRAWN, ParticipantState.DECLINED):
            return place
        refuse_if(row.state in OVER, _("It is over."))
        took_part = place.state == ParticipantState.ACCEPTED
        place.state, place.answered_at = ParticipantState.WITHDRAWN, clock.now()
        place.access_needs = ""
        place.save()
        audit_trail.record("participant.withdrawn", place, by=by, activity=row.pk)
        if took_part:
            _after_leaving(row, place, by)
    return place


def _after_leaving(row: Activity, place: Participant, by: Person) -> None:
    release.person_left(place, by=by)
    mine = Q(observer=place.person) | Q(observed=place.person)
    call_off(row.sessions.filter(mine), by=by)
    notify.person_left(place, by=by)
    if row.state in (ActivityState.AGREED, *UNDER_WAY):
        blocks = checks.rules_failing(Situation.of(row), Moment.LEAVE)
        if blocks:
            reason = _("%(name)s has left.") % {"name": place.person.name}
            pause_locked(row, by=by, reason=reason)


def _reread(participant: Participant, row: Activity) -> Participant:
    place = Participant.objects.select_related("person", "organisation").get(pk=participant.pk)
    place.activity = row
    return place


def ask_school(
    activity: Activity, *, by: Person, organisation: Organisation, role: str = ""
) -> PlaceRequest:
    """Ask another school's CPD leads to name a colleague. One open request a school."""
    with locked(activity) as row:
        refuse_if(row.state in OVER, _("It is over: reopen it to invite somebody."))
        situation = Situation.of(row)
        role = role or situation.lacking_role
        refuse_if(situation.kind.role(role) is None, _("There is no such role here."))
        leads = _leads(organisation)
        refuse_if(
            not leads,
            _("%(school)s has no CPD lead here yet.") % {"school": organisation.name},
        )
        request, created = PlaceRequest.objects.get_or_create(
            activity=row,
            organisation=organisation,
            state=PlaceRequestState.OPEN,
            defaults={"asked_by": by, "role": role},
        )
        if created:
            audit_trail.record("place_request.asked", request, by=by, school=organisation.pk)
            notify.asked_for_colleague(request, leads)
    return request


def ask_schools(
    activity: Activity, *, by: Person, organisations: Iterable[Organisation], role: str = ""
) -> list[PlaceRequest]:
    """Ask each of them that has a CPD lead to name a colleague; Blocked when none has one."""
    with locked(activity) as row:
        role = role or Situation.of(row).lacking_role
        asked = [
            ask_school(row, by=by, organisation=organisation, role=role)
            for organisation in organisations
            if _leads(organisation)
        ]
        refuse_if(not asked, _("None of the schools has a CPD lead here yet."))
    return asked


def _leads(organisation: Organisation) -> list[Person]:
    rows = Membership.objects.current().filter(organisation=organisation, role=Role.CPD_LEAD)
    return [row.person for row in rows.select_related("person") if row.person.is_active]


def answer_request(request: PlaceRequest, *, by: Person, member: Membership | None) -> PlaceRequest:
    """Name a colleague (``member``, of the school asked), or say that nobody can (None)."""
    with locked(request.activity) as row:
        request = PlaceRequest.objects.select_related("organisation").get(pk=request.pk)
        request.activity = row
        refuse_if(request.state != PlaceRequestState.OPEN, _("It has been answered already."))
        if member is not None:
            refuse_if(
                member.organisation_id != request.organisation_id,
                _("Name somebody of %(school)s.") % {"school": request.organisation.name},
            )
            invite_locked(
                row,
                by=by,
                person=member.person,
                organisation=request.organisation,
                role=request.role,
            )
        request.state = PlaceRequestState.FILLED if member else PlaceRequestState.DECLINED
        request.answered_by, request.answered_at = by, clock.now()
        request.save()
        audit_trail.record(f"place_request.{request.state}", request, by=by)
        if row.organiser_id != by.pk:
            notify.tell(row.organiser, "request_answered", row, period=str(request.pk))
    return request
