from apps.audits.forms.answering import SectionForm
from apps.audits.forms.building import AuditForm, ExtendForm, TopicsForm, audience_of
from apps.audits.forms.needs import GoalForm, OfferForm

__all__ = [
    "AuditForm",
    "ExtendForm",
    "GoalForm",
    "OfferForm",
    "SectionForm",
    "TopicsForm",
    "audience_of",
]
