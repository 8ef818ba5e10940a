"""What stands against a step of coaching, and who can put it right."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.engine.situation import Situation
from apps.activities.enums import Audience
from apps.activities.kinds.base import Block
from apps.activities.kinds.coaching.models import CoachingContract, CoachTraining
from apps.activities.kinds.coaching.pairs import COACH, contract_of, load_of, step_now
from apps.activities.models import Participant

DROP_IN, MEETING = "drop_in", "meeting"
GROW, INSTRUCTIONAL = "grow", "instructional"


def _coaches(situation: Situation) -> list[Participant]:
    candidate = situation.candidate
    if candidate is not None:
        return [candidate] if candidate.role == COACH else []
    return situation.people_as(COACH)


def coach_trained(situation: Situation) -> Block | None:
    coaches = _coaches(situation)
    ids = [place.person_id for place in coaches]
    trained = set(
        CoachTraining.objects.filter(person_id__in=ids).values_list("person_id", flat=True)
    )
    for place in coaches:
        if place.person_id not in trained:
            return Block(
                _("No training as a coach is recorded for %(name)s.") % {"name": place.person.name},
                _("the CPD lead of %(school)s records it") % {"school": place.organisation.name},
            )
    return None


def within_caseload(situation: Situation) -> Block | None:
    candidate = situation.candidate
    if candidate is None or candidate.role != COACH:
        return None
    load = load_of(candidate.person_id, candidate.organisation_id, but=situation.activity.pk)
    if not load.is_full:
        return None
    return Block(
        ngettext(
            "%(name)s coaches %(count)d person already, and no more are agreed.",
            "%(name)s coaches %(count)d people already, and no more are agreed.",
            load.coachees,
        )
        % {"name": candidate.person.name, "count": load.coachees},
        _("the CPD lead of %(school)s sets how many") % {"school": candidate.organisation.name},
    )


def one_pair(situation: Situation) -> Block | None:
    """Once begun it belongs to these two: somebody new would read what was said to another."""
    candidate, activity = situation.candidate, situation.activity
    if candidate is None or not situation.kind.stage(activity.stage).needs_active:
        return None
    last = CoachingContract.objects.filter(activity=activity).order_by("pk").last()
    if last is not None and candidate.person_id == (
        last.coach_id if candidate.role == COACH else last.coachee_id
    ):
        return None
    return Block(
        _("This coaching belongs to the two who began it. Start a new one for a new pair."),
        situation.organiser_name,
    )


def contract_agreed(situation: Situation) -> Block | None:
    contract = situation.once(contract_of)
    if contract is not None and contract.is_agreed:
        return None
    return Block(
        _("Coach and coachee have not both agreed the contract yet."), situation.names_of_people()
    )


def looked_first(situation: Situation) -> Block | None:
    """Before a step is chosen: a drop-in, or a conversation where there is none."""
    instructional = situation.activity.details.get("form") == INSTRUCTIONAL
    if situation.held_of(DROP_IN if instructional else MEETING):
        return None
    words = (
        _("The drop-in has not been held yet.")
        if instructional
        else _("The conversation has not been held yet.")
    )
    return Block(words, situation.names_of_people())


def step_chosen(situation: Situation) -> Block | None:
    if step_now(situation) is not None:
        return None
    return Block(_("The one step is not written yet."), situation.names_of_people())


def rehearsed(situation: Situation) -> Block | None:
    step = step_now(situation)
    if step is not None and step.rehearsal:
        return None
    return Block(_("The step has not been rehearsed yet."), situation.names_of_people())


def tried(situation: Situation) -> Block | None:
    step = step_now(situation)
    if step is not None and step.tried_on:
        return None
    return Block(_("The step has not been tried yet."), situation.names_of_people())


def reviewed(situation: Situation) -> Block | None:
    step = step_now(situation)
    if step is not None and step.review:
        return None
    return Block(_("The step has not been reviewed yet."), situation.names_of_people())


def private_to_the_pair(situation: Situation) -> Block | None:
    draft = situation.draft
    if draft is None or draft.audience in (Audience.ONLY_ME, Audience.PAIR):
        return None
    return Block(_("What is written in coaching stays between the two."))
