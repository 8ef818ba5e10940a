from apps.activities.models.activity import (
    Activity,
    Participant,
    Programme,
    Session,
    StageChange,
)
from apps.activities.models.criteria import Criterion
from apps.activities.models.records import Record

__all__ = [
    "Activity",
    "Criterion",
    "Participant",
    "Programme",
    "Record",
    "Session",
    "StageChange",
]
