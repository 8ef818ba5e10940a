"""An alliance of five schools with a term of everything that a report counts.

School sizes are chosen so that some groups are small: one school has nine staff. ``NAMES`` and
``PRIVATE`` must never be found in a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from apps.activities.enums import ActivityState, Audience, OutcomeLevel, SessionState
from apps.activities.models import Participant
from apps.audits.enums import AuditState
from apps.core import clock
from apps.followups.enums import FollowUpState
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import Contribution, Obstacle
from tests import factories as f

# Teachers, support staff, and how many of each take part.
SCHOOLS = (
    ("Abbey Road Primary", 20, 12, 11, 5),
    ("Bourne Secondary", 40, 18, 21, 0),
    ("Chalk Hill Infants", 5, 4, 5, 1),
    ("Downs Special", 12, 30, 6, 10),
    ("Eashing Juniors", 14, 6, 0, 0),
)
PRIVATE = "canary-what-nobody-else-may-read"
NAMES = ("Quillfeather", "Zanthippe")


@dataclass
class Story:
    alliance: Any
    coordinator: Any
    head: Any
    governor: Any
    schools: list[Any] = field(default_factory=list)
    activities: list[Any] = field(default_factory=list)


def at(days: int, hour: int = 9) -> datetime:
    """``days`` from today."""
    day = clock.today() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def tell(*, is_demo: bool = False) -> Story:
    alliance = f.AllianceFactory(name="Five Rivers Alliance", is_demo=is_demo)
    people = [_person(n, role) for n, role in enumerate(("coordinator", "head", "governor"))]
    story = Story(alliance, *people)
    f.MembershipFactory(
        person=story.coordinator, alliance=alliance, organisation=None, role=Role.COORDINATOR
    )
    staff = _schools(story)
    agreement = _agreement(story)
    _activities(story, staff)
    _release()
    _needs(story, staff)
    Obstacle.objects.create(
        agreement=agreement, text="Supply cover is hard to find", must_clear=True
    )
    Obstacle.objects.create(
        agreement=agreement, text="Given7 Quillfeather is away", cleared_at=at(-3),
        cleared_by=story.head,
    )  # fmt: skip
    return story


def _person(n: int, role: str) -> Any:
    return f.PersonFactory(username=role, given_name="Zanthippe", family_name=NAMES[0])


def _schools(story: Story) -> list[list[Any]]:
    """The people taking part, school by school."""
    everybody = []
    number = 0
    for name, teachers, support, teach, help_ in SCHOOLS:
        school = f.SchoolFactory(name=name)
        story.schools.append(school)
        f.AllianceMemberFactory(alliance=story.alliance, organisation=school)
        taking = []
        for role, count, active in (
            (Role.TEACHER, teachers, teach),
            (Role.SUPPORT, support, help_),
        ):
            for place in range(count):
                number += 1
                person = f.PersonFactory(given_name=f"Given{number}", family_name=NAMES[0])
                fte = None if place % 5 == 4 else "0.6" if place % 3 == 0 else 1
                f.MembershipFactory(person=person, organisation=school, role=role, fte=fte)
                taking += [person] if place < active else []
        everybody.append(taking)
    f.AllianceMemberFactory(
        alliance=story.alliance,
        organisation=f.SchoolFactory(name="Farley Academy"),
        state=AllianceMemberState.INVITED,
    )
    f.MembershipFactory(person=story.head, organisation=story.schools[0], role=Role.HEAD)
    f.MembershipFactory(person=story.governor, organisation=story.schools[1], role=Role.GOVERNOR)
    return everybody


def _agreement(story: Story) -> Any:
    agreement = f.AgreementFactory(alliance=story.alliance, pupil_weight=60, staff_weight=40)
    for school in story.schools[:4]:
        f.SignatureFactory(agreement=agreement, organisation=school, signed_by=story.head)
        Contribution.objects.create(agreement=agreement, organisation=school, hours=40, money=250)
    return agreement


def _activities(story: Story, staff: list[list[Any]]) -> None:
    pool = [(person, school) for people, school in zip(staff, story.schools, strict=True)
            for person in people]  # fmt: skip
    states = (
        ActivityState.CLOSED,
        ActivityState.REVIEW_DUE,
        ActivityState.ACTIVE,
        ActivityState.ACTIVE,
        ActivityState.AGREED,
        ActivityState.ACTIVE,
    )
    for place, state in enumerate(states):
        members = pool[place :: len(states)]
        activity = f.ActivityFactory(
            kind="triad" if place % 2 else "training_event",
            title=f"Questioning {place}" if place else "Zanthippe and friends",
            alliance=story.alliance,
            organisation=story.schools[place % 5],
            organiser=story.coordinator,
            state=state,
            closed_at=at(-2) if state == ActivityState.CLOSED else None,
            minutes_needed=90 if place != 3 else None,
            minutes_available=None,
            created_at=at(-60),
        )
        story.activities.append(activity)
        for person, school in members:
            f.ParticipantFactory(activity=activity, person=person, organisation=school)
        _criteria(activity, place, len(members))
        _sessions(activity, members)
        _promises(story, activity, members)
        f.RecordFactory(
            author=members[0][0], organisation=members[0][1], activity=activity,
            audience=Audience.PARTICIPANTS, text=PRIVATE,
        )  # fmt: skip


def _criteria(activity: Any, place: int, people: int) -> None:
    pupils = f.CriterionFactory(
        activity=activity, indicator=f"Pupils explain their reasoning {place}", weight=60,
        baseline=10, baseline_n=30, target=30,
    )  # fmt: skip
    f.CriterionFactory(
        activity=activity, indicator=f"Staff plan questions {place}", weight=40, guskey=4,
        level=OutcomeLevel.STAFF, baseline=None if place == 2 else 2, target=6, unit="lessons",
    )  # fmt: skip
    if place < 4:
        wrong = f.MeasurementFactory(criterion=pupils, value=99, measured_on=at(-5).date())
        f.MeasurementFactory(
            criterion=pupils, value=(30, 20, 5, 24)[place], n=(30, 30, 30, 4)[place],
            measured_on=at(-5).date(), corrects=wrong, note=f"{PRIVATE} note",
        )  # fmt: skip
    staff = activity.criteria.get(level=OutcomeLevel.STAFF)
    f.MeasurementFactory(criterion=staff, value=4, n=people, measured_on=at(-6).date())


def _sessions(activity: Any, members: list[Any]) -> None:
    for days, state in ((-20, SessionState.HELD), (-10, SessionState.HELD), (-4, None), (9, None)):
        f.SessionFactory(
            activity=activity, starts_at=at(days), ends_at=at(days) + timedelta(minutes=75),
            observer=members[0][0], observed=members[1][0],
            state=state or SessionState.PLANNED,
        )  # fmt: skip


def _promises(story: Story, activity: Any, members: list[Any]) -> None:
    for place, (person, school) in enumerate(members[:4]):
        done = place < 3
        f.FollowUpFactory(
            owner=person, organisation=school, alliance=story.alliance, due=at(-7).date(),
            promise=PRIVATE, shared=place != 1,
            state=FollowUpState.DONE if done else FollowUpState.OPEN,
            outcome=PRIVATE if done else "", settled_at=at(-6) if done else None,
        )  # fmt: skip


def _release() -> None:
    """Some of it used, some to come; a part of the travel is priced."""
    for n, place in enumerate(Participant.objects.filter(state="accepted").order_by("pk")):
        f.ReleaseFactory(
            person=place.person,
            organisation=place.organisation,
            activity=place.activity,
            what_for="",
            day=at(-3 * n).date(),
            planned_minutes=60 + n,
            travel_pence=450 if n % 2 else None,
            **({"state": "used", "actual_minutes": 50 + n} if n % 3 else {}),
        )


def _needs(story: Story, staff: list[list[Any]]) -> None:
    topics = [f.TopicFactory(name=name) for name in ("Reading fluency", "Behaviour", "Assessment")]
    for place, school in enumerate(story.schools[:3]):
        audit = f.AuditFactory(
            organisation=school, state=AuditState.CLOSED, closed_at=at(-30),
            opened_at=at(-50), opens_on=at(-50).date(), closes_on=at(-30).date(),
        )  # fmt: skip
        questions = [f.QuestionFactory(audit=audit, topic=topic) for topic in topics[: place + 1]]
        for n, person in enumerate(staff[place]):
            answered = at(-40)
            f.ParticipationFactory(audit=audit, person=person, answered_at=answered)
            response = f.ResponseFactory(audit=audit, person=person, submitted_at=answered)
            for at_, question in enumerate(questions):
                f.AnswerFactory(
                    response=response, question=question,
                    confidence=1 + (n + at_) % 4, priority=4 - n % 3,
                )  # fmt: skip
