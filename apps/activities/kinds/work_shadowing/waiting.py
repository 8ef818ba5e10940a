"""What waits for one person: applications for a head, placements for whoever has not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.kinds.base import Waiting
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.kinds.work_shadowing.models import Placement

MOST = 20


def waiting(person: Person) -> list[Waiting]:
    from apps.activities.kinds.work_shadowing.models import Placement

    rows = Placement.objects.waiting_for(person).select_related(
        "application__person", "offer__host", "offer__organisation"
    )
    answers = [
        Waiting(
            _words(person, row)
            % {"shadow": row.application.person.name, "host": row.offer.host.name},
            reverse("activities:shadowing_placement", args=[row.public_id]),
            row.offer.organisation.name,
        )
        for row in rows[:MOST]
    ]
    return [*_approvals(person), *answers]


def _words(person: Person, row: Placement) -> str:
    if row.application.person_id == person.pk:
        return _("A placement waits for your answer: you would shadow %(host)s")
    if row.offer.host_id == person.pk:
        return _("A placement waits for your answer: you would host %(shadow)s")
    return _("A placement waits for your answer: %(shadow)s with %(host)s")


def _approvals(person: Person) -> list[Waiting]:
    from apps.activities.kinds.work_shadowing.models import Application

    if not scope_of(person).has(Role.HEAD):
        return []
    rows = Application.objects.waiting_for(person).select_related("person", "round")
    return [
        Waiting(
            _("%(name)s would like to shadow a leader elsewhere") % {"name": row.person.name},
            reverse("activities:shadowing_application", args=[row.public_id]),
            row.round.name if row.round else "",
        )
        for row in rows[:MOST]
    ]
