"""What a meeting agreed that somebody does: a follow-up of its owner, from that session."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.models import Participant, Session
from apps.activities.permissions import can_agree
from apps.core.models import Notice
from apps.core.permissions import Refused, require
from apps.followups.actions import create_followup
from apps.followups.models import FollowUp

if TYPE_CHECKING:
    from apps.accounts.models import Person

RULE = "agreed"


@transaction.atomic
def agree(
    *,
    by: Person,
    session: Session,
    owner: Participant,
    promise: str,
    due: date,
    private: bool,
    client_key: uuid.UUID,
) -> FollowUp:
    """Write it down for somebody who takes part; the same ``client_key`` makes it once. The owner
    is told, unless they wrote it themselves. Raises Refused.

    Private is only what somebody promises themselves: what others wrote down they know.
    """
    require(can_agree(by, session))
    if private and owner.person_id != by.pk:
        raise Refused(_("Only what you promise yourself can be private."))
    here = Participant.objects.taking_part().filter(activity=session.activity_id)
    place = here.select_related("person", "organisation").get(pk=owner.pk)
    activity = session.activity
    found = create_followup(
        by=by,
        owner=place.person,
        organisation=place.organisation,
        rule=f"{RULE}:{client_key}",  # several may be due on one day
        promise=promise,
        due=due,
        source=session,
        organiser=activity.organiser,
        alliance=activity.alliance,
        shared=not private,
    )
    if place.person_id != by.pk:
        Notice.objects.get_or_create(
            person=place.person,
            kind="activities.agreed",
            thing=activity.public_id,
            period=found.public_id,
            defaults={"url": reverse("followups:detail", args=[found.public_id])},
        )
    return found


def agreed_in(session: Session, person: Person) -> list[FollowUp]:
    """Those of the session that ``person`` may see, by due date."""
    rows = FollowUp.objects.visible_to(person).filter(
        source_type=ContentType.objects.get_for_model(Session),
        source_id=session.pk,
        rule__startswith=f"{RULE}:",
    )
    return list(rows.select_related("owner").order_by("due", "pk"))
