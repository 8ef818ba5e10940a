from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.kinds.work_shadowing.enums import ApplicationState
from apps.activities.kinds.work_shadowing.models import Application, Offer, ShadowingRound
from apps.activities.models import Activity, Participant
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.scope import scope_of

WORKS_THERE = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)
LEADS = (Role.CPD_LEAD, Role.HEAD)


def can_open_round(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).alliances(Role.COORDINATOR), _("Only an alliance’s coordinator does this.")
    )


def can_run(person: Person, shadowing_round: ShadowingRound) -> Permission:
    return allowed_if(
        shadowing_round.alliance_id in scope_of(person).alliances(Role.COORDINATOR),
        _("Only the alliance’s coordinator does this."),
    )


def can_apply(person: Person, shadowing_round: ShadowingRound) -> Permission:
    return allowed_if(
        shadowing_round.alliance_id in scope_of(person).alliances_through(*WORKS_THERE),
        _("Staff of the alliance’s schools apply."),
    )


def can_offer(person: Person, shadowing_round: ShadowingRound) -> Permission:
    return allowed_if(
        shadowing_round.alliance_id in scope_of(person).alliances_through(*LEADS),
        _("Heads and CPD leads of the alliance’s schools offer places."),
    )


def can_see_outcome(person: Person, shadowing_round: ShadowingRound) -> Permission:
    scope = scope_of(person)
    return allowed_if(
        shadowing_round.alliance_id
        in scope.alliances(Role.COORDINATOR) | scope.alliances_through(*LEADS, Role.GOVERNOR),
        _("Coordinators, heads, CPD leads and governors read the outcome."),
    )


def can_decide(person: Person, application: Application) -> Permission:
    return allowed_if(
        application.organisation_id in scope_of(person).organisations(Role.HEAD)
        and application.state != ApplicationState.WITHDRAWN,
        _("Only the head of the applicant’s school decides."),
    )


def can_change(person: Person, application: Application) -> Permission:
    return allowed_if(
        application.person_id == person.pk and application.state != ApplicationState.WITHDRAWN,
        _("Only the applicant can change it."),
    )


def can_withdraw_offer(person: Person, offer: Offer) -> Permission:
    led = scope_of(person).organisations(*LEADS)
    return allowed_if(
        person.pk == offer.host_id or offer.organisation_id in led,
        _("Only the host, or a lead of the host’s school, can withdraw it."),
    )


def can_ask_head(person: Person, activity: Activity) -> Permission:
    places = Participant.objects.taking_part().of_members(person)
    return allowed_if(
        places.filter(activity=activity, role="shadow").exists(),
        _("Only the one who shadows asks their own head."),
    )


def can_brief(person: Person, activity: Activity) -> Permission:
    places = Participant.objects.taking_part().of_members(person)
    return allowed_if(
        places.filter(activity=activity, role__in=("shadow", "host")).exists(),
        _("The briefing is for host and shadow."),
    )
