from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.kinds import parts
from apps.activities.models.activity import Activity, Programme, StageChange
from apps.activities.models.admitted import JudgeAdmitted
from apps.activities.models.criteria import Criterion
from apps.activities.models.feed import CalendarFeed
from apps.activities.models.people import Participant, PlaceRequest
from apps.activities.models.polls import Poll, PollAnswer, PollOption
from apps.activities.models.records import Record
from apps.activities.models.sessions import Attendance, Session
from apps.activities.models.talk import Message
from apps.activities.models.versions import RecordVersion
from apps.activities.release.models import Release

parts("models")  # those that a kind has of its own

__all__ = [
    "Activity",
    "Attendance",
    "CalendarFeed",
    "Criterion",
    "GroupCall",
    "GroupWish",
    "JudgeAdmitted",
    "Message",
    "Participant",
    "PlaceRequest",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Programme",
    "Record",
    "RecordVersion",
    "Release",
    "Session",
    "StageChange",
]
