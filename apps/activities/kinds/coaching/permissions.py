from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.engine.changes import OVER
from apps.activities.kinds.coaching.models import may_keep_coaches
from apps.activities.models import Activity
from apps.activities.permissions import takes_part
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import STAFF_ROLES
from apps.schools.scope import scope_of


def can_work_as_pair(person: Person, activity: Activity) -> Permission:
    """Contract and steps: the two alone, whoever else may see that they meet."""
    if activity.state in OVER:
        return Denied(_("The coaching is over."))
    return allowed_if(
        takes_part(person, activity),
        _("Contract and steps are for coach and coachee alone. You see that meetings took place."),
    )


def can_see_coaches(person: Person) -> Permission:
    """A lead the school's coaches; everybody on a staff their own."""
    return allowed_if(
        may_keep_coaches(person) or scope_of(person).organisations(*STAFF_ROLES),
        _("Only a school’s CPD lead and its coaches see this."),
    )
