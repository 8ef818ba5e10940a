from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.permissions import ALLOWED, Permission, allowed_if
from apps.schools.oversight import judges_since
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


def can_read_outcome(person: Person, first: FollowUp) -> Permission:
    """What its owner wrote when settling it; ``first`` is the one that its moves began with.

    Nobody who judges the owner reads it, whatever else they are; the promise, its date and its
    state stay known to those who organise.
    """
    if first.owner_id == person.pk:
        return ALLOWED
    return allowed_if(
        not judges_since(person, first.owner_id, first.created_at),
        _(
            "You manage, appraise or induct %(name)s, or did when this was promised, so their "
            "own words about it are not shown to you."
        )
        % {"name": first.owner.name},
    )


def can_add(person: Person) -> Permission:
    """Whoever holds a role at a school may promise something there."""
    return allowed_if(
        scope_of(person).organisations(),
        _("Follow-ups belong to a school, and you hold no role at one at the moment."),
    )
