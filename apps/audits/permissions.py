from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Audit, Goal, Need, Offer, Participation
from apps.core.permissions import ALLOWED, Denied, Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.scope import scope_of


def _leads(person: Person, organisation_id: int | None) -> bool:
    return organisation_id in scope_of(person).organisations(Role.CPD_LEAD)


def _heads(person: Person, organisation_id: int | None) -> bool:
    return organisation_id in scope_of(person).organisations(Role.HEAD)


def can_create(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).organisations(Role.CPD_LEAD), _("Only a CPD lead can make a needs audit.")
    )


def can_run(person: Person, audit: Audit) -> Permission:
    return allowed_if(
        _leads(person, audit.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_edit(person: Person, audit: Audit) -> Permission:
    if audit.state != AuditState.DRAFT:
        return Denied(
            _(
                "The audit has been opened: its questions stay as they are, so that all answer "
                "the same ones."
            )
        )
    return can_run(person, audit)


def can_open(person: Person, audit: Audit) -> Permission:
    """The person and the state; `actions.blocks_to_opening` has the reasons in the audit itself."""
    if audit.state != AuditState.DRAFT:
        return Denied(_("The audit has been opened already."))
    return can_run(person, audit)


def can_close(person: Person, audit: Audit) -> Permission:
    if audit.state != AuditState.OPEN:
        return Denied(_("Only an open audit can be closed."))
    return can_run(person, audit)


def can_extend(person: Person, audit: Audit) -> Permission:
    if audit.state != AuditState.OPEN:
        return Denied(_("Only an open audit can be given more time."))
    return can_run(person, audit)


def can_answer(person: Person, audit: Audit) -> Permission:
    """Whether ``person`` is asked. A closed audit is read, not refused: see the views."""
    asked = Participation.objects.of(person).filter(audit=audit).exists()
    return allowed_if(asked, _("You were not asked to answer this audit."))


def can_read_results(person: Person, audit: Audit) -> Permission:
    """CPD leads; heads once it is closed. A confidential audit is read by nobody before that."""
    if audit.state == AuditState.DRAFT:
        return Denied(_("The audit has not been opened yet."))
    if not (_leads(person, audit.organisation_id) or _heads(person, audit.organisation_id)):
        return Denied(_("Only the CPD lead and the head of the school read its results."))
    if audit.state == AuditState.OPEN and not can_read_answers(person, audit):
        return Denied(_("The results can be read once the audit has closed."))
    return ALLOWED


def can_read_answers(person: Person, audit: Audit) -> Permission:
    """One person's answers: only in a named audit, only a CPD lead who is not the head too."""
    if audit.mode != AuditMode.NAMED:
        return Denied(_("The audit is confidential: nobody reads one person's answers."))
    if audit.state == AuditState.DRAFT or not _leads(person, audit.organisation_id):
        return Denied(_("Only the CPD lead of the school reads one person's answers."))
    return allowed_if(
        not _heads(person, audit.organisation_id),
        _("A head does not read one person's answers, as a CPD lead neither."),
    )


def can_take_on(person: Person, audit: Audit) -> Permission:
    if not _leads(person, audit.organisation_id):
        return Denied(_("Only a CPD lead of the school can take on a need."))
    return can_read_results(person, audit)


def can_lead_need(person: Person, need: Need) -> Permission:
    """Set a goal for a need, or say what became of it."""
    if need.person_id is not None:
        return allowed_if(need.person_id == person.pk, _("This need is somebody else's."))
    return allowed_if(
        _leads(person, need.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_change_goal(person: Person, goal: Goal) -> Permission:
    if goal.person_id is not None:
        return allowed_if(goal.person_id == person.pk, _("Only its owner changes a goal."))
    return allowed_if(
        _leads(person, goal.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_withdraw_offer(person: Person, offer: Offer) -> Permission:
    return allowed_if(offer.person_id == person.pk, _("Only you can withdraw your offer."))
