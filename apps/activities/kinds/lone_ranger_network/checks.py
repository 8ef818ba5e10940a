"""The rules of a network that no other kind has, and who hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.activities.engine.situation import joined
from apps.activities.enums import ActivityState, SessionState
from apps.activities.kinds.base import Block
from apps.core.ui import dates

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.activities.models import Session

SLUG = "lone_ranger_network"
CONVENOR, MEMBER = "convenor", "member"
MEETINGS, TESTS, REVIEW = "meetings", "tests", "review"  # stages
MEETING = "meeting"
ISSUE, ACTION, TESTED, FOUND = "pupil_issue", "action", "tested", "found"
LEAST_SCHOOLS, LEAST_MEETINGS = 3, 3
BEFORE_THE_NEXT = 35  # days: meetings are half-termly, and a half-term has six weeks or more
TAKES_PLACE = (SessionState.PLANNED, SessionState.HELD)


def three_schools(situation: Situation) -> Block | None:
    if len(situation.schools) >= LEAST_SCHOOLS:
        return None
    words = _("People of at least three schools have to take part.")
    return Block(words, situation.who_finds_people())


def meetings_at_schools(situation: Situation) -> list[Session]:
    """Of every cycle, in order. Nobody hosts what is held online only."""
    return [
        session
        for session in situation.all_sessions
        if session.kind == MEETING and session.organisation_id and session.state in TAKES_PLACE
    ]


def another_host(situation: Situation) -> Block | None:
    """The meetings at a school just before and just after are at other schools."""
    session = situation.session
    if session is None or session.kind != MEETING or session.organisation is None:
        return None
    rest = [row for row in meetings_at_schools(situation) if row.pk != session.pk]
    before = [row for row in rest if row.starts_at <= session.starts_at][-1:]
    after = [row for row in rest if row.starts_at > session.starts_at][:1]
    taken = {row.organisation_id: row for row in (*after, *before)}
    if session.organisation_id not in taken:
        return None
    others = {p.organisation.name for p in situation.people if p.organisation_id not in taken}
    words = _("The meeting on %(day)s is at %(school)s, too. Others who could host: %(others)s.")
    said = {
        "day": dates.day(taken[session.organisation_id].starts_at),
        "school": session.organisation.name,
        "others": joined(sorted(others)),
    }
    return Block(words % said, situation.organiser_name)


def pupils_on_the_agenda(situation: Situation) -> Block | None:
    """There is an item about pupils for this meeting, too."""
    if len(situation.written(ISSUE)) > len(situation.held_of(MEETING)):
        return None
    return Block(
        _("No pupil issue is written for this meeting yet. One belongs to every meeting."),
        situation.names_of_people(),
    )


def hosting(situation: Situation, _person: Person) -> dict[str, Any] | None:
    """Which school has hosted, which will and which has not yet, once the plan is agreed."""
    if situation.activity.state == ActivityState.DRAFT:
        return None
    last = {row.organisation_id: row for row in meetings_at_schools(situation)}
    schools = {place.organisation_id: place.organisation for place in situation.people}
    names = sorted(schools.values(), key=lambda school: (school.pk in last, school.name))
    return {
        "rows": [{"school": school, "last": last.get(school.pk)} for school in names],
        "waiting": [school.name for school in names if school.pk not in last],
        "lacks_issue": _is_to_come(situation) and pupils_on_the_agenda(situation) is not None,
    }


def _is_to_come(situation: Situation) -> bool:
    """A meeting of this half-term."""
    meetings = [row for row in situation.sessions if row.kind == MEETING]
    held = any(row.state == SessionState.HELD for row in meetings)
    planned = any(row.state == SessionState.PLANNED for row in meetings)
    return situation.activity.stage == MEETINGS and (planned or not held)
