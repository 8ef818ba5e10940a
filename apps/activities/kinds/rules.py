"""Rules and due dates that several kinds share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import Audience
from apps.activities.kinds.base import Block, Check
from apps.schools.calendars import next_open_morning

if TYPE_CHECKING:
    from apps.activities.engine.situation import Situation
    from apps.schools.models import Organisation

Due = Callable[[date, "Organisation"], date]


def roles_filled(situation: Situation) -> Block | None:
    """Every role has at least, and no role has more than, the people it needs."""
    for role in situation.kind.roles:
        here = len(situation.people_as(role.slug))
        if here < role.least:
            lacking = role.least - here
            return Block(
                ngettext(
                    "%(count)d more person has to take part.",
                    "%(count)d more people have to take part.",
                    lacking,
                )
                % {"count": lacking},
                situation.who_finds_people(),
            )
        if role.most is not None and here > role.most:
            return too_many(role.most, situation)
    return None


def room_for_candidate(situation: Situation) -> Block | None:
    candidate = situation.candidate
    role = situation.kind.role(candidate.role) if candidate else None
    if candidate is None or role is None or role.most is None:
        return None
    taken = [p for p in situation.asked_as(role.slug) if p.person_id != candidate.person_id]
    return too_many(role.most, situation) if len(taken) >= role.most else None


def too_many(most: int, situation: Situation) -> Block:
    return Block(
        ngettext(
            "There is room for %(most)d person only.",
            "There is room for %(most)d people only.",
            most,
        )
        % {"most": most},
        situation.organiser_name,
    )


def two_schools(situation: Situation) -> Block | None:
    """Across an alliance, at least two schools take part; the last place must allow it."""
    if not situation.crosses_schools:
        return None
    people = situation.asked if situation.candidate else situation.people
    schools = {p.organisation_id for p in people}
    if situation.candidate:
        schools.add(situation.candidate.organisation_id)
        others = {p.person_id for p in people} | {situation.candidate.person_id}
        if len(others) < situation.kind.least_people:
            return None
    if len(schools) >= 2:
        return None
    return Block(
        _("People of at least two schools have to take part."), situation.who_finds_people()
    )


def nobody_judges_another(situation: Situation) -> Block | None:
    """No appraiser, line manager or induction tutor of one member is another."""
    people = situation.asked if situation.candidate else situation.people
    names = {p.person_id: p.person.name for p in people}
    if situation.candidate:
        names[situation.candidate.person_id] = situation.candidate.person.name
    for judge, judged in situation.judges:
        if judge in names and judged in names:
            return Block(
                _(
                    "%(first)s and %(second)s cannot take part together: one of them manages, "
                    "appraises or tutors the other."
                )
                % {"first": names[judge], "second": names[judged]},
                situation.organiser_name,
            )
    return None


def under_way(situation: Situation) -> Block | None:
    if situation.is_active:
        return None
    return Block(_("It has to be started first."), situation.organiser_name)


def held(session_kind: str, reason: object) -> Check:
    """At least one session of this kind has been held in this cycle."""

    def check(situation: Situation) -> Block | None:
        if situation.held_of(session_kind):
            return None
        return Block(str(reason), situation.names_of_people())

    return check


def written(record_kind: str, reason: object) -> Check:
    """Such a record has been written in this cycle (never ask this of private reflections)."""

    def check(situation: Situation) -> Block | None:
        if situation.written(record_kind):
            return None
        return Block(str(reason), situation.names_of_people())

    return check


def cycles_done(cycles: int, reason: object) -> Check:
    """It is in its last cycle or beyond."""

    def check(situation: Situation) -> Block | None:
        if situation.activity.cycle >= cycles:
            return None
        return Block(str(reason), situation.names_of_people())

    return check


def everybody_observed_everybody(situation: Situation) -> Block | None:
    """In this cycle each has observed, and been observed by, each of the others."""
    missing = situation.missing_pairs()
    if not missing:
        return None
    first = missing[0]
    return Block(
        ngettext(
            "%(count)d visit of this cycle is still to come: %(observer)s to %(observed)s.",
            "%(count)d visits of this cycle are still to come, such as %(observer)s to "
            "%(observed)s.",
            len(missing),
        )
        % {
            "count": len(missing),
            "observer": first[0].person.name,
            "observed": first[1].person.name,
        },
        situation.names_of_people({p.person_id for pair in missing for p in pair}),
    )


def reflection_private(situation: Situation) -> Block | None:
    """A reflection is its author's: nobody else is ever in its audience."""
    draft = situation.draft
    record_kind = situation.kind.record(draft.kind) if draft else None
    if draft is None or record_kind is None or Audience.ONLY_ME not in record_kind.audiences:
        return None
    if draft.owner_id == draft.author_id and draft.audience in record_kind.audiences:
        return None
    return Block(_("A reflection stays with the person who wrote it."))


def nothing_graded(situation: Situation) -> Block | None:
    """A record holds texts that its kind asks for: no number, mark or level has a place in it."""
    draft = situation.draft
    record_kind = situation.kind.record(draft.kind) if draft else None
    if draft is None or record_kind is None:
        return None
    asked = {field.slug for field in record_kind.fields}
    if set(draft.data) <= asked and all(isinstance(v, str) for v in draft.data.values()):
        return None
    return Block(_("Nothing here is graded or scored."))


def all_answered(situation: Situation) -> Block | None:
    """A record answers every question that must be answered."""
    draft = situation.draft
    record_kind = situation.kind.record(draft.kind) if draft else None
    if draft is None or record_kind is None:
        return None
    asked = [(f.slug, f.label, f.choices) for f in record_kind.fields if f.required]
    for slug, label, choices in asked:
        said = str(draft.data.get(slug, "")).strip()
        if not said or (choices and said not in dict(choices)):
            return Block(_("This is not answered yet: %(question)s") % {"question": label})
    return None


def next_working_day(day: date, organisation: Organisation) -> date:
    return next_open_morning(organisation, day + timedelta(days=1)).date()


def in_days(days: int) -> Due:
    def due(day: date, organisation: Organisation) -> date:
        return day + timedelta(days=days)

    return due


def free_for_what_is_planned(situation: Situation) -> Block | None:
    """Whoever would join has nothing else at the time of a meeting of everybody that is planned."""
    from apps.activities.engine.clashes import busy_people

    candidate = situation.candidate
    if candidate is None:
        return None
    for session in situation.activity.sessions.planned().filter(observer__isnull=True):
        if busy_people(session, [candidate.person_id]):
            words = _("%(name)s has another session at that time.") % {
                "name": candidate.person.name
            }
            return Block(words, candidate.person.name)
    return None
