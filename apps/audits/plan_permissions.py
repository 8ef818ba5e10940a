"""Who may plan, sign, tell people what was heard, and bring in answers from elsewhere."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditMode, AuditState, PlanState
from apps.audits.models import AnswersFile, Audit, Goal, Need, Offer, Plan
from apps.audits.permissions import can_read_answers, can_run, leads
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.scope import scope_of


def can_plan_for(person: Person, organisation_id: int) -> Permission:
    return allowed_if(
        leads(person, organisation_id), _("Only a CPD lead of the school writes its plan.")
    )


def can_write(person: Person, plan: Plan) -> Permission:
    if plan.state != PlanState.DRAFT:
        return Denied(
            _("This version has gone to the head and stays as it is. Start a new version instead.")
        )
    return can_plan_for(person, plan.organisation_id)


def can_take_back(person: Person, plan: Plan) -> Permission:
    if plan.state != PlanState.OUT:
        return Denied(_("Only a plan that waits for the head can be taken back."))
    return can_plan_for(person, plan.organisation_id)


def can_sign_plan(person: Person, plan: Plan) -> Permission:
    if plan.organisation_id not in scope_of(person).organisations(Role.HEAD):
        return Denied(_("Only the head of the school signs its plan."))
    return allowed_if(plan.state == PlanState.OUT, _("This version is not waiting to be signed."))


def can_review(person: Person, plan: Plan) -> Permission:
    if plan.state != PlanState.SIGNED:
        return Denied(_("Only a signed plan is reviewed."))
    scope = scope_of(person)
    return allowed_if(
        plan.organisation_id in scope.organisations(Role.CPD_LEAD, Role.HEAD),
        _("The plan is reviewed by the school’s CPD lead and head."),
    )


def can_tell_back(person: Person, audit: Audit) -> Permission:
    if audit.state != AuditState.CLOSED:
        return Denied(_("First the audit closes; then you say what you heard."))
    return can_run(person, audit)


def can_import_into(person: Person, audit: Audit) -> Permission:
    allowed = may_take_answers(audit)
    if not allowed:
        return allowed
    if not can_read_answers(person, audit) and audit.participations.exists():
        return Denied(_mixed())
    return can_run(person, audit)


def can_take_import_back(person: Person, file: AnswersFile) -> Permission:
    """Remove the answers that came in with a file, until the results with them are released."""
    if not file.result.get("imported"):
        return Denied(_("No answers have come in from this file."))
    if file.audit.state == AuditState.CLOSED:
        return Denied(
            _(
                "The audit has closed, and its released results stay as they are. Make another one "
                "with the right file."
            )
        )
    return can_run(person, file.audit)


def may_take_answers(audit: Audit) -> Permission:
    """Whoever brings a file in knows its answers, so it must not be mixed with secret ones.

    See `may_ask_joiners` for the same the other way round.
    """
    if audit.state == AuditState.CLOSED:
        return Denied(
            _("The audit has closed and its results are released. Make another one for the file.")
        )
    if audit.mode == AuditMode.ANONYMOUS:
        return Denied(
            _("An anonymous audit takes no answers from a file. Choose “named” for this one.")
        )
    return allowed_if(not _has_secrets(audit) or not audit.participations.exists(), _mixed())


def may_ask_joiners(audit: Audit) -> Permission:
    """Nobody answers in confidence where whoever runs the audit knows the others' answers."""
    return allowed_if(
        not _has_secrets(audit) or not audit.collected.exists(),
        _(
            "This audit has answers from a file. Among answers that somebody knows, those of the "
            "people asked now could be worked out. Make another audit to ask them."
        ),
    )


def _has_secrets(audit: Audit) -> bool:
    """Whether those who run it do not read the single answers; of a named audit of a school its
    CPD leads do, of an alliance's its coordinators never."""
    return audit.mode != AuditMode.NAMED or audit.alliance_id is not None


def _mixed() -> str:
    return _(
        "People are answering this audit, and you do not read what each of them says. With answers "
        "known from a file among theirs, theirs could be worked out. Make another audit for the "
        "file."
    )


def can_publish_need(person: Person, need: Need) -> Permission:
    if need.person_id is not None:
        return Denied(_("A person’s own need is not published."))
    return allowed_if(
        leads(person, need.organisation_id),
        _("Only a CPD lead of the school publishes its needs."),
    )


def can_share_offer(person: Person, offer: Offer) -> Permission:
    return allowed_if(
        offer.person_id == person.pk and offer.withdrawn_at is None,
        _("Only you decide who sees your offer."),
    )


def can_link_goal(person: Person, goal: Goal) -> Permission:
    if goal.person_id is not None:
        return allowed_if(goal.person_id == person.pk, _("Only its owner changes a goal."))
    return allowed_if(
        leads(person, goal.organisation_id), _("Only a CPD lead of the school can do this.")
    )
