from apps.audits.forms.alliances import AllianceAuditForm, DecisionForm, InviteForm, PlanForm
from apps.audits.forms.answering import SectionForm
from apps.audits.forms.building import AuditForm, ExtendForm, audience_of
from apps.audits.forms.needs import GoalForm, OfferForm
from apps.audits.forms.questions import (
    BankForm,
    OwnTopicForm,
    PartForm,
    QuestionForm,
    TopicsForm,
)

__all__ = [
    "AllianceAuditForm",
    "AuditForm",
    "BankForm",
    "DecisionForm",
    "ExtendForm",
    "GoalForm",
    "InviteForm",
    "OfferForm",
    "OwnTopicForm",
    "PartForm",
    "PlanForm",
    "QuestionForm",
    "SectionForm",
    "TopicsForm",
    "audience_of",
]
