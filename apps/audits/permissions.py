from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Audit, AuditSchool, Goal, Need, Offer, Participation
from apps.audits.models.audits import AuditQuerySet
from apps.audits.models.schools import DECIDERS, TOOK_PART
from apps.core.permissions import ALLOWED, Denied, Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.scope import scope_of


def leads(person: Person, organisation_id: int | None) -> bool:
    return organisation_id in scope_of(person).organisations(Role.CPD_LEAD)


def _heads(person: Person, organisation_id: int | None) -> bool:
    return organisation_id in scope_of(person).organisations(Role.HEAD)


def _coordinates(person: Person, alliance_id: int | None) -> bool:
    return alliance_id in scope_of(person).alliances(Role.COORDINATOR)


def _decides(person: Person, organisation_id: int | None) -> bool:
    return organisation_id in scope_of(person).organisations(*DECIDERS)


def can_create(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).organisations(Role.CPD_LEAD), _("Only a CPD lead can make a needs audit.")
    )


def can_create_for_alliance(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).alliances(Role.COORDINATOR),
        _("Only an alliance's coordinator can make an audit of its schools."),
    )


def can_run(person: Person, audit: Audit) -> Permission:
    """A school's audit is run by its CPD leads, an alliance's by its coordinators."""
    if audit.alliance_id is not None:
        return allowed_if(
            _coordinates(person, audit.alliance_id),
            _("Only a coordinator of the alliance can do this."),
        )
    return allowed_if(
        leads(person, audit.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_edit(person: Person, audit: Audit) -> Permission:
    if audit.state != AuditState.DRAFT:
        return Denied(
            _(
                "The audit has been opened: its questions stay as they are, so that all answer "
                "the same ones."
            )
        )
    if audit.alliance_id is not None and audit.schools.exists():
        return Denied(
            _(
                "Schools have been told what will be asked, and some may have agreed to it. "
                "Withdraw the invitations before you change it."
            )
        )
    return can_run(person, audit)


def can_invite(person: Person, audit: Audit) -> Permission:
    """Invite the alliance's schools to a draft, or withdraw the invitations."""
    if audit.state != AuditState.DRAFT:
        return Denied(_("The audit has been opened: no more schools can join it."))
    return can_run(person, audit)


def can_look_at_place(person: Person, place: AuditSchool) -> Permission:
    """Read what a school says about taking part, with how many of its staff are asked."""
    return allowed_if(
        _decides(person, place.organisation_id),
        _("Only the CPD lead and the head of the school see this."),
    )


def can_decide(person: Person, place: AuditSchool) -> Permission:
    """Say whether a school takes part, and how; until the audit opens."""
    if not _decides(person, place.organisation_id):
        return Denied(_("Only the CPD lead or the head of the school decides this."))
    if place.audit.state != AuditState.DRAFT:
        return Denied(_("The audit has been opened, so this can no longer be changed."))
    return ALLOWED


def can_chase(person: Person, audit: Audit) -> Permission:
    """See how many have answered, remind the others and ask those who joined the staff."""
    if audit.state != AuditState.OPEN:
        return Denied(_("Only people asked by an open audit can be reminded."))
    return can_run(person, audit)


def can_see_who_answered(person: Person, audit: Audit) -> Permission:
    """In a named audit of a school, where people were told so: CPD leads who are not heads."""
    if audit.mode != AuditMode.NAMED:
        return Denied(_("Nobody at the school is told who has answered."))
    return can_read_answers(person, audit)


def can_open(person: Person, audit: Audit) -> Permission:
    """The person and the state; `actions.blocks_to_opening` has the reasons in the audit itself."""
    if audit.state != AuditState.DRAFT:
        return Denied(_("The audit has been opened already."))
    return can_run(person, audit)


def can_preview(person: Person, audit: Audit) -> Permission:
    """See it as those asked will; a draft also whoever decides whether a school takes part."""
    return ALLOWED if audit.state == AuditState.DRAFT else can_run(person, audit)


def can_make_version(person: Person, audit: Audit) -> Permission:
    """Ask it again with other questions, in place of this one."""
    if audit.state == AuditState.DRAFT:
        return Denied(_("It has not been opened yet, so you can change it as it is."))
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
    """CPD leads; heads once it is closed. A confidential audit is read by nobody before that.

    An alliance's: its coordinators, CPD leads and heads of schools that take part, once closed.
    """
    if audit.state == AuditState.DRAFT:
        return Denied(_("The audit has not been opened yet."))
    if audit.alliance_id is not None:
        return _can_read_across(person, audit)
    if not (leads(person, audit.organisation_id) or _heads(person, audit.organisation_id)):
        return Denied(_("Only the CPD lead and the head of the school read its results."))
    if audit.state == AuditState.OPEN and not can_read_answers(person, audit):
        return Denied(_("The results can be read once the audit has closed."))
    return ALLOWED


def with_readable_results(audits: AuditQuerySet, person: Person) -> AuditQuerySet:
    """`can_read_results` for many closed ``audits``."""
    scope = scope_of(person)
    mine = AuditSchool.objects.decided_by(person).filter(state__in=TOOK_PART)
    return audits.filter(
        Q(organisation_id__in=scope.organisations(*DECIDERS))
        | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
        | Q(pk__in=mine.values("audit_id"))
    )


def _can_read_across(person: Person, audit: Audit) -> Permission:
    mine = audit.schools.decided_by(person).filter(state__in=TOOK_PART)
    if not _coordinates(person, audit.alliance_id) and not mine.exists():
        return Denied(_("Only the coordinator and the schools that take part read its results."))
    return allowed_if(
        audit.state == AuditState.CLOSED,
        _("The results can be read once the audit has closed."),
    )


def can_read_answers(person: Person, audit: Audit) -> Permission:
    """One person's answers: only in a named audit, only a CPD lead who is not the head too."""
    if audit.mode != AuditMode.NAMED:
        return Denied(_("The audit is confidential: nobody reads one person's answers."))
    if audit.state == AuditState.DRAFT or not leads(person, audit.organisation_id):
        return Denied(_("Only the CPD lead of the school reads one person's answers."))
    return allowed_if(
        not _heads(person, audit.organisation_id),
        _("A head does not read one person's answers, as a CPD lead neither."),
    )


def can_read_answers_of(person: Person, audit: Audit, organisation_id: int) -> Permission:
    """One person's answers in an alliance's audit: a CPD lead's own school's, where its people
    were told so; a coordinator's never."""
    if audit.alliance_id is None:
        return can_read_answers(person, audit)
    if audit.state == AuditState.DRAFT or not leads(person, organisation_id):
        return Denied(_("Only the CPD lead of the school reads one person's answers."))
    if _heads(person, organisation_id):
        return Denied(_("A head does not read one person's answers, as a CPD lead neither."))
    places = audit.schools.read_by_name().filter(organisation_id=organisation_id)
    return allowed_if(
        places.exists(), _("The audit is confidential: nobody reads one person's answers.")
    )


def can_print_codes(person: Person, audit: Audit) -> Permission:
    """Cards for those without e-mail address, of the schools whose CPD the person leads."""
    if audit.state != AuditState.OPEN:
        return Denied(_("Codes are printed while the audit is open."))
    led = scope_of(person).organisations(Role.CPD_LEAD)
    asked = Participation.objects.filter(audit=audit, organisation_id__in=led)
    return allowed_if(asked.exists(), _("Only a CPD lead of a school that is asked prints codes."))


def can_read_some_answers(person: Person, audit: Audit) -> Permission:
    """Whether there is any school whose people's single answers ``person`` reads."""
    if audit.alliance_id is None:
        return can_read_answers(person, audit)
    led = scope_of(person).organisations(Role.CPD_LEAD)
    return allowed_if(
        any(can_read_answers_of(person, audit, school) for school in led),
        _("Only CPD leads read single answers, of their own school, where people were told so."),
    )


def can_take_on(person: Person, audit: Audit) -> Permission:
    if not leads(person, audit.organisation_id):
        return Denied(_("Only a CPD lead of the school can take on a need."))
    return can_read_results(person, audit)


def can_lead_need(person: Person, need: Need) -> Permission:
    """Set a goal for a need, or say what became of it."""
    if need.person_id is not None:
        return allowed_if(need.person_id == person.pk, _("This need is somebody else's."))
    return allowed_if(
        leads(person, need.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_change_goal(person: Person, goal: Goal) -> Permission:
    if goal.person_id is not None:
        return allowed_if(goal.person_id == person.pk, _("Only its owner changes a goal."))
    return allowed_if(
        leads(person, goal.organisation_id), _("Only a CPD lead of the school can do this.")
    )


def can_withdraw_offer(person: Person, offer: Offer) -> Permission:
    return allowed_if(offer.person_id == person.pk, _("Only you can withdraw your offer."))
