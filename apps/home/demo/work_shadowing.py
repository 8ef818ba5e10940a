"""A round of work shadowing of the demonstration: published, some have answered."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import OutcomeLevel
from apps.activities.kinds.work_shadowing import actions, briefing
from apps.activities.kinds.work_shadowing.models import Application, Placement, ShadowingRound
from apps.activities.matchmaking import matchmaking_of
from apps.activities.models import Activity
from apps.core import clock, jobs
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage
from apps.matching import actions as matching
from apps.matching.models import Proposal

WEEK = [f"{day}{half}" for day in range(5) for half in ("am", "pm")]
# School, which teacher (None: who signs in), strand, focus ranked, half-days, goal, for pupils.
APPLICANTS = (
    (MAIN, None, "middle", ("teaching", "curriculum"), 4,
     "Lead a department within three years",
     "Pupils in Year 9 meet the same routines in every classroom"),
    (MAIN, 5, "aspirant", ("behaviour", "pastoral"), 2,
     "Become head of year",
     "Fewer lessons lost to the corridor"),
    ("145004", 2, "middle", ("inclusion", "teaching"), 4,
     "Become a special needs coordinator",
     "Pupils with plans take part in the main task"),
    ("140057", 3, "senior", ("staff", "change"), 6,
     "Apply for a deputy headship next year",
     "Teaching that changes with what the evidence says"),
    ("125079", 1, "aspirant", ("early", "transition"), 2,
     "Lead early years",
     "Children settle into Year 1 within a week"),
    ("143373", 4, "middle", ("curriculum", "assessment"), 4,
     "Lead assessment across a key stage",
     "Pupils know what to improve next"),
    # What nobody offers: the board says so.
    ("142490", 3, "senior", ("governance",), 2,
     "Work for a trust one day",
     "Governors ask about what pupils learn"),
)  # fmt: skip
# School, who hosts there (a teacher by number, or its head), what can be seen, how many people.
OFFERS = (
    ("142490", "head", ("teaching", "staff", "change"), 2),
    ("143373", 1, ("behaviour", "pastoral", "inclusion"), 1),
    ("133731", "head", ("early", "transition", "community"), 1),
    ("140057", "head", ("curriculum", "assessment", "inclusion"), 2),
)
LATE = (MAIN, 7)  # whose head has not answered yet
RULES = (
    "Schools release their own people and pay their own cover. Hosts ask nothing. Everybody who "
    "shadows takes one action in their own school within half a term."
)


def play(stage: Stage, coordinator: Person) -> None:
    row = _open(stage, coordinator)
    applications = [_apply(stage, row, *entry) for entry in APPLICANTS]
    for urn, who, foci, capacity in OFFERS:
        _offer(stage, row, urn, who, foci, capacity)
    with clock.frozen(stage.when.days_ago(14)):
        for application in applications:
            head = stage.cast.heads[_urn(application)]
            actions.decide(application, by=head, approve=True)
    _apply(stage, row, *LATE, "aspirant", ("pastoral",), 2, "Try leading", "Calmer mornings")
    with clock.frozen(stage.when.days_ago(6)):
        _solve(row, coordinator)
        placements = actions.publish(row, by=coordinator)
    _answers(stage, placements)


def _solve(row: ShadowingRound, coordinator: Person) -> None:
    """As on the board: asked for, solved, taken over."""
    found = matchmaking_of(actions.KIND)
    job = matching.ask(found, row, by=coordinator, wishes={})
    jobs.run(job.pk, clock.now())
    proposal = Proposal.objects.get(client_key=job.client_key)
    matching.take_over(proposal, found, row, by=coordinator)


def _urn(application: Application) -> str:
    return application.organisation.urn or ""


def _open(stage: Stage, coordinator: Person) -> ShadowingRound:
    today = stage.when.today
    with clock.frozen(stage.when.days_ago(30)):
        return actions.open_round(
            by=coordinator,
            alliance=stage.alliance,
            name="Leaders see leaders",
            strands=["senior", "middle", "aspirant"],
            rules=RULES,
            closes_on=today - timedelta(days=7),
            starts_on=today + timedelta(days=7),
            ends_on=today + timedelta(days=100),
            most_miles=35,
        )


def _apply(
    stage: Stage,
    row: ShadowingRound,
    urn: str,
    number: int | None,
    strand: str,
    foci: tuple[str, ...],
    half_days: int,
    goal: str,
    pupils: str,
) -> Application:
    person = stage.cast.signed_in["teacher"] if number is None else stage.cast.teachers[urn][number]
    with clock.frozen(stage.when.days_ago(20)):
        return actions.apply(
            by=person,
            organisation=stage.schools[urn],
            shadowing_round=row,
            strand=strand,
            foci=list(foci),
            career_goal=goal,
            pupil_outcome=pupils,
            most_miles=35,
            half_days=half_days,
            possible=WEEK,
            other_phase=number is not None and number % 2 == 1,
        )


def _offer(
    stage: Stage,
    row: ShadowingRound,
    urn: str,
    who: str | int,
    foci: tuple[str, ...],
    capacity: int,
) -> None:
    cast = stage.cast
    with clock.frozen(stage.when.days_ago(18)):
        actions.offer_place(
            row,
            by=cast.leads[urn],
            host=cast.heads[urn] if isinstance(who, str) else cast.teachers[urn][who],
            organisation=stage.schools[urn],
            foci=list(foci),
            possible=WEEK,
            capacity=capacity,
        )


def _answers(stage: Stage, placements: list[Placement]) -> None:
    """The signed-in teacher's placement is accepted by all; of the others some have answered."""
    teacher = stage.cast.signed_in["teacher"]
    with clock.frozen(stage.when.days_ago(4)):
        for placement in placements:
            people = actions.parties(placement)
            if placement.application.person_id != teacher.pk:
                actions.answer(placement, by=people[0], accept=True)
                continue
            done = [actions.answer(placement, by=person, accept=True) for person in people][-1]
            if done.activity is not None:
                _start(done.activity, teacher, placement.offer.host)


def _start(activity: Activity, shadow: Person, host: Person) -> None:
    """Planned and started: the briefing has begun."""
    activity = engine.plan(
        activity,
        by=shadow,
        version=activity.version,
        minutes_available=960,
        equality="Half-days are chosen so that a part-timer could take part as well.",
    )
    save_criterion(
        activity,
        by=shadow,
        level=OutcomeLevel.STAFF,
        guskey=4,
        indicator="Actions taken in my own school within half a term",
        measure="The follow-up is done, with what happened",
        unit="actions",
        baseline=0,
        baseline_on=clock.today(),
        target=1,
        weight=100,
    )
    engine.agree(activity, by=shadow)
    engine.activate(activity, by=shadow)
    briefing.tick(
        activity,
        by=host,
        items=["identity", "safeguarding", "dsl"],
        dsl_name="The deputy head",
        ask_name="The school office",
    )
