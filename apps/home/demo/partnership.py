"""How working together went: one half-term's review, and two adjustments to it."""

from __future__ import annotations

import uuid

from apps.accounts.models import Person
from apps.core import clock
from apps.evaluation.periods import half_terms
from apps.evaluation.process import actions
from apps.evaluation.process.enums import Aspect
from apps.home.demo.timeline import Timeline
from apps.schools.models import Alliance, Obstacle


def look_back(alliance: Alliance, coordinator: Person, when: Timeline) -> None:
    _adjust(alliance, coordinator, when)
    with clock.frozen(when.days_ago(9)):
        actions.close_review(
            by=coordinator,
            alliance=alliance,
            half=half_terms(clock.today())[0],
            client_key=uuid.uuid4(),
            communication=(
                "Dates reached everybody in time; what the heads decided did not. Teaching "
                "assistants often heard of it from somebody at another school."
            ),
            worked=(
                "Seeing each other’s classrooms. Those who went talked about it for weeks, and two "
                "schools have begun to plan together."
            ),
            not_worked="Visits on Fridays: cover fell through too often. Small schools gave most.",
        )


def _adjust(alliance: Alliance, coordinator: Person, when: Timeline) -> None:
    obstacle = Obstacle.objects.filter(agreement__alliance=alliance).order_by("pk").first()
    with clock.frozen(when.past(0.4)):
        first = actions.adjust(
            by=coordinator,
            alliance=alliance,
            client_key=uuid.uuid4(),
            aspect=Aspect.EQUALITY,
            what="Network meetings begin at quarter to two, and are paid for support staff",
            why="They fell outside the paid hours of most teaching assistants",
            decided_by="the heads’ meeting",
            decided_on=clock.today(),
        )
    with clock.frozen(when.days_ago(3)):
        actions.add_afterwards(
            by=coordinator,
            adjustment=first,
            text=(
                "More support staff came to the last two meetings, from more schools than before. "
                "Whether they stay with it we shall know by the end of term."
            ),
        )
    with clock.frozen(when.days_ago(6)):
        actions.adjust(
            by=coordinator,
            alliance=alliance,
            client_key=uuid.uuid4(),
            aspect=Aspect.OBSTACLES if obstacle else Aspect.PLAN,
            obstacle=obstacle,
            what="Visits are on Tuesdays and Wednesdays only",
            why="Cover on Fridays fell through three times",
            decided_by="the CPD leads together",
            decided_on=clock.today(),
        )
