"""A call for triads of the demonstration: people of six schools wish, nobody is in a group yet."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import Person
from apps.activities.forming import actions
from apps.activities.forming.enums import WeekTime
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import KIND, Stage

ASKING, ADAPT = "questioning-checking", "adaptive-teaching"
SERVED = "pupil-problem-inclusion"  # some groups are not well served
AFTER = [time for time in WeekTime.values if time.endswith("after")]
EARLY = [time for time in WeekTime.values if time.endswith("am")]
# School, which teacher, foci ranked, times, miles, with colleagues of their school only.
WISHES = (
    (MAIN, 2, (ASKING, ADAPT), AFTER, 15, False),
    (MAIN, 7, (ADAPT,), [*AFTER, *EARLY], 20, False),
    ("140057", 1, (ASKING,), AFTER, 25, False),
    ("140057", 5, (SERVED, ASKING), [*AFTER, "1am"], 15, False),
    ("142490", 2, (ADAPT, ASKING), EARLY, 20, False),
    ("142490", 4, (ASKING, SERVED), AFTER, 30, False),
    ("143373", 3, (ADAPT, SERVED), EARLY, 25, False),
    ("145004", 1, (SERVED,), [*AFTER, *EARLY], 20, False),
    ("145004", 3, (SERVED, ADAPT), AFTER, 15, False),
    ("125079", 2, (ASKING,), ["4pm"], 20, False),  # nobody else is free then
    (MAIN, 9, (ADAPT,), EARLY, 5, True),  # nobody else stays within the school
)  # fmt: skip


def ask(stage: Stage, coordinator: Person) -> None:
    with clock.frozen(stage.when.days_ago(12)):
        call = actions.open_call(
            by=coordinator,
            alliance=stage.alliance,
            kind=KIND,
            name="Triads in spring",
            note="Each school has promised six hours of release for everybody in a triad.",
            closes_on=clock.today() + timedelta(days=30),
        )
    for day, (urn, number, foci, times, miles, alone) in enumerate(WISHES):
        with clock.frozen(stage.when.days_ago(11 - day % 8)):
            actions.wish(
                call,
                by=stage.cast.teachers[urn][number],
                organisation=stage.schools[urn],
                foci=list(foci),
                times=times,
                most_miles=miles,
                school_only=alone,
            )
