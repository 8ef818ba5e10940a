"""What the rows say of how an alliance worked in one half-term, as a dict that JSON can hold.

It holds no person, nor what anybody wrote. Reports gather some of it alike, through the same
functions; a school's people are hidden wherever they could be told apart.
"""

from __future__ import annotations

from typing import Any

from apps.evaluation.process import commitment, equality, exchange
from apps.evaluation.snapshot import people, work
from apps.evaluation.snapshot.frame import Frame
from apps.schools.models import Agreement, Obstacle

VERSION = 1
Facts = dict[str, Any]


def facts(frame: Frame) -> Facts:
    """At most fifteen queries, however many schools and people there are."""
    agreement = (
        Agreement.objects.out()
        .filter(alliance=frame.alliance)
        .prefetch_related("contributions", "obstacles")
        .first()
    )
    return {
        "version": VERSION,
        "agreement": agreement.number if agreement else None,
        "commitment": commitment.facts(frame, agreement),
        "obstacles": [
            {
                "obstacle": row.pk,
                "must_clear": row.must_clear,
                "cleared": row.cleared_at is not None,
            }
            for row in (agreement.obstacles.all() if agreement else [])
        ],
        "people": _people(frame),
        "exchange": exchange.facts(frame),
        "promises": work.promises(frame),
    }


def with_texts(facts: Facts) -> Facts:
    """The facts with the texts of obstacles, for those who read the agreement."""
    found = Obstacle.objects.in_bulk([row["obstacle"] for row in facts["obstacles"]])
    texts = {pk: {"text": row.text, "mitigation": row.mitigation} for pk, row in found.items()}
    return facts | {"obstacles": [row | texts[row["obstacle"]] for row in facts["obstacles"]]}


def _people(frame: Frame) -> Facts:
    staff, active = people.staff(frame), people.taking_part(frame)
    by_school = people.by_school(frame, staff, active)
    by_hours = people.by_hours(staff, active, by_school["total"])
    told = equality.told_by_school(frame, equality.counted(staff, active), by_school)
    phases = equality.by_phase(frame, staff, active, told, (by_school, by_hours))
    return {
        "by_school": by_school,
        "by_hours": by_hours,
        "by_phase": [{"phase": phase, **cell} for phase, cell in phases.items() if phase],
        "leaders": equality.leaders(frame, staff, active),
    }
