from apps.audits.models.answers import Answer, Question, Response
from apps.audits.models.audits import Audit, Participation
from apps.audits.models.bank import BankQuestion
from apps.audits.models.needs import Goal, Need, Offer
from apps.audits.models.topics import Topic

__all__ = [
    "Answer",
    "Audit",
    "BankQuestion",
    "Goal",
    "Need",
    "Offer",
    "Participation",
    "Question",
    "Response",
    "Topic",
]
