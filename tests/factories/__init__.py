"""Factories for every model: believable defaults, no hidden side effects."""

from tests.factories.accounts import PersonFactory
from tests.factories.activities import (
    ActivityFactory,
    CriterionFactory,
    ParticipantFactory,
    PlaceRequestFactory,
    PollFactory,
    ProgrammeFactory,
    RecordFactory,
    SessionFactory,
)
from tests.factories.audits import (
    AnswerFactory,
    AuditFactory,
    GoalFactory,
    NeedFactory,
    OfferFactory,
    ParticipationFactory,
    QuestionFactory,
    ResponseFactory,
    TopicFactory,
)
from tests.factories.evaluation import (
    FrozenReportFactory,
    MeasurementFactory,
    ReportFactory,
    ReportScheduleFactory,
)
from tests.factories.followups import FollowUpFactory
from tests.factories.release import (
    DelegateFactory,
    ReleaseFactory,
    SupplyRateFactory,
    TimeBudgetFactory,
)
from tests.factories.schools import (
    AgreementFactory,
    AllianceFactory,
    AllianceMemberFactory,
    FileImportFactory,
    InvitationFactory,
    MembershipFactory,
    ObstacleFactory,
    SchoolFactory,
    SignatureFactory,
)

__all__ = [
    "ActivityFactory",
    "AgreementFactory",
    "AllianceFactory",
    "AllianceMemberFactory",
    "AnswerFactory",
    "AuditFactory",
    "CriterionFactory",
    "DelegateFactory",
    "FileImportFactory",
    "FollowUpFactory",
    "FrozenReportFactory",
    "GoalFactory",
    "InvitationFactory",
    "MeasurementFactory",
    "MembershipFactory",
    "NeedFactory",
    "ObstacleFactory",
    "OfferFactory",
    "ParticipantFactory",
    "ParticipationFactory",
    "PersonFactory",
    "PlaceRequestFactory",
    "PollFactory",
    "ProgrammeFactory",
    "QuestionFactory",
    "RecordFactory",
    "ReleaseFactory",
    "ReportFactory",
    "ReportScheduleFactory",
    "ResponseFactory",
    "SchoolFactory",
    "SessionFactory",
    "SignatureFactory",
    "SupplyRateFactory",
    "TimeBudgetFactory",
    "TopicFactory",
]
