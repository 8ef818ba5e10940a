from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.engine.changes import PLANNING, UNDER_WAY
from apps.activities.enums import ActivityState
from apps.activities.kinds.lesson_study.models import Poster, PosterState
from apps.activities.models import Activity
from apps.activities.permissions import takes_part
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.models import Membership
from apps.schools.scope import scope_of


def can_read_lessons(person: Person, activity: Activity) -> Permission:
    """The group alone, for good."""
    return allowed_if(
        takes_part(person, activity),
        _("What is written about case pupils never leaves the group. You see that it took place."),
    )


def can_write_lessons(person: Person, activity: Activity) -> Permission:
    allowed = can_read_lessons(person, activity)
    if isinstance(allowed, Denied):
        return allowed
    return allowed_if(activity.state in UNDER_WAY, _("The lesson study is not under way."))


def can_agree_rules(person: Person, activity: Activity) -> Permission:
    return allowed_if(
        takes_part(person, activity) and activity.state in (*PLANNING, *UNDER_WAY),
        _("The ground rules are agreed by those who take part."),
    )


def can_write_poster(person: Person, activity: Activity) -> Permission:
    if not takes_part(person, activity):
        return Denied(_("Only the group chooses the words of its poster."))
    shared = activity.state in UNDER_WAY and activity.stage == "shared"
    return allowed_if(
        shared or activity.state == ActivityState.CLOSED,
        _("The poster is made when the third lesson has been discussed."),
    )


def can_answer_poster(person: Person, poster: Poster) -> Permission:
    """The head or a CPD lead of the school that leads the study."""
    led = scope_of(person).organisations(Role.HEAD, Role.CPD_LEAD)
    if poster.activity.organisation_id not in led:
        return Denied(_("Only the head or CPD lead of the host school can do this."))
    if takes_part(person, poster.activity) and _others_can_answer(poster):
        return Denied(_("You take part: somebody who does not decides about the poster."))
    return allowed_if(poster.state != PosterState.DRAFT, _("The group is still writing it."))


def _others_can_answer(poster: Poster) -> bool:
    """In a small school head and CPD lead may both be in the group; then one of them decides."""
    group = poster.activity.participants.taking_part().values("person_id")
    leaders = Membership.objects.current().filter(
        organisation_id=poster.activity.organisation_id, role__in=(Role.HEAD, Role.CPD_LEAD)
    )
    return leaders.exclude(person_id__in=group).exists()
