"""Training events: INSET, twilights, courses and network meetings, with what came of them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import (
    Aim,
    Audience,
    OutcomeLevel,
    Problem,
    Reach,
    RecordForm,
    Source,
    Staff,
)
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Block,
    Choice,
    Entry,
    Field,
    FollowUpRule,
    Kind,
    KindRole,
    Moment,
    OwnerOf,
    Panel,
    RecordKind,
    Rule,
    SessionKind,
    Stage,
    Trigger,
    UsualCriterion,
)
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    PRACTICE_SEEN,
    REACTIONS,
    REFLECTION,
    SIX_WEEKS,
    SUPPORTED,
    TWELVE_WEEKS,
    changed_for_pupils,
)
from apps.core import clock
from apps.core.ui import dates

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation

TRAINING, PROMISE, EVALUATION = "training", "promise", "evaluation"
ATTENDER, PRESENTER = "attender", "presenter"
MOST_HOURS, MOST_POUNDS = 200, 1_000_000


def money(text: str) -> str:
    """Pounds and pence as 1234.50; ValueError for anything else."""
    found = re.fullmatch(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", text.strip())
    if not found:
        raise ValueError(_gettext("Write it in pounds, such as 240 or 240.50; 0 if it was free."))
    pounds = Decimal(found.group(1).replace(",", "") + (found.group(2) or ""))
    if pounds > MOST_POUNDS:
        raise ValueError(_gettext("That is more than a million pounds."))
    return f"{pounds:.2f}"


def hours(text: str) -> str:
    """Hours for each person as 1.5; ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,3}):([0-5]\d)", text.strip())
    try:
        count = Decimal(found.group(1)) + Decimal(found.group(2)) / 60 if found else Decimal(text)
    except InvalidOperation:
        count = Decimal(0)
    if not (count.is_finite() and 0 < count <= MOST_HOURS):
        raise ValueError(_gettext("Write the hours, such as 1.5 or 1:30."))
    return f"{count.quantize(Decimal('0.01')).normalize():f}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def somebody_promised(situation: Situation) -> Block | None:
    """At least one of those who came has said what they will try."""
    if situation.written(PROMISE):
        return None
    came = {p.person_id for p in situation.people_as(ATTENDER)} - situation.absent_from(TRAINING)
    return Block(
        _gettext("Nobody has written yet what they will try."),
        situation.names_of_people(came) or situation.organiser_name,
    )


def six_weeks_later(situation: Situation) -> Block | None:
    """What became of the promises cannot be known the day after."""
    held = situation.held_of(TRAINING)
    if not held:
        return Block(_gettext("The training has not been held yet."), situation.organiser_name)
    last = max(timezone.localdate(session.starts_at) for session in held)
    day = last + timedelta(days=SIX_WEEKS)
    if clock.today() >= day:
        return None
    words = _gettext("The promises are looked at six weeks after the training: on %(day)s.")
    return Block(words % {"day": dates.day(day)}, situation.organiser_name)


def promises(situation: Situation, person: Person) -> dict[str, Any] | None:
    """How many of those who came have promised something; never who, and never what."""
    if not situation.held_of(TRAINING):
        return None
    written = situation.written(PROMISE)
    attenders = {p.person_id for p in situation.people_as(ATTENDER)}
    authors = {row.author_id for row in written}
    absent = situation.absent_from(TRAINING)
    mine = person.pk in attenders - authors - absent and situation.is_active
    return {
        "promised": len(authors & attenders),
        "came": len(attenders - absent),
        "evaluated": len({row.author_id for row in situation.written(EVALUATION)}),
        "activity": situation.activity,
        "mine_is_open": mine,
    }


STAGES = (
    Stage("planned", _("Planned"), _("Topic, provider, hours and cost are written down.")),
    Stage(
        "booked",
        _("Booked"),
        _("Time, place and people are fixed."),
        unlocked_by=(rules.roles_filled, rules.under_way),
        needs_active=True,
        days=28,
    ),
    Stage(
        "held",
        _("Held"),
        _("Those who came say in one line what they will try."),
        unlocked_by=(
            rules.under_way,
            rules.held(TRAINING, _("The training has not been held yet.")),
        ),
        needs_active=True,
        days=7,
    ),
    Stage(
        "promised",
        _("Promised"),
        _("Everybody tries what they promised."),
        unlocked_by=(rules.under_way, somebody_promised),
        needs_active=True,
        days=SIX_WEEKS,
    ),
    Stage(
        "followed_up",
        _("Followed up"),
        _("What was kept, and what changed for pupils?"),
        unlocked_by=(rules.under_way, six_weeks_later),
        needs_active=True,
        days=TWELVE_WEEKS - SIX_WEEKS,
    ),
)

RULES = (
    Rule(
        "somebody_comes",
        _("Somebody is booked before it goes ahead."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE}),
    ),
    Rule(
        "nobody_booked_twice",
        _("Nobody is booked for two things at once."),
        rules.free_for_what_is_planned,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "promises_are_their_authors",
        _("A promise is yours: others read it only if you share it."),
        rules.reflection_private,
        frozenset({Moment.RECORD}),
    ),
    NOTHING_GRADED,
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("Promise"),
        _("What will you try? One thing, in one line."),
        audiences=(
            Audience.ONLY_ME,
            Audience.PARTICIPANTS,
            Audience.CPD_LEAD,
            Audience.SCHOOLS,
        ),
        slug=PROMISE,
        stages=("held", "promised"),
        roles=(ATTENDER,),
        once=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What I thought of it"),
        _("What did you learn that you did not know or do before?"),
        audiences=(Audience.CPD_LEAD, Audience.SCHOOLS),
        fields=(
            Field("useful", _("What will be of use to you, and what will not?")),
            Field("next_time", _("What should be different next time?")),
        ),
        slug=EVALUATION,
        stages=("held", "promised"),
        roles=(ATTENDER,),
        once=True,
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "write_promise",
        _("Say within three days what you will try"),
        Trigger.SESSION_HELD,
        of=(TRAINING,),
        owner=OwnerOf.ROLE,
        role=ATTENDER,
        promise=_("Write one line: what will you try after “%(title)s”?"),
        due=rules.in_days(3),
        settled_by=PROMISE,
    ),
    FollowUpRule(
        "promise_kept",
        _("Was the promise kept? At six weeks"),
        Trigger.RECORD_WRITTEN,
        of=(PROMISE,),
        owner=OwnerOf.AUTHOR,
        promise=_("Did you try what you promised after “%(title)s”?"),
        in_own_words=_("Did you try it? “%(text)s”"),
        due=rules.in_days(SIX_WEEKS),
    ),
    changed_for_pupils(PROMISE, _("What has changed for pupils since “%(title)s”?")),
)

CRITERIA = (
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who show the intended outcome in their work"),
        _("Sample of books or short task, same pupils before and twelve weeks after"),
        _("pupils"),
        50,
        Source.WORK,
    ),
    UsualCriterion(
        "promises_kept",
        OutcomeLevel.STAFF,
        4,
        _("Promises kept at six weeks"),
        _("Each says so at the follow-up, with an example"),
        _("promises"),
        30,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "presenters_learnt",
        OutcomeLevel.STAFF,
        2,
        _("Presenters who change the session after reading what people thought of it"),
        _("Each names one change"),
        _("people"),
        20,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "learnt",
        OutcomeLevel.STAFF,
        2,
        _("Participants who can do or explain what it was about"),
        _("The same short task before and twelve weeks after"),
        _("people"),
        0,
        Source.TASK,
    ),
    PRACTICE_SEEN,
    SUPPORTED,
    REACTIONS,
)

PLAN = (
    Field(
        "form",
        _("What form does it have?"),
        required=True,
        choices=(
            ("inset", _("INSET day")),
            ("twilight", _("Twilight session")),
            ("course", _("External course")),
            ("network", _("Network meeting")),
        ),
    ),
    Field("topic", _("Topic"), _("One line."), required=True, read=one_line),
    Field(
        "provider",
        _("Who provides it?"),
        _("A colleague, a school or a firm."),
        required=True,
        read=one_line,
    ),
    Field(
        "hours",
        _("Hours for each person"),
        _("Such as 1.5 or 1:30, without the journey."),
        required=True,
        read=hours,
    ),
    Field(
        "cost",
        _("Cost in pounds"),
        _("Fees and materials for all together; 0 if it is free. Cover is counted with release."),
        required=True,
        read=money,
    ),
    Field(
        "place",
        _("Where?"),
        _("A room, a school or an address; or online."),
        required=True,
        read=one_line,
    ),
)

KIND = Kind(
    slug="training_event",
    name=_("Training event"),
    purpose=_("A day, a twilight, a course or a network meeting, and what comes of it."),
    roles=(
        KindRole(ATTENDER, _("Attender"), 1, None, plans=False),
        KindRole(PRESENTER, _("Presenter"), 0, None),
    ),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(
            TRAINING,
            _("Training"),
            minutes=90,
            stages=("booked",),
            least_minutes=15,
            exclusive=True,
            wall_code=True,
        ),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    plan_fields=PLAN,
    panels=(Panel("activities/training_event/promises.html", promises),),
    entry=Entry(hours="hours", cost="cost", says=("form", "provider")),
    caution=_(
        "Over some fifty studies professional development gained pupils 0.09 of a standard "
        "deviation on average (0.06 to 0.13). Hearing about something once seldom changes what "
        "people do: the promise and the two follow-ups are there for that."
    ),
    minutes=90,
    lasting=_("Say what is still in use from “%(title)s”"),
    lasting_days=TWELVE_WEEKS,
    choice=Choice(
        problems=frozenset({Problem.KNOWLEDGE, Problem.BEHAVIOUR, Problem.INCLUSION}),
        staff=frozenset(Staff),
        reach=frozenset(Reach),
        aims=frozenset({Aim.NEW}),
        minutes=180,
        evidence=_(
            "The average gain over about fifty studies is small: 0.09 of a standard deviation "
            "(0.06 to 0.13). It is larger where people set goals, try it out and come back to it."
        ),
    ),
)
