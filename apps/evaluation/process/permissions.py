"""Who closes a half-term's review and keeps the log of adjustments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import clock
from apps.core.permissions import Denied, Permission
from apps.evaluation.periods import Period
from apps.evaluation.process.models import Adjustment, Review
from apps.schools.models import Alliance
from apps.schools.permissions.alliances import can_coordinate


def can_close(person: Person, alliance: Alliance, half: Period) -> Permission:
    allowed = can_coordinate(person, alliance)
    if not allowed:
        return allowed
    if half.last >= clock.today():
        return Denied(_("The half-term is not over yet."))
    if Review.objects.filter(alliance=alliance, period_end=half.last).exists():
        return Denied(
            _(
                "This half-term's review has been closed and stays as it is. What was wrong in it "
                "can be corrected; what has changed since belongs in the log of adjustments."
            )
        )
    return allowed


def can_correct_review(person: Person, review: Review) -> Permission:
    allowed = can_coordinate(person, review.alliance)
    if not allowed:
        return allowed
    if hasattr(review, "corrected_by"):
        return Denied(_("This review has been corrected already: correct the newer one."))
    return allowed


def can_add_afterwards(person: Person, adjustment: Adjustment) -> Permission:
    """Whoever entered it coordinated then; whoever coordinates now answers for it."""
    allowed = can_coordinate(person, adjustment.alliance)
    if not allowed:
        return allowed
    if adjustment.came_of_it is not None:
        return Denied(_("What changed afterwards has been written down already, and stays."))
    return allowed
