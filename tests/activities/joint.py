"""A kind whose people write one plan together, on the stage of triads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apps.activities import kinds
from apps.activities.enums import Audience, RecordForm
from apps.activities.kinds.base import Field, RecordKind
from apps.activities.models import Activity
from tests.activities.triads import Stage

PLAN = RecordKind(
    RecordForm.NOTE,
    "Our plan",
    "What will we do in the lesson?",
    audiences=(Audience.PARTICIPANTS, Audience.ALLIANCE),
    slug="our_plan",
    joint=True,
    fields=(Field("resources", "What do we need?", long=True),),
)


def joint_kind() -> Iterator[str]:
    triad = kinds.kind_of("triad")
    kinds.register(
        replace(triad, slug="joint_toy", name="Toy", rules=(), records=(*triad.records, PLAN))
    )
    yield "joint_toy"
    kinds.forget("joint_toy")


def joint_activity(stage: Stage) -> Activity:
    return stage.active(kind="joint_toy")
