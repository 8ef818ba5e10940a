"""What people say to each other in activities that are under way."""

from __future__ import annotations

from apps.activities.engine import talk
from apps.activities.models import Activity, Record

SAID = (
    "I can bring the photographs of the exercise books on our next visit. Would that help?",
    "Yes, please. Could we look at the same question in all of them?",
    "Good idea. I shall copy the first page of each.",
)
COMMENT = "Thank you. The pause before the answer is what I shall try next."
THREADS = 4


def chat(activities: list[Activity]) -> None:
    """A few threads, and a comment on one observation by whoever owns it."""
    live = Activity.objects.under_way().filter(pk__in=[a.pk for a in activities]).order_by("pk")
    for activity in live[:THREADS]:
        places = activity.participants.taking_part().select_related("person").order_by("pk")
        people = [place.person for place in places]
        for n, words in enumerate(SAID if len(people) > 1 else ()):
            talk.say(activity, by=people[n % 2], text=words)
        seen = Record.objects.filter(activity=activity, form="observation").order_by("pk").first()
        if seen is not None:
            talk.say(activity, by=seen.owner, text=COMMENT, record=seen)
