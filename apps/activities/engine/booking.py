"""Follow-ups that an activity creates, by its kind's rules and at its close."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.activities.engine.situation import Situation
from apps.activities.enums import Audience
from apps.activities.kinds.base import FollowUpRule, OwnerOf, Trigger
from apps.activities.models import Activity, Participant, Record, Session
from apps.core import clock
from apps.followups.actions import create_followup, settle_kept
from apps.followups.models import FollowUp
from apps.followups.policies import LONG, diaries_of
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person

LASTING, CHANGED = "lasting", "changed_for_pupils"
TWELVE_WEEKS = timedelta(days=84)
LONGEST, QUOTED = 300, 200
# By a rule, whose place (None: the organiser's), and the name of the other of the pair.
Owed = tuple[FollowUpRule, Participant | None, str]


def after_session(
    situation: Situation,
    session: Session,
    *,
    by: Person | None,
    only: Collection[int] | None = None,
) -> list[FollowUp]:
    """What the kind promises once this session has been held; once, however often it is asked.
    ``only``: ids of those whose promises are meant; everybody's without it."""
    _settle_by_holding(situation, session, by=by)
    day = timezone.localdate(session.held_at or clock.now())
    absent = set(session.attendance.filter(present=False).values_list("person_id", flat=True))
    owed = [
        (rule, owner, other)
        for rule in _rules(situation, Trigger.SESSION_HELD, session.kind)
        for owner, other in _owners(situation, rule, session.observer, session.observed)
        if _is_meant(owner, absent, only)
    ]
    return _create(situation, owed, day, session, by)


def _is_meant(
    owner: Participant | None, absent: Collection[int], only: Collection[int] | None
) -> bool:
    if owner is None:
        return only is None
    return owner.person_id not in absent and (only is None or owner.person_id in only)


def _settle_by_holding(situation: Situation, session: Session, *, by: Person | None) -> None:
    kind = situation.kind
    kept = {f"{kind.slug}.{r.slug}" for r in kind.followups if r.settled_by_session == session.kind}
    if not kept:
        return
    others = situation.activity.sessions.exclude(kind=session.kind).filter(cycle=session.cycle)
    before = situation.activity.sessions.filter(
        kind=session.kind, starts_at__lt=session.starts_at
    ).exclude(pk=session.pk)
    for source in (situation.activity, *others, *before):
        settle_kept(by=by, source=source, rules=kept, outcome=_("Held"))


def after_record(situation: Situation, record: Record, *, by: Person | None) -> list[FollowUp]:
    _settle_by_writing(situation, record, by=by)
    owed = [
        (rule, owner, other)
        for rule in _rules(situation, Trigger.RECORD_WRITTEN, record.kind)
        for owner, other in _owners(situation, rule, record.author, record.owner)
    ]
    return _create(situation, owed, clock.today(), record, by)


def _settle_by_writing(situation: Situation, record: Record, *, by: Person | None) -> None:
    """Their author's; what is one text of all who take part settles everybody's."""
    kind = situation.kind
    settled = {f"{kind.slug}.{r.slug}" for r in kind.followups if r.settled_by == record.kind}
    if not settled:
        return
    owners = None if record.joint else (record.author_id,)
    for source in (situation.activity, *situation.activity.sessions.all()):
        settle_kept(by=by, source=source, rules=settled, outcome=_("Written"), owners=owners)


def reworded(situation: Situation, record: Record) -> int:
    """The follow-ups of a record say what it says once others may read it, and no longer do when
    its author takes it back or a reader may not read it any more; how many were changed. What is
    settled or moved never begins to say it."""
    rows = FollowUp.objects.filter(
        source_type=ContentType.objects.get_for_model(Record), source_id=record.pk
    )
    if _may_be_quoted(record):
        rows = rows.open()
    found = 0
    for rule in _rules(situation, Trigger.RECORD_WRITTEN, record.kind):
        if rule.in_own_words:
            promise = _promise(situation, rule, "", record)
            chasing = rows.filter(rule=f"{situation.activity.kind}.{rule.slug}")
            found += chasing.exclude(promise=promise).update(promise=promise)
    return found


def _promise(situation: Situation, rule: FollowUpRule, other: str, source: Any) -> str:
    values = {"other": other, "title": situation.activity.title}
    words = str(rule.promise)
    if rule.in_own_words and isinstance(source, Record) and _may_be_quoted(source):
        words, values["text"] = str(rule.in_own_words), _shortened(source.text)
    return (words % values)[:LONGEST]


def _may_be_quoted(record: Record) -> bool:
    """Whoever sees the follow-up (its organiser, the CPD leads of its owner) may read it too."""
    if record.audience not in (Audience.CPD_LEAD, Audience.SCHOOLS, Audience.ALLIANCE):
        return False
    leads = Membership.objects.current().filter(
        organisation_id=record.organisation_id, role=Role.CPD_LEAD
    )
    see = [row.person for row in leads.select_related("person")]
    if record.activity is not None:
        see.append(record.activity.organiser)
    mine = Record.objects.filter(pk=record.pk)
    return all(mine.visible_to(person).exists() for person in see)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"


def on_entering(situation: Situation, *, by: Person | None) -> list[FollowUp]:
    activity = situation.activity
    owed = [
        (rule, owner, other)
        for rule in _rules(situation, Trigger.STAGE_ENTERED, activity.stage)
        for owner, other in _owners(situation, rule, None, None)
    ]
    return _create(situation, owed, clock.today(), activity, by)


def book_lasting(situation: Situation, *, promise: str, due: date, by: Person) -> FollowUp:
    """What is asked once the activity is closed: of the organiser what has lasted, some weeks on,
    and of everybody in it, at twelve weeks, what has changed for pupils."""
    activity = situation.activity
    _ask_what_changed(situation, by=by)
    return create_followup(
        by=by,
        owner=activity.organiser,
        organisation=activity.organisation,
        rule=f"{activity.kind}.{LASTING}",
        promise=promise,
        due=due,
        source=activity,
        organiser=activity.organiser,
        alliance=activity.alliance,
        reminds=LONG,
    )


def _ask_what_changed(situation: Situation, *, by: Person) -> None:
    """Unless the kind has its own rule for that."""
    activity, kind = situation.activity, situation.kind
    if any(rule.slug == CHANGED for rule in kind.followups):
        return
    day = clock.today() + TWELVE_WEEKS
    people = list(situation.people)
    diaries = diaries_of((place.person, place.organisation) for place in people)
    for place in people:
        create_followup(
            by=by,
            owner=place.person,
            organisation=place.organisation,
            rule=f"{activity.kind}.{CHANGED}",
            promise=(
                _("What has changed for pupils since “%(title)s”?") % {"title": activity.title}
            )[:LONGEST],
            due=day,
            source=activity,
            organiser=activity.organiser,
            alliance=activity.alliance,
            shared=not kind.private_progress,
            reminds=LONG,
            diaries=diaries,
        )


def _rules(situation: Situation, trigger: Trigger, of: str) -> list[FollowUpRule]:
    return [r for r in situation.kind.followups if r.on is trigger and of in r.of]


def _owners(
    situation: Situation, rule: FollowUpRule, observer: Person | None, observed: Person | None
) -> Iterator[tuple[Participant | None, str]]:
    """The place of each owner (None: the organiser) and the name of the other of the pair."""
    if rule.owner is OwnerOf.ORGANISER:
        yield None, ""
        return
    places = {p.person_id: p for p in situation.participants}
    if rule.owner is OwnerOf.EVERYBODY:
        yield from ((place, "") for place in situation.people)
    elif rule.owner is OwnerOf.ROLE:
        yield from ((place, "") for place in situation.people_as(rule.role))
    else:
        pair = (observed, observer) if rule.owner is OwnerOf.OBSERVED else (observer, observed)
        me, other = pair
        if me is not None and other is not None and me.pk in places:
            yield places[me.pk], other.name


def _create(
    situation: Situation, owed: Sequence[Owed], day: date, source: Any, by: Person | None
) -> list[FollowUp]:
    """What each rule owes from ``day`` on."""
    activity: Activity = situation.activity
    places = [
        (owner.person, owner.organisation) if owner else (activity.organiser, activity.organisation)
        for _rule, owner, _other in owed
    ]
    diaries = diaries_of(places) if owed else None
    return [
        create_followup(
            by=by,
            owner=person,
            organisation=organisation,
            rule=f"{activity.kind}.{rule.slug}",
            promise=_promise(situation, rule, other, source),
            due=rule.due(day, organisation),
            source=source,
            organiser=activity.organiser,
            alliance=activity.alliance,
            shared=rule.shared,
            reminds=situation.kind.reminds if rule.reminds is None else rule.reminds,
            diaries=diaries,
        )
        for (rule, _owner, other), (person, organisation) in zip(owed, places, strict=True)
    ]
