"""What became of the follow-ups that the triads created: most kept, some late, a few moved."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from apps.core import bounces, clock
from apps.followups.actions import create_followup, drop, move, settle
from apps.followups.models import FollowUp
from apps.home.demo.people import MAIN, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.models import Alliance, Organisation

KEPT = (
    "Tried it twice; the second time more pupils answered.",
    "We talked over coffee; one question to think about.",
    "Did it with the other class too.",
)


def keep_most(when: Timeline) -> None:
    """Three in four of those due before today are done; one in nine moved or dropped."""
    due = FollowUp.objects.due(when.today - timedelta(days=1)).select_related("owner")
    for n, followup in enumerate(due.order_by("due", "pk")):
        if n % 4 == 3:
            continue
        at = timezone.make_aware(datetime.combine(followup.due, time(16)))
        with clock.frozen(at):
            _settle_one(n, followup, when)


def _settle_one(number: int, followup: FollowUp, when: Timeline) -> None:
    owner = followup.owner
    if number % 9 == 5:
        move(by=owner, followup=followup, due=when.working_day(6), reason="Ill that week")
    elif number % 9 == 7:
        drop(by=owner, followup=followup, reason="The class changed; it no longer makes sense")
    else:
        settle(by=owner, followup=followup, outcome=KEPT[number % len(KEPT)])


def promise_by_hand(
    cast: Cast, schools: dict[str, Organisation], alliance: Alliance, when: Timeline
) -> None:
    """A few of the lead's and the teacher's own, one of them overdue; an address that bounces."""
    gone = cast.support[MAIN][-1]
    with clock.frozen(when.days_ago(4)):
        bounces.note(gone.pk, gone.email or "")
    lead, teacher = cast.leads[MAIN], cast.signed_in["teacher"]
    rows = (
        (lead, "Send the release plan for the spring term to the cover manager", -5, True),
        (lead, "Ask Grafham Grange what keeps it from signing", 2, True),
        (teacher, "Read the chapter on wait time", -2, False),
        (teacher, "Show the pause to the new colleague", 5, False),
    )
    for owner, promise, days, shared in rows:
        with clock.frozen(when.days_ago(12)):
            create_followup(
                by=owner,
                owner=owner,
                organisation=schools[MAIN],
                rule="by_hand",
                promise=promise,
                due=when.today + timedelta(days=days) if days < 0 else when.working_day(days),
                organiser=owner,
                alliance=alliance,
                shared=shared,
            )
