"""Those who take part and judge another who does: they read nothing until they are let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine.refusals import refuse_if
from apps.activities.models import Activity, JudgeAdmitted, Participant
from apps.core import audit_trail
from apps.schools.models import Oversight

if TYPE_CHECKING:
    from apps.accounts.models import Person


def taking_part(activity: Activity, owner: Person) -> list[Participant]:
    """Who takes part and manages, appraises or tutors ``owner``, or did since it began."""
    ties = Oversight.objects.filter(person=owner).since(activity.created_at)
    places = activity.participants.taking_part().filter(person_id__in=ties.values("judge_id"))
    return list(places.select_related("person", "organisation"))


def let_in(activity: Activity, owner: Person) -> set[int]:
    rows = JudgeAdmitted.objects.filter(activity=activity, owner=owner)
    return set(rows.values_list("judge_id", flat=True))


def shut_out(activity: Activity, owner: Person) -> set[int]:
    judging = {place.person_id for place in taking_part(activity, owner)}
    return judging - let_in(activity, owner) if judging else set()


@transaction.atomic
def admit(activity: Activity, *, by: Person, judge: Participant) -> None:
    """``by`` lets ``judge`` read what they share with those who take part in the activity."""
    refuse_if(
        judge.pk not in {place.pk for place in taking_part(activity, by)},
        _("This person does not judge your work, or no longer takes part."),
    )
    row, created = JudgeAdmitted.objects.get_or_create(
        activity=activity, owner=by, judge=judge.person
    )
    if created:
        audit_trail.record("judge.admitted", row, by=by, activity=activity.pk)


@transaction.atomic
def shut(activity: Activity, *, by: Person, judge: Participant) -> None:
    """Take it back: from now on ``judge`` reads nothing of ``by``'s there."""
    row = JudgeAdmitted.objects.filter(activity=activity, owner=by, judge=judge.person).first()
    if row is not None:
        audit_trail.record("judge.shut_out", row, by=by, activity=activity.pk)
        row.delete()
