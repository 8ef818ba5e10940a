"""Coach and coachee of an activity, their contract and steps; how much a coach has taken on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Subquery

from apps.accounts.models import Person
from apps.activities.enums import ActivityState, ParticipantState
from apps.activities.kinds.coaching.models import (
    USUAL_CAP,
    CoachingContract,
    CoachingStep,
    CoachTime,
    CoachTraining,
)
from apps.activities.models import Participant
from apps.activities.models.people import ParticipantQuerySet
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.activities.engine.situation import Situation
    from apps.schools.models import Organisation

SLUG, COACH, COACHEE = "coaching", "coach", "coachee"
TRY_STEP = "try_step"  # the follow-up of the coachee
MINUTES_A_COACHEE = 45  # a drop-in and a meeting in a fortnight
OVER = (ActivityState.CLOSED, ActivityState.CANCELLED)


def the_pair(situation: Situation) -> tuple[int, int] | None:
    """Ids of coach and coachee, once both take part."""
    coaches, coachees = situation.people_as(COACH), situation.people_as(COACHEE)
    if len(coaches) != 1 or len(coachees) != 1:
        return None
    return coaches[0].person_id, coachees[0].person_id


def contract_of(situation: Situation) -> CoachingContract | None:
    pair = the_pair(situation)
    if pair is None:
        return None
    rows = CoachingContract.objects.filter(activity=situation.activity)
    return rows.filter(coach=pair[0], coachee=pair[1]).first()


def steps_of(situation: Situation) -> list[CoachingStep]:
    """From the first to the last."""
    return list(CoachingStep.objects.filter(activity=situation.activity))


def step_now(situation: Situation) -> CoachingStep | None:
    """The step of this cycle."""
    cycle = situation.activity.cycle
    return next((s for s in situation.once(steps_of) if s.cycle == cycle), None)


@dataclass(frozen=True, slots=True)
class Load:
    """What a coach has taken on. ``minutes``: protected in a fortnight; None where nobody has
    said."""

    coachees: int
    most: int
    minutes: int | None
    trained: bool

    @property
    def needed(self) -> int:
        return self.coachees * MINUTES_A_COACHEE

    @property
    def is_short(self) -> bool:
        return self.minutes is not None and self.minutes < self.needed

    @property
    def is_full(self) -> bool:
        return self.coachees >= self.most


def _coaching_now() -> ParticipantQuerySet:
    asked = Participant.objects.filter(
        role=COACH,
        state__in=(ParticipantState.INVITED, ParticipantState.ACCEPTED),
        activity__kind=SLUG,
    )
    return asked.exclude(activity__state__in=OVER)


def load_of(person_id: int, organisation_id: int, but: int | None = None) -> Load:
    """``but``: an activity that is not counted."""
    mine = {"person": OuterRef("pk")}
    taken = _coaching_now().filter(**mine)
    if but is not None:
        taken = taken.exclude(activity_id=but)
    time = CoachTime.objects.filter(**mine, organisation_id=organisation_id)
    found = Person.objects.annotate(
        coaches=ArraySubquery(taken.order_by().values("pk")),
        most=Subquery(time.values("most")),
        minutes=Subquery(time.values("minutes")),
        trained=Exists(CoachTraining.objects.filter(**mine)),
    )
    coaches, most, minutes, trained = found.values_list(
        "coaches", "most", "minutes", "trained"
    ).get(pk=person_id)
    return Load(len(coaches), USUAL_CAP if most is None else most, minutes, trained)


@dataclass(frozen=True, slots=True)
class Coach:
    member: Membership
    trainings: list[CoachTraining]
    load: Load


def coaches_at(organisation: Organisation) -> list[Coach]:
    """Staff with recorded training, by name, in five queries whatever their number."""
    rows = CoachTraining.objects.filter(organisation=organisation)
    trainings: dict[int, list[CoachTraining]] = {}
    for row in rows:
        trainings.setdefault(row.person_id, []).append(row)
    taken = dict(
        _coaching_now()
        .filter(person_id__in=trainings)
        .order_by()
        .values_list("person_id")
        .annotate(n=Count("pk"))
    )
    times = {t.person_id: t for t in CoachTime.objects.filter(organisation=organisation)}
    members = Membership.objects.current().staff().filter(organisation=organisation)
    found = members.filter(person_id__in=trainings).select_related("person")
    return [
        Coach(
            member,
            trainings[member.person_id],
            Load(
                coachees=taken.get(member.person_id, 0),
                most=times[member.person_id].most if member.person_id in times else USUAL_CAP,
                minutes=times[member.person_id].minutes if member.person_id in times else None,
                trained=True,
            ),
        )
        for member in found.order_by("person__family_name", "person__given_name", "pk")
    ]
