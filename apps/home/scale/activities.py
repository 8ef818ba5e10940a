"""Triads in every stage, with their sessions, records, criteria, follow-ups and measurements."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from apps.activities.enums import (
    ActivityState,
    Audience,
    OutcomeLevel,
    ParticipantState,
    RecordForm,
    SessionState,
)
from apps.activities.models import (
    Activity,
    Criterion,
    Participant,
    Record,
    Session,
    StageChange,
)
from apps.audits.models import Need
from apps.core import clock
from apps.evaluation.models import Measurement
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.home.scale.places import BATCH, School, year_start
from apps.home.scale.release import rows_for

KIND, ROLE = "triad", "member"
STANDING = (
    (ActivityState.ACTIVE, "rounds"),
    (ActivityState.CLOSED, "shared"),
    (ActivityState.ACTIVE, "debrief"),
    (ActivityState.DRAFT, "formed"),
    (ActivityState.AGREED, "focus"),
)


def run_activities(
    schools: list[School], needs: dict[int, list[Need]], count: int, rng: random.Random
) -> None:
    """``count`` triads of three people, two schools each where the alliance has two."""
    neighbours = _neighbours(schools)
    activities, teams = [], []
    for n in range(count):
        school = schools[n % len(schools)]
        other = neighbours[school.organisation.pk]
        activities.append(_activity(n, school))
        teams.append(_team(n, school, other))
    _save(activities)
    Activity.needs.through.objects.bulk_create(
        [
            Activity.needs.through(activity=activity, need=needs[activity.organisation_id][n % 3])
            for n, activity in enumerate(activities)
        ],
        batch_size=BATCH,
    )
    for start in range(0, count, BATCH):
        part = slice(start, start + BATCH)
        _fill(activities[part], teams[part], rng)


def _neighbours(schools: list[School]) -> dict[int, School]:
    groups: dict[int, list[School]] = {}
    for school in schools:
        assert school.alliance is not None
        groups.setdefault(school.alliance.pk, []).append(school)
    return {
        school.organisation.pk: group[(n + 1) % len(group)]
        for group in groups.values()
        for n, school in enumerate(group)
    }


def _activity(number: int, school: School) -> Activity:
    state, stage = STANDING[number % len(STANDING)]
    today = clock.today()
    return Activity(
        kind=KIND,
        title=f"Scale triad {number + 1}",
        state=state,
        stage=stage,
        organisation=school.organisation,
        alliance=school.alliance,
        organiser=school.lead,
        focus="Questioning",
        pupil_outcome="More pupils answer",
        starts_on=year_start(),
        ends_on=today + timedelta(days=60),
        minutes_needed=240,
        minutes_available=300,
        next_step_on=None
        if state == ActivityState.CLOSED
        else today + timedelta(days=number % 30 - 8),
        closed_at=clock.now() if state == ActivityState.CLOSED else None,
    )


Team = list[tuple[School, int]]


def _team(number: int, school: School, other: School) -> Team:
    """Three places as (school, index of the person in its staff)."""
    size, others = len(school.staff), len(other.staff)
    return [
        (school, (1 + number // 3) % size),
        (school, (2 + number // 3) % size),
        (other, (1 + number // 2) % others) if other is not school else (school, 0),
    ]


def _fill(activities: list[Activity], teams: list[Team], rng: random.Random) -> None:
    participants, sessions, criteria, changes = [], [], [], []
    for activity, team in zip(activities, teams, strict=True):
        participants += [_participant(activity, school, n) for school, n in team]
        criteria += _criteria(activity)
        changes.append(
            StageChange(
                activity=activity,
                at=clock.now(),
                by_id=activity.organiser_id,
                to_state=activity.state,
                to_stage=activity.stage,
                cycle=1,
            )
        )
        if activity.state in (ActivityState.ACTIVE, ActivityState.CLOSED):
            sessions += _sessions(activity, team, rng)
    _save(participants)
    _save(criteria)
    _save(changes)
    _save(sessions)
    homes = {(p.activity_id, p.person_id): p.organisation_id for p in participants}
    _save(rows_for(sessions, homes))
    held = [s for s in sessions if s.state == SessionState.HELD]
    _save([record for session in held for record in _records(session)])
    _save([row for session in held for row in _followups(session)])
    _save(
        [
            Measurement(
                criterion=row,
                value=Decimal(10),
                n=24,
                measured_on=clock.today(),
                entered_by_id=row.activity.organiser_id,
            )
            for row in criteria
            if row.activity and row.activity.state == ActivityState.CLOSED
        ]
    )


def _participant(activity: Activity, school: School, number: int) -> Participant:
    return Participant(
        activity=activity,
        person=school.staff[number],
        organisation=school.organisation,
        role=ROLE,
        state=ParticipantState.INVITED
        if activity.state == ActivityState.DRAFT
        else ParticipantState.ACCEPTED,
    )


def _criteria(activity: Activity) -> list[Criterion]:
    return [
        Criterion(
            activity=activity,
            level=level,
            guskey=guskey,
            indicator="Pupils who answer" if guskey == 5 else "Members using it",
            measure="Tally in three lessons",
            baseline=4,
            target=12,
            weight=weight,
        )
        for level, guskey, weight in ((OutcomeLevel.PUPIL, 5, 60), (OutcomeLevel.STAFF, 4, 40))
    ]


def _sessions(activity: Activity, team: Team, rng: random.Random) -> list[Session]:
    people = [school.staff[n] for school, n in team]
    rows = []
    for n, (observer, observed) in enumerate(permutations(people, 2)):
        if observer.pk == observed.pk:
            continue
        held = activity.state == ActivityState.CLOSED or activity.stage == "debrief" or n < 3
        days = -rng.randrange(1, 70) if held else rng.randrange(1, 40)
        starts_at = clock.now() + timedelta(days=days, hours=rng.randrange(-4, 4))
        rows.append(
            Session(
                activity=activity,
                kind="observation",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=50),
                organisation=activity.organisation,
                observer=observer,
                observed=observed,
                state=SessionState.HELD if held else SessionState.PLANNED,
                held_at=starts_at + timedelta(minutes=50) if held else None,
            )
        )
    return rows


def _records(session: Session) -> list[Record]:
    common = {
        "organisation": session.organisation,
        "activity": session.activity,
        "session": session,
        "cycle": 1,
        "happened_on": session.starts_at.date(),
    }
    return [
        Record(
            form=RecordForm.OBSERVATION,
            kind=RecordForm.OBSERVATION,
            author=session.observer,
            owner=session.observed,
            audience=Audience.PARTICIPANTS if session.starts_at.day % 4 == 0 else Audience.PAIR,
            text="Fourteen hands after the pause, four before it.",
            **common,
        ),
        Record(
            form=RecordForm.REFLECTION,
            kind=RecordForm.REFLECTION,
            author=session.observed,
            owner=session.observed,
            text="I filled the silence twice.",
            **common,
        ),
    ]


def _followups(session: Session) -> list[FollowUp]:
    source_type = ContentType.objects.get_for_model(Session)
    day = session.starts_at.date()
    rows = []
    for rule, owner, days in (
        ("oral_feedback", session.observer, 1),
        ("try_out", session.observed, 14),
    ):
        done = (session.starts_at.day + days) % 4 != 0 and day + timedelta(
            days=days
        ) < clock.today()
        rows.append(
            FollowUp(
                owner=owner,
                organiser_id=session.activity.organiser_id,
                rule=f"{KIND}.{rule}",
                promise="Try one thing from the visit",
                due=day + timedelta(days=days),
                state=FollowUpState.DONE if done else FollowUpState.OPEN,
                settled_at=clock.now() if done else None,
                outcome="Tried it" if done else "",
                organisation=session.organisation,
                alliance_id=session.activity.alliance_id,
                source_type=source_type,
                source_id=session.pk,
            )
        )
    return rows


def _save(rows: Sequence[Model]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
