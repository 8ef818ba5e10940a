from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.permissions import Permission, allowed_if
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.followups.models import FollowUp


def can_settle(person: Person, followup: FollowUp) -> Permission:
    """Who may say that it is done, move or drop it: whoever promised it."""
    return allowed_if(
        followup.owner_id == person.pk,
        _("Only %(name)s, who promised this, can close or move it.")
        % {"name": followup.owner.name},
    )


def can_add(person: Person) -> Permission:
    """Whoever holds a role at a school may promise something there."""
    return allowed_if(
        scope_of(person).organisations(),
        _("Follow-ups belong to a school, and you hold no role at one at the moment."),
    )
