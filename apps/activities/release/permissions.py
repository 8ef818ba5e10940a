from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.release.enums import AHEAD, ReleaseState
from apps.activities.release.models import Release
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.delegates import approves_for, covers_for
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Alliance, Organisation
from apps.schools.scope import scope_of


def can_decide(person: Person, row: Release) -> Permission:
    """Approve or refuse: the head, or whom the head has named, but never for themselves."""
    if row.organisation_id not in approves_for(person):
        return Denied(_("Release is approved by the head, or by whom the head has named."))
    heads = row.organisation_id in scope_of(person).organisations(Role.HEAD)
    if row.person_id == person.pk and not heads:
        return Denied(_("Nobody approves their own release: the head decides about yours."))
    return allowed_if(row.state in AHEAD, _("It is over: there is nothing left to decide."))


def can_decide_any(person: Person) -> Permission:
    return allowed_if(
        approves_for(person),
        _("Release is approved by the head of a school, or by whom the head has named."),
    )


def can_correct_minutes(person: Person, row: Release) -> Permission:
    """What it took: the person themselves, whoever organises, their school's lead and head."""
    organises = row.activity is not None and row.activity.organiser_id == person.pk
    return allowed_if(
        row.person_id == person.pk or organises or _leads(person, row),
        _("Only the person, whoever organises it and their CPD lead write down the minutes."),
    )


def can_keep_costs(person: Person, row: Release) -> Permission:
    """Travel, extra pay, fees and who pays: matters of the person's own school."""
    return allowed_if(
        _leads(person, row) or row.organisation_id in approves_for(person),
        _("Costs are kept by the CPD lead and the head of the person’s own school."),
    )


def can_see_costs(person: Person, row: Release) -> bool:
    return row.person_id == person.pk or bool(can_keep_costs(person, row))


def can_arrange_cover(person: Person, row: Release) -> Permission:
    return allowed_if(
        row.organisation_id in covers_for(person),
        _("Cover is arranged by the person’s own school."),
    )


def can_see_cover(person: Person) -> Permission:
    return allowed_if(
        covers_for(person),
        _("The cover list is for heads, CPD leads and those who arrange cover."),
    )


def can_ask(person: Person) -> Permission:
    """Enter time that belongs to no session: planning time, a day at a course."""
    return allowed_if(
        scope_of(person).organisations(*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD),
        _("Only the staff of a school ask for release."),
    )


def can_ask_for_others(person: Person, organisation: Organisation) -> bool:
    led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
    return organisation.pk in led


def can_take_back(person: Person, row: Release) -> Permission:
    """Say that time without a session is not needed any more; sessions say it themselves."""
    if row.session_id is not None:
        return Denied(_("It follows its session: cancel or move that."))
    if row.state == ReleaseState.REFUSED or row.state not in AHEAD:
        return Denied(_("It is over already."))
    return allowed_if(
        row.person_id == person.pk or _leads(person, row),
        _("Only the person and their CPD lead can take it back."),
    )


def can_see_alliance(person: Person, alliance: Alliance) -> Permission:
    """School totals in its activities; people only in their own schools."""
    return allowed_if(
        alliance.pk in scope_of(person).alliances(Role.COORDINATOR),
        _("Only the alliance’s coordinators see the totals of its schools."),
    )


def _leads(person: Person, row: Release) -> bool:
    return row.organisation_id in scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
