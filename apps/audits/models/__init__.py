from apps.audits.models.anonymous import AnswerCode, HeldAnswers
from apps.audits.models.answers import Answer, Question, Response
from apps.audits.models.audits import Audit, Participation
from apps.audits.models.bank import BankQuestion
from apps.audits.models.collected import AnswersFile, CollectedRow
from apps.audits.models.heard import HeardBack
from apps.audits.models.needs import Goal, Need, Offer
from apps.audits.models.plans import Plan, PlanLine, PlanReview, PlanSignature
from apps.audits.models.released import ReleasedChart, ReleasedTable
from apps.audits.models.schools import AuditReminder, AuditSchool
from apps.audits.models.topics import Topic

__all__ = [
    "Answer",
    "AnswerCode",
    "AnswersFile",
    "Audit",
    "AuditReminder",
    "AuditSchool",
    "BankQuestion",
    "CollectedRow",
    "Goal",
    "HeardBack",
    "HeldAnswers",
    "Need",
    "Offer",
    "Participation",
    "Plan",
    "PlanLine",
    "PlanReview",
    "PlanSignature",
    "Question",
    "ReleasedChart",
    "ReleasedTable",
    "Response",
    "Topic",
]
