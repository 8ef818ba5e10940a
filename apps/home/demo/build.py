"""Telling the whole story once: every step through the real actions, at its own moment."""

from __future__ import annotations

import random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from apps.accounts.models import Person
from apps.core import clock
from apps.core.dispatch import muted
from apps.core.models import MailState, Notice, OutboundEmail
from apps.home.demo import (
    across,
    coaching,
    community,
    group_calls,
    lesson_study,
    lone_rangers,
    needs,
    partnership,
    peer_visit,
    plans,
    promises,
    pulse,
    release,
    short_observation,
    talk,
    times,
    training,
    triads,
    verdict,
    work_shadowing,
)
from apps.home.demo.people import DOMAIN, MAIN, Cast, appoint, hire, make_person
from apps.home.demo.timeline import Timeline
from apps.schools.enums import Role
from apps.schools.models import Alliance

ACCOUNTS = (
    ("coordinator", "Alliance coordinator"),
    ("lead", "CPD lead"),
    ("head", "Head"),
    ("teacher", "Teacher"),
    ("support", "Teaching assistant"),
    ("governor", "Governor"),
    ("outsider", "CPD lead in another alliance"),
    ("operator", "Operator of the platform"),
)
SEED = 2026
APART = 1000  # the numbers of people who work in no school start here


def load() -> bool:
    """Load the demonstration unless it is there; the password is set anew either way.

    Returns whether it was loaded now. All of it, or nothing, is written.
    """
    fresh = not Alliance.objects.filter(is_demo=True).exists()
    if fresh:
        with muted(), transaction.atomic():
            alliance = _tell(Timeline(clock.today()))
        verdict.make_reports(alliance)
    _set_passwords()
    return fresh


def _tell(when: Timeline) -> Alliance:
    rng = random.Random(SEED)  # noqa: S311 - believable figures, no secrets
    hashed = make_password(settings.DEMO_PASSWORD)
    schools = community.load_schools()
    cast = Cast(year_start=when.start)
    hire(schools, cast, hashed, when.past(0), rng)
    coordinator, governor, _operator = _others(hashed, when)
    appoint(governor, Role.GOVERNOR, since=when.start, school=schools[MAIN])
    community.keep_calendars(schools, when.start)
    with clock.frozen(when.past(0)):
        community.accept_terms(schools, cast)
    alliance = community.found_alliance(schools, cast, coordinator, when)
    community.found_elsewhere(schools, cast, when)
    own = random.Random(SEED)  # noqa: S311 - one more pulse leaves the other figures as they are
    pulse.feel(schools[MAIN], cast, when, own)
    known = needs.ask_everybody(schools, cast, alliance, when, rng)
    across.ask_the_schools(schools, cast, alliance, coordinator, when)
    plans.play(schools, cast, known, when)
    stage = triads.Stage(schools, cast, alliance, known, when)
    release.set_up(schools, cast, when)
    activities = triads.play_all(stage, coordinator)
    lesson_study.play(stage)
    lone_rangers.play(stage)
    peer_visit.play(stage)
    work_shadowing.play(stage, coordinator)
    group_calls.ask(stage, coordinator)
    training.play(stage)
    short_observation.play(stage)
    coaching.play(stage)
    promises.promise_by_hand(cast, schools, alliance, when)
    promises.keep_most(when)
    talk.chat(activities)
    verdict.measure(activities, when)
    verdict.schedule(alliance, coordinator, when)
    times.keep_times(schools, cast, when)
    release.decide(schools, cast, when)
    partnership.look_back(alliance, coordinator, when)
    _forget_old_mail()
    return alliance


def _others(hashed: str, when: Timeline) -> list[Person]:
    found = []
    for n, account in enumerate(("coordinator", "governor", "operator")):
        person = make_person(APART + n, when.past(0), account, hashed)
        person.is_staff = account == "operator"
        person.save()
        found.append(person)
    return found


def _forget_old_mail() -> None:
    """The story's mail was never sent: it is marked so, and what was told then counts as read."""
    now = clock.now()
    OutboundEmail.objects.due(now).update(state=MailState.NOT_NEEDED)
    Notice.objects.filter(created_at__lt=Timeline(clock.today()).days_ago(7)).update(
        read_at=F("created_at")
    )


def _set_passwords() -> None:
    people = Person.objects.filter(
        is_demo=True, email__in=[f"{name}@{DOMAIN}" for name, _role in ACCOUNTS]
    )
    for person in people:
        if not person.check_password(settings.DEMO_PASSWORD):
            person.set_password(settings.DEMO_PASSWORD)
            person.save(update_fields=["password"])
