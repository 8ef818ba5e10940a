"""What must hold of work shadowing, each a small function that says what is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import ActivityState
from apps.activities.kinds.base import Block
from apps.activities.kinds.work_shadowing.enums import ApplicationState
from apps.core import clock
from apps.schools.enums import Role

if TYPE_CHECKING:
    from apps.activities.engine.situation import Situation
    from apps.activities.kinds.work_shadowing.models import Application, Briefing

SHADOW, HOST = "shadow", "host"
AT_ONCE = 1  # how many a host has at a time, unless an offer of theirs says more


def application_of(situation: Situation) -> Application | None:
    """The application behind the activity, with its words left alone."""
    from apps.activities.kinds.work_shadowing.models import Application

    rows = Application.objects.filter(activity=situation.activity).defer("career_goal")
    return rows.select_related("decided_by").first()


def briefing_of(situation: Situation) -> Briefing | None:
    from apps.activities.kinds.work_shadowing.models import Briefing

    return Briefing.objects.filter(activity=situation.activity).first()


def head_approved(situation: Situation) -> Block | None:
    """The shadow's own head has said yes."""
    application = situation.once(application_of)
    if application is None:
        return Block(
            _("The head of the one who shadows has not been asked yet."),
            situation.names_of_people({p.person_id for p in situation.people_as(SHADOW)})
            or situation.organiser_name,
        )
    if application.state == ApplicationState.APPROVED:
        return None
    return Block(_("Their own head has not approved it."), _heads_of(application.organisation_id))


def _heads_of(organisation: int) -> str:
    from apps.schools.models import Membership

    rows = Membership.objects.current().filter(organisation_id=organisation, role=Role.HEAD)
    names = [row.person.name for row in rows.select_related("person")]
    return ", ".join(names) or _("the school’s head, who has to join first")


def host_asked(situation: Situation) -> Block | None:
    if situation.asked_as(HOST):
        return None
    return Block(_("No host has been asked yet."), situation.organiser_name)


def host_elsewhere(situation: Situation) -> Block | None:
    """The host works in another school than the one who shadows."""
    people = list(situation.asked if situation.candidate else situation.people)
    if situation.candidate:
        people.append(situation.candidate)
    shadowing = {p.organisation_id for p in people if p.role == SHADOW}
    hosting = {p.organisation_id for p in people if p.role == HOST}
    if not shadowing & hosting:
        return None
    return Block(_("The host has to work in another school."), situation.organiser_name)


def host_has_room(situation: Situation) -> Block | None:
    """Nobody hosts more people at a time than they have offered to."""
    candidate = situation.candidate
    hosts = [candidate] if candidate else situation.people_as(HOST)
    for host in hosts:
        if host.role != HOST:
            continue
        most = _capacity(host.person_id)
        if _hosting_elsewhere(situation, host.person_id) >= most:
            return Block(
                ngettext(
                    "%(name)s hosts %(most)d person at a time.",
                    "%(name)s hosts %(most)d people at a time.",
                    most,
                )
                % {"name": host.person.name, "most": most},
                host.person.name,
            )
    return None


def _capacity(host: int) -> int:
    from apps.activities.kinds.work_shadowing.models import Offer

    now = Offer.objects.standing().filter(host_id=host, round__ends_on__gte=clock.today())
    return now.aggregate(most=Max("capacity"))["most"] or AT_ONCE


def _hosting_elsewhere(situation: Situation, host: int) -> int:
    from apps.activities.models import Activity

    live = Activity.objects.live().exclude(pk=situation.activity.pk or 0)
    here = live.of_kind(situation.activity.kind).filter(
        participants__person_id=host, participants__role=HOST, participants__state="accepted"
    )
    return here.exclude(state=ActivityState.PAUSED).count()


def briefed(situation: Situation) -> Block | None:
    """Host and shadow have both ticked every line, and the safeguarding lead is named."""
    briefing = situation.once(briefing_of)
    for role in (HOST, SHADOW):
        missing = 7 if briefing is None else len(briefing.missing(role))
        if missing:
            return Block(
                ngettext(
                    "%(count)d line of the briefing is not ticked yet.",
                    "%(count)d lines of the briefing are not ticked yet.",
                    missing,
                )
                % {"count": missing},
                situation.names_of_people({p.person_id for p in situation.people_as(role)}),
            )
    if briefing is None or not briefing.dsl_name:
        return Block(_("The designated safeguarding lead is not named yet."), _host(situation))
    return None


def confidential(situation: Situation) -> Block | None:
    """The one who shadows has accepted the confidentiality statement."""
    briefing = situation.once(briefing_of)
    if briefing is not None and briefing.confidential_at is not None:
        return None
    return Block(
        _("The confidentiality statement has not been accepted yet."),
        situation.names_of_people({p.person_id for p in situation.people_as(SHADOW)}),
    )


def _host(situation: Situation) -> str:
    return situation.names_of_people({p.person_id for p in situation.people_as(HOST)})
