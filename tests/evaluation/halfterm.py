"""The story of `tests.evaluation.story`, all of it in the latest half-term that is over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from apps.activities.models import Participant, Session
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.templates_data import TEMPLATES
from apps.core import clock
from apps.evaluation.periods import Period, half_terms
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation
from tests import factories as f
from tests.evaluation.story import Story, tell


def half() -> Period:
    return half_terms(clock.today())[0]


def furnish(story: Story) -> None:
    """Schools of two phases; sessions at schools; leaders; a placement."""
    Organisation.objects.filter(pk=story.schools[1].pk).update(phase="secondary")
    Organisation.objects.exclude(pk=story.schools[1].pk).update(phase="primary")
    for n, session in enumerate(Session.objects.order_by("pk")):
        place = story.schools[n % 3]
        Session.objects.filter(pk=session.pk).update(organisation=place, observer=None)
    for school in story.schools:
        held = Membership.objects.filter(organisation=school, role=Role.TEACHER).order_by("pk")
        leading = [held.first().pk, held.last().pk]
        Membership.objects.filter(pk__in=leading).update(job_role="senior_leader")
    for n, place in enumerate(Participant.objects.filter(activity=story.activities[3])):
        Participant.objects.filter(pk=place.pk).update(role="visitor" if n else "host")


def tell_half(*, is_demo: bool = False) -> Story:
    noon = timezone.make_aware(datetime.combine(half().last, time(12)))
    with clock.frozen(noon):
        story = tell(is_demo=is_demo)
        furnish(story)
    return story


def pulse_of(story: Story, *, closed_days_ago: int, mean: float | None) -> Any:
    """A released pulse with the same mean of every statement; None: of too few people."""
    asked = [q for section in TEMPLATES["partnership"].sections for q in section.asked]
    scales = [
        {
            "code": q.code,
            "bank": n,
            "text": str(q.text),
            "steps": 5,
            "n": 40 if mean else None,
            "mean": mean,
        }
        for n, q in enumerate(asked, 1)
        if q.kind == QuestionKind.SCALE
    ]
    return f.AuditFactory(
        organisation=None,
        alliance=story.alliance,
        template="partnership",
        state=AuditState.CLOSED,
        created_by=story.coordinator,
        opens_on=clock.today() - timedelta(days=closed_days_ago + 14),
        closed_at=clock.now() - timedelta(days=closed_days_ago),
        results={"shared": {"scales": scales}},
    )
