"""What is written about a host's school stays with those who take part until the host says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine.changes import locked
from apps.activities.enums import Audience
from apps.activities.kinds.base import Block
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.activities.kinds.peer_visit.models import SharingAnswer
    from apps.activities.models import Activity

AMONG_US = (Audience.ONLY_ME, Audience.PAIR, Audience.PARTICIPANTS)


def _answer(situation: Situation) -> SharingAnswer | None:
    from apps.activities.kinds.peer_visit.models import SharingAnswer

    return SharingAnswer.objects.filter(activity=situation.activity).first()


def answer_of(situation: Situation) -> SharingAnswer | None:
    return situation.once(_answer)


def host_clears_sharing(situation: Situation) -> Block | None:
    """Nothing goes beyond the people taking part before the host has said yes."""
    draft = situation.draft
    if draft is None or draft.audience in AMONG_US:
        return None
    answer = answer_of(situation)
    hosts = situation.people_as("host")
    if answer is not None and answer.allowed and any(p.person_id == answer.host_id for p in hosts):
        return None
    return Block(
        _("It is about the host’s school: the host has to say yes before others may read it."),
        situation.names_of_people({p.person_id for p in hosts}),
    )


@transaction.atomic
def answer_sharing(activity: Activity, *, by: Person, allowed: bool) -> SharingAnswer:
    """The host says whether others may read what is written about their school.

    After a no, what had been shared further is again for those who take part only.
    """
    from apps.activities.kinds.peer_visit.models import SharingAnswer

    with locked(activity) as row:
        answer, created = SharingAnswer.objects.get_or_create(
            activity=row,
            defaults={"host": by, "allowed": allowed, "answered_at": clock.now()},
        )
        if not created and (answer.allowed, answer.host_id) == (allowed, by.pk):
            return answer
        answer.host, answer.allowed, answer.answered_at = by, allowed, clock.now()
        answer.save()
        narrowed = 0
        if not allowed:
            wide = row.records.exclude(audience__in=AMONG_US)
            narrowed = wide.update(audience=Audience.PARTICIPANTS)
        audit_trail.record("visit.sharing_answered", row, by=by, allowed=allowed, narrowed=narrowed)
    return answer
