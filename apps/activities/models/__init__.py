from apps.activities.models.activity import Activity, Programme, StageChange
from apps.activities.models.criteria import Criterion
from apps.activities.models.people import Participant, PlaceRequest
from apps.activities.models.records import Record
from apps.activities.models.sessions import Session

__all__ = [
    "Activity",
    "Criterion",
    "Participant",
    "PlaceRequest",
    "Programme",
    "Record",
    "Session",
    "StageChange",
]
