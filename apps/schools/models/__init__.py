from apps.schools.models.agreements import (
    Agreement,
    AgreementGoal,
    Contribution,
    EvaluationDate,
    GoalPosition,
    Obstacle,
    Signature,
)
from apps.schools.models.alliances import Alliance, AllianceMember, Invitation, InvitationQuerySet
from apps.schools.models.calendars import CalendarFile, TermDate
from apps.schools.models.imports import FileImport
from apps.schools.models.organisations import Organisation, ProcessingTerms
from apps.schools.models.oversight import Oversight
from apps.schools.models.people import Membership, StaffMapping
from apps.schools.models.release import Delegate, SupplyRate, TimeBudget
from apps.schools.models.timetables import (
    Cycle,
    OwnTime,
    PaidTime,
    Period,
    TimetableEntry,
    TimetableFile,
    WeekCorrection,
)

__all__ = [
    "Agreement",
    "AgreementGoal",
    "Alliance",
    "AllianceMember",
    "CalendarFile",
    "Contribution",
    "Cycle",
    "Delegate",
    "EvaluationDate",
    "FileImport",
    "GoalPosition",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "Obstacle",
    "Organisation",
    "Oversight",
    "OwnTime",
    "PaidTime",
    "Period",
    "ProcessingTerms",
    "Signature",
    "StaffMapping",
    "SupplyRate",
    "TermDate",
    "TimeBudget",
    "TimetableEntry",
    "TimetableFile",
    "WeekCorrection",
]
