"""Finding times that suit several people: pure functions of typed values, without a database."""

from apps.activities.slots.facts import Busy, Member, Question, School, Suggestion
from apps.activities.slots.finder import find
from apps.activities.slots.travel import minutes_between

__all__ = ["Busy", "Member", "Question", "School", "Suggestion", "find", "minutes_between"]
