from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine import checks, life
from apps.activities.engine.changes import OVER, locked
from apps.activities.engine.refusals import Stale, refuse_if, required
from apps.activities.engine.situation import Situation
from apps.activities.kinds.coaching.models import (
    CoachingContract,
    CoachingStep,
    CoachTime,
    CoachTraining,
    StepReview,
)
from apps.activities.kinds.coaching.pairs import SLUG, TRY_STEP, contract_of, step_now, the_pair
from apps.core import audit_trail, clock
from apps.followups.actions import settle_kept

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.models import Activity
    from apps.schools.models import Membership

GOES_BY_ITSELF = ("step", "rehearse", "try", "review")


@transaction.atomic
def record_training(
    *, by: Person, member: Membership, on: date, provider: str, words: str = ""
) -> CoachTraining:
    """``member``: the coach's place at the school whose CPD lead ``by`` is."""
    refuse_if(on > clock.today(), _("The date lies in the future."))
    school = required(member.organisation, _("Coaches belong to a school."))
    row = CoachTraining.objects.create(
        person=member.person,
        organisation=school,
        on=on,
        provider=provider,
        words=words,
        recorded_by=by,
    )
    audit_trail.record("coach_training.recorded", row, by=by, person=member.person_id)
    return row


@transaction.atomic
def take_back_training(row: CoachTraining, *, by: Person) -> None:
    """It was recorded wrongly. Who coaches already goes on; without any training nobody begins."""
    current = CoachTraining.objects.select_for_update().filter(pk=row.pk).first()
    if current is None:
        return
    current.taken_back_at = clock.now()
    current.save(update_fields=["taken_back_at"])
    audit_trail.record("coach_training.taken_back", current, by=by, person=current.person_id)


@transaction.atomic
def set_time(*, by: Person, member: Membership, most: int, minutes: int | None) -> CoachTime:
    row, _created = CoachTime.objects.update_or_create(
        person=member.person,
        organisation=member.organisation,
        defaults={"most": most, "minutes": minutes},
    )
    audit_trail.record("coach_time.set", row, by=by, most=most, minutes=minutes)
    return row


def _pair_at_work(row: Activity, by: Person) -> tuple[Situation, int, int]:
    """Coach and coachee; Blocked unless ``by`` is one of them."""
    refuse_if(row.state in OVER, _("The coaching is over."))
    situation = Situation.of(row)
    coach, coachee = required(the_pair(situation), _("Coach and coachee have to say yes first."))
    refuse_if(by.pk not in (coach, coachee), _("This is for coach and coachee alone."))
    return situation, coach, coachee


def write_contract(
    activity: Activity,
    *,
    by: Person,
    version: int,
    goal: str,
    how_often: str,
    confidentiality: str,
    ends_when: str,
) -> CoachingContract:
    """Write or change it: ``by`` agrees with that, the other is asked (again). Stale when the
    other saved since ``version`` (0: there was none)."""
    with locked(activity) as row:
        situation, coach, coachee = _pair_at_work(row, by)
        contract = contract_of(situation)
        if (contract.version if contract else 0) != version:
            raise Stale(contract)
        contract = contract or CoachingContract(
            activity=row, coach_id=coach, coachee_id=coachee, version=0
        )
        contract.goal, contract.how_often = goal, how_often
        contract.confidentiality, contract.ends_when = confidentiality, ends_when
        contract.version += 1
        contract.coach_agreed_at = clock.now() if by.pk == coach else None
        contract.coachee_agreed_at = clock.now() if by.pk == coachee else None
        contract.save()
        audit_trail.record("coaching_contract.written", contract, by=by, version=contract.version)
    return contract


def agree_contract(activity: Activity, *, by: Person, version: int) -> CoachingContract:
    """Agree to the words of ``version``; Stale when they are others now."""
    with locked(activity) as row:
        situation, coach, _coachee = _pair_at_work(row, by)
        contract = required(contract_of(situation), _("The contract is not written yet."))
        if contract.version != version:
            raise Stale(contract)
        name = "coach_agreed_at" if by.pk == coach else "coachee_agreed_at"
        if getattr(contract, name) is None:
            setattr(contract, name, clock.now())
            contract.save()
            audit_trail.record("coaching_contract.agreed", contract, by=by, version=version)
    return contract


def choose_step(activity: Activity, *, by: Person, version: int, step: str) -> CoachingStep:
    """The one step of this cycle, or other words for it until it has been tried."""
    with locked(activity) as row:
        situation, coach, coachee = _pair_at_work(row, by)
        refuse_if(not situation.is_active, _("The coaching has not been started."))
        found = step_now(situation)
        _refuse_stale(found, version)
        refuse_if(found and found.tried_on, _("It has been tried: review it first."))
        refuse_if(
            found is None and CoachingStep.objects.live().filter(activity=row).exists(),
            _("There is a live step already: review it first."),
        )
        found = found or CoachingStep(
            activity=row, coach_id=coach, coachee_id=coachee, cycle=row.cycle, version=0
        )
        found.step = step
        return _saved(found, row, by, "chosen")


def rehearse(activity: Activity, *, by: Person, version: int, rehearsal: str) -> CoachingStep:
    with locked(activity) as row:
        found = _live_step(row, by, version)
        found.rehearsal = rehearsal
        return _saved(found, row, by, "rehearsed")


def say_tried(
    activity: Activity, *, by: Person, version: int, tried_on: date, evidence: str
) -> CoachingStep:
    with locked(activity) as row:
        found = _live_step(row, by, version)
        refuse_if(not found.rehearsal, _("The step has not been rehearsed yet."))
        refuse_if(tried_on > clock.today(), _("The date lies in the future."))
        found.tried_on, found.evidence = tried_on, evidence
        settle_kept(by=by, source=row, rules={f"{SLUG}.{TRY_STEP}"}, outcome=_("Tried"))
        return _saved(found, row, by, "tried")


def review(activity: Activity, *, by: Person, version: int, review: str) -> CoachingStep:
    """The coachee says what became of it."""
    with locked(activity) as row:
        found = _live_step(row, by, version)
        refuse_if(by.pk != found.coachee_id, _("The coachee says what became of a step."))
        refuse_if(found.tried_on is None, _("The step has not been tried yet."))
        refuse_if(review not in StepReview.values, _("Choose what became of it."))
        found.review = review
        return _saved(found, row, by, "reviewed")


def _live_step(row: Activity, by: Person, version: int) -> CoachingStep:
    situation, _coach, _coachee = _pair_at_work(row, by)
    found = required(step_now(situation), _("The one step is not written yet."))
    _refuse_stale(found, version)
    refuse_if(found.review, _("The step has been reviewed: take the next one."))
    return found


def _refuse_stale(found: CoachingStep | None, version: int) -> None:
    if (found.version if found else 0) != version:
        raise Stale(found)


def _saved(step: CoachingStep, row: Activity, by: Person, what: str) -> CoachingStep:
    """Save it, and enter the stages that nothing stands against any more."""
    step.version += 1
    step.save()
    audit_trail.record(f"coaching_step.{what}", step, by=by, version=step.version)
    while True:
        situation = Situation.of(type(row).objects.select_related("organiser").get(pk=row.pk))
        following = situation.kind.next_stage(situation.activity.stage)
        if following is None or following.slug not in GOES_BY_ITSELF or not situation.is_active:
            return step
        if checks.stage_missing(situation, following):
            return step
        life.advance(row, by=by)
