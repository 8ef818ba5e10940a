"""Teacher and support staff: log, reflect, what is next. No charts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.activities import kinds
from apps.activities.models import Activity, Session
from apps.activities.waiting import waiting_for
from apps.audits.models import Audit
from apps.core import clock
from apps.followups.models import FollowUp
from apps.home.acting import Acting
from apps.home.pages import shared
from apps.home.pages.parts import link, stat
from apps.schools.enums import STAFF_ROLES
from apps.schools.scope import scope_of

TEMPLATE = "staff"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    today = clock.today()
    mine = FollowUp.objects.owned_by(person)
    activities = Activity.objects.current_step_of(person)
    return {
        "quick_starts": kinds.quick_starts() if scope_of(person).has(*STAFF_ROLES) else [],
        "invitations": shared.invitations(person),
        "waiting": waiting_for(person),
        "audits": list(Audit.objects.waiting_for(person)[:5]),
        "next_session": Session.objects.next_for(person, clock.now()),
        "current": next(iter(shared.activity_rows(activities, 1)), None),
        "to_do": shared.follow_up_rows(mine.due(today + timedelta(days=14)), 5),
        "stats": [
            *shared.release_stats(person, acting),
            stat(
                mine.overdue(today).count(),
                lambda n: ngettext("follow-up of mine overdue", "my follow-ups overdue", n),
                link("followups:list", due="overdue", whose="mine"),
                due=True,
            ),
            stat(
                activities.count(),
                lambda n: ngettext("activity I am in", "activities I am in", n),
                link("activities:list", whose="mine", state="live"),
            ),
        ],
    }
