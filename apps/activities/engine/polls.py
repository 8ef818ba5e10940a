"""Polls: times are proposed, each says yes, if need be or no, one of them is planned."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine import checks, notify
from apps.activities.engine.changes import locked
from apps.activities.engine.refusals import Blocked, refuse_if
from apps.activities.engine.sessions import Slot, plan_session
from apps.activities.engine.situation import Situation
from apps.activities.enums import PollState
from apps.activities.kinds.base import Moment
from apps.activities.models import Activity, Poll, PollAnswer, PollOption, Session
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation

MOST_OPTIONS = 8


def open_poll(
    activity: Activity,
    *,
    by: Person,
    kind: str,
    times: list[tuple[datetime, datetime]],
    pair: tuple[Person, Person] | None = None,
    organisation: Organisation | None = None,
    link: str = "",
    client_key: uuid.UUID | None = None,
) -> Poll:
    """Propose ``times``, (start, end) each, and tell those who are asked. Blocked when a rule of
    the kind stands against one of them."""
    client_key = client_key or uuid.uuid4()
    with locked(activity) as row:
        before: Poll | None = Poll.objects.filter(client_key=client_key, activity=row).first()
        if before is not None:
            return before
        situation = Situation.of(row)
        refuse_if(situation.kind.session(kind) is None, _("There is no such session here."))
        times = sorted(set(times))
        refuse_if(not times, _("Propose at least one time."))
        refuse_if(len(times) > MOST_OPTIONS, _("Propose fewer times: people get tired."))
        refuse_if(times[0][0] < clock.now(), _("One of the times lies in the past."))
        for starts, ends in times:
            situation.session = Session(
                activity=row, kind=kind, starts_at=starts, ends_at=ends, organisation=organisation
            )
            blocks = checks.rules_failing(situation, Moment.SESSION)
            if blocks:
                raise Blocked(blocks)
        observer, observed = pair or (None, None)
        poll = Poll.objects.create(
            activity=row,
            client_key=client_key,
            kind=kind,
            observer=observer,
            observed=observed,
            organisation=organisation,
            link=link,
            asked_by=by,
        )
        PollOption.objects.bulk_create(
            PollOption(poll=poll, starts_at=starts, ends_at=ends) for starts, ends in times
        )
        audit_trail.record("poll.opened", poll, by=by, activity=row.pk, options=len(times))
        notify.poll_opened(poll, people_asked(poll, situation), by=by)
    return poll


def people_asked(poll: Poll, situation: Situation) -> list[Person]:
    """The two of a visit, or everybody who takes part."""
    pair = {poll.observer_id, poll.observed_id} - {None}
    found = {p.person_id: p.person for p in situation.people}
    return [person for pk, person in found.items() if not pair or pk in pair]


def answer_poll(poll: Poll, *, by: Person, choices: Mapping[int, str]) -> None:
    """``choices``: by option; answers may be changed as long as the poll is open."""
    with locked(poll.activity) as row:
        current = Poll.objects.get(pk=poll.pk)
        refuse_if(current.state != PollState.OPEN, _("The poll is closed."))
        asked = {person.pk for person in people_asked(current, Situation.of(row))}
        refuse_if(by.pk not in asked, _("Only those who are to come answer."))
        for option in current.options.all():
            if choice := choices.get(option.pk):
                PollAnswer.objects.update_or_create(
                    option=option, person=by, defaults={"choice": choice}
                )


def plan_from_poll(
    option: PollOption, *, by: Person, accepting: Collection[str] = (), extra_pay: bool = False
) -> Session:
    """Plan the session at the time chosen and close the poll. Conflicts as for any session."""
    poll = option.poll
    with locked(poll.activity) as row:
        current = Poll.objects.select_related("observer", "observed", "organisation").get(
            pk=poll.pk
        )
        if current.session is not None:
            return current.session
        refuse_if(current.state != PollState.OPEN, _("The poll is closed."))
        session = plan_session(
            row,
            by=by,
            kind=current.kind,
            slot=Slot(
                option.starts_at, option.ends_at, current.organisation, current.link, extra_pay
            ),
            observer=current.observer,
            observed=current.observed,
            accepting=accepting,
            client_key=current.client_key,
        )
        current.state, current.session = PollState.PLANNED, session
        current.save(update_fields=["state", "session"])
        audit_trail.record("poll.planned", current, by=by, session=session.pk)
    return session


def close_poll(poll: Poll, *, by: Person) -> None:
    """Nothing came of it."""
    with locked(poll.activity):
        closed = Poll.objects.open().filter(pk=poll.pk).update(state=PollState.CLOSED)
        if closed:
            audit_trail.record("poll.closed", poll, by=by)
