"""Letters about plans, and about what was heard in an audit; and the notices beside them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path
from apps.audits.emails import KIND, reader
from apps.audits.enums import PlanState
from apps.audits.models import HeardBack, Participation, Plan
from apps.audits.plan_permissions import can_sign_plan
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.notices import notice_words
from apps.core.years import year_label


@letter("audits.heard")
def heard(row: OutboundEmail) -> Letter | None:
    """To everybody who was asked, in the same words: it does not say who answered."""
    person = reader(row)
    if person is None:
        return None
    told = HeardBack.objects.sent().filter(audit_id=row.keys["audit"]).select_related("audit")
    found = told.first()
    part = Participation.objects.of(person).filter(audit_id=row.keys["audit"])
    if found is None or not part.exists():
        return None
    return Letter(
        to=str(person.email),
        subject=_("What we heard: %(title)s") % {"title": found.audit.title},
        greeting=greeting(person),
        paragraphs=[
            _("You were asked to answer “%(title)s”. Here is what came of it.")
            % {"title": found.audit.title},
            _("What we heard") + "\n" + found.heard,
            _("What we will do") + "\n" + found.will_do,
            _("What we cannot do, and why") + "\n" + found.cannot,
        ],
        action=Line(_("Read it in cpdhub"), reverse("audits:heard", args=[found.audit.public_id])),
        closing=_("Everybody who was asked gets this, whether or not they answered."),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


@letter("audits.plan_to_sign")
def plan_to_sign(row: OutboundEmail) -> Letter | None:
    """To a head while the plan waits for them."""
    person = reader(row)
    plan = _plan(row)
    if person is None or plan is None or not can_sign_plan(person, plan):
        return None
    words = {"school": plan.organisation.name, "year": year_label(plan.year)}
    return Letter(
        to=str(person.email),
        subject=_("Please read and sign the CPD plan %(year)s") % words,
        greeting=greeting(person),
        paragraphs=[
            _("The CPD plan of %(school)s for %(year)s is ready.") % words,
            _(
                "It names what will be done for which need, who sees to it, what it takes in time "
                "and money, and how you will know that it worked."
            ),
        ],
        action=Line(_("Read and sign"), reverse("audits:plan_sign", args=[plan.public_id])),
        closing=_("Opening the link signs nothing: you type your name first."),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


@letter("audits.plan_signed")
def plan_signed(row: OutboundEmail) -> Letter | None:
    person = reader(row)
    plan = _plan(row)
    if person is None or plan is None or plan.state != PlanState.SIGNED:
        return None
    words = {"school": plan.organisation.name, "year": year_label(plan.year)}
    return Letter(
        to=str(person.email),
        subject=_("Signed: the CPD plan %(year)s") % words,
        greeting=greeting(person),
        paragraphs=[
            _("The head has signed the CPD plan of %(school)s for %(year)s.") % words,
            _(
                "Each line’s follow-up is now among the follow-ups of whoever sees to it, and you "
                "are reminded to look at the plan near the end of each term."
            ),
        ],
        action=Line(_("Open the plan"), reverse("audits:cpd_plan", args=[plan.public_id])),
        unsubscribe_path=unsubscribe_path(person, KIND),
    )


def _plan(row: OutboundEmail) -> Plan | None:
    return Plan.objects.filter(pk=row.keys["plan"]).select_related("organisation").first()


@notice_words("audits.heard")
def told_heard(things: list[str]) -> dict[str, str]:
    keys = {int(thing.removeprefix("audit/")): thing for thing in things}
    rows = HeardBack.objects.sent().filter(audit_id__in=keys)
    return {
        keys[pk]: _("What we heard, and what we will do: %(title)s") % {"title": title}
        for pk, title in rows.values_list("audit_id", "audit__title")
    }
