"""My development: my needs, goals, what I wrote and what was noticed about me, my promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.accounts.models import Person
from apps.activities import kinds
from apps.activities.enums import Audience
from apps.activities.models import Activity, Record
from apps.activities.permissions import can_log
from apps.activities.readers import LOOKS
from apps.audits import reading
from apps.audits.models import Goal, Offer
from apps.core import clock
from apps.evaluation.models import Report
from apps.followups.models import FollowUp
from apps.home.pages import shared
from apps.schools.enums import STAFF_ROLES
from apps.schools.scope import scope_of

RECENT = 5


def context(person: Person) -> dict[str, Any]:
    records = Record.objects.filter(owner=person).select_related("author", "activity")
    return {
        "may_log": can_log(person),
        "quick_starts": kinds.quick_starts() if scope_of(person).has(*STAFF_ROLES) else [],
        "needs": reading.my_needs(person),
        "goals": list(Goal.objects.of_person(person).select_related("need__topic")[:10]),
        "offers": list(Offer.objects.standing().filter(person=person).select_related("topic")[:10]),
        "records": [(row, LOOKS[Audience(row.audience)]) for row in records[:RECENT]],
        "own_reports": list(Report.objects.about(person).for_lists()[:3]),
        "activities": shared.activity_rows(Activity.objects.current_step_of(person), 3),
        "to_do": shared.follow_up_rows(
            FollowUp.objects.owned_by(person).due(clock.today() + timedelta(days=28)), 5
        ),
    }
