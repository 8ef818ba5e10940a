from apps.schools.models.agreements import (
    Agreement,
    AgreementGoal,
    Contribution,
    EvaluationDate,
    GoalPosition,
    Obstacle,
    Signature,
)
from apps.schools.models.alliances import Alliance, AllianceMember, Invitation
from apps.schools.models.calendars import TermDate
from apps.schools.models.imports import FileImport
from apps.schools.models.organisations import Organisation, ProcessingTerms
from apps.schools.models.people import Membership, StaffMapping

__all__ = [
    "Agreement",
    "AgreementGoal",
    "Alliance",
    "AllianceMember",
    "Contribution",
    "EvaluationDate",
    "FileImport",
    "GoalPosition",
    "Invitation",
    "Membership",
    "Obstacle",
    "Organisation",
    "ProcessingTerms",
    "Signature",
    "StaffMapping",
    "TermDate",
]
