"""What a kind of activity declares: data, and small functions that say what is broken.

The engine asks a kind only through these classes; it never knows which kind it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from apps.activities.enums import (
    Aim,
    Audience,
    Direction,
    OutcomeLevel,
    Problem,
    Reach,
    RecordForm,
    Source,
    Staff,
)
from apps.core.permissions import Allowed, Permission
from apps.followups.policies import USUAL, Days

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.schools.models import Organisation

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Block:
    """Why a step cannot be taken, and who can unblock it, in words for the reader."""

    reason: str
    who: str = ""


Check = Callable[["Situation"], Block | None]


class Moment(Enum):
    """When the engine asks whether a rule holds."""

    INVITE = "invite"  # ``situation.candidate`` would join
    STAGE = "stage"  # on entering a stage that lists the same check in ``unlocked_by``
    START = "start"  # before the activity goes under way, or goes on after a pause
    LEAVE = "leave"  # somebody has left: a block means that the activity pauses
    RECORD = "record"  # ``situation.draft`` is about to be stored or shared
    SESSION = "session"  # ``situation.session`` is about to be planned, moved or polled


@dataclass(frozen=True, slots=True)
class Rule:
    slug: str
    statement: Text
    check: Check
    at: frozenset[Moment]


@dataclass(frozen=True, slots=True)
class KindRole:
    """``most`` is None where there is no limit. Those who do not plan come to what others plan:
    they change neither the plan nor its sessions."""

    slug: str
    name: Text
    least: int
    most: int | None
    plans: bool = True


@dataclass(frozen=True, slots=True)
class Stage:
    """``unlocked_by`` must all hold before the activity may enter it; ``days`` is how long it
    usually takes. ``needs_active`` stages come after the start."""

    slug: str
    name: Text
    purpose: Text
    unlocked_by: tuple[Check, ...] = ()
    needs_active: bool = False
    days: int = 14


@dataclass(frozen=True, slots=True)
class SessionKind:
    """``pairs``: one person observes another, who hold the roles ``observers`` and ``observed``
    (any, where none is named). ``stages``: where such a session belongs. ``unlocked_by`` must hold
    before one is held. ``pair_words``: who does what with whom, unless it is a visit.
    ``releases_observed``: the observed leaves their own class too (a talk, not a lesson of theirs).
    ``exclusive``: never planned when one of its people has another session. ``wall_code``: people
    say that they are there by a code on the wall.
    """

    slug: str
    name: Text
    pairs: bool = False
    minutes: int = 60
    stages: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    least_minutes: int = 5
    most_minutes: int = 480
    unlocked_by: tuple[Check, ...] = ()
    releases_observed: bool = False
    exclusive: bool = False
    wall_code: bool = False
    pair_words: Text = ""

    def may_pair(self, observer_role: str, observed_role: str) -> bool:
        return (not self.observers or observer_role in self.observers) and (
            not self.observed or observed_role in self.observed
        )


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a plan or record; the answer is a text. ``choices``: (value, words).

    ``read`` gives an answer its usual dress; ValueError with the reason when it makes no sense.
    """

    slug: str
    label: Text
    hint: Text = ""
    required: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    long: bool = False
    read: Callable[[str], str] | None = None

    def words_for(self, value: str) -> Text:
        """What a stored answer says on screen."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What can be written. ``audiences`` from the narrowest; the first is that of a new one.

    ``form`` decides whose it is and how private; ``slug`` (the form, unless given) which questions
    it asks. ``about_another``: the person it is about owns it. ``joint``: one text in a cycle,
    which all who take part write together. ``stages`` and ``roles``: where and by whom it is
    written (anywhere and by anybody, where none is named).
    """

    form: RecordForm
    name: Text
    prompt: Text
    audiences: tuple[Audience, ...]
    about_another: bool = False
    fields: tuple[Field, ...] = ()
    # What it tells the engine to hold, when logged without a planned session.
    session: str = ""
    slug: str = ""
    stages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    joint: bool = False
    once: bool = False  # each writes one in a cycle, and may change it
    prompts: tuple[tuple[str, Text], ...] = ()  # by the job role of whom it is about
    when: tuple[str, str] | None = None  # the plan field, and what it has to say

    @property
    def key(self) -> str:
        return self.slug or self.form.value

    def suits(self, details: dict[str, Any]) -> bool:
        """The plan (its kind's answers) asks for this one."""
        return self.when is None or details.get(self.when[0]) == self.when[1]


class Trigger(Enum):
    """SESSION_HELD is of session kinds, STAGE_ENTERED of stages, RECORD_WRITTEN of records."""

    SESSION_HELD = "session_held"
    STAGE_ENTERED = "stage_entered"
    RECORD_WRITTEN = "record_written"


class OwnerOf(Enum):
    """ROLE is everybody who holds the ``role`` of the rule; AUTHOR whoever wrote the record."""

    OBSERVER = "observer"
    OBSERVED = "observed"
    EVERYBODY = "everybody"
    ORGANISER = "organiser"
    ROLE = "role"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class FollowUpRule:
    """A follow-up that the engine creates. ``of`` names the session kinds, stages or records.

    ``promise`` may hold %(other)s (the other of the pair) and %(title)s. ``due`` gets the day of
    the trigger and the owner's school. ``in_own_words`` replaces the promise once its author shares
    the record, and may hold %(text)s, too: what only they can read is quoted nowhere.
    ``settled_by`` names the record whose writing is what was promised; ``settled_by_session`` the
    session that was, of the same cycle.
    """

    slug: str
    name: Text
    on: Trigger
    of: tuple[str, ...]
    owner: OwnerOf
    promise: Text
    due: Callable[[date, Organisation], date]
    shared: bool = True
    role: str = ""
    in_own_words: Text = ""
    settled_by: str = ""
    reminds: Days | None = None  # its own policy of reminders, instead of its kind's
    settled_by_session: str = ""


@dataclass(frozen=True, slots=True)
class UsualCriterion:
    """A criterion that one press fills in, but for its baseline and target unless they are given.
    Those of a kind make 100 together; one of weight 0 is there to choose."""

    slug: str
    level: OutcomeLevel
    guskey: int
    indicator: Text
    measure: Text
    unit: Text
    weight: int
    source: Source
    direction: Direction = Direction.UP
    baseline: int | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the activity's page that only this kind has.

    ``context`` gets the reader too and returns what ``template`` shows, or None to show nothing.
    """

    template: str
    context: Callable[[Situation, Person], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the guided choice needs to know: the answers that the kind suits, and its evidence.
    ``minutes``: what it takes a person over its whole length, release or not."""

    problems: frozenset[Problem]
    staff: frozenset[Staff]
    reach: frozenset[Reach]
    aims: frozenset[Aim]
    minutes: int
    evidence: Text


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the kind's own, listed below the activities for those who may open it."""

    name: Text
    url_name: str
    hint: Text = ""
    may_open: Callable[[Person], Permission] = lambda _person: Allowed()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something of the kind's own that waits for one person's answer."""

    words: str
    url: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """How it is written down in the log of all that a school's staff have done: the plan fields
    with the hours for each person and the cost in pounds, and those that say what it was."""

    hours: str
    cost: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Light:
    """For what is so small that its plan fills itself in: whoever starts it takes ``own_role``, it
    has ``days``, the usual criteria that have a target, and it moves on by itself once all have
    agreed and nothing stands against it."""

    own_role: str
    days: int
    equality: Text


@dataclass(frozen=True, slots=True)
class Kind:
    slug: str
    name: Text
    purpose: Text
    roles: tuple[KindRole, ...]
    stages: tuple[Stage, ...]
    rules: tuple[Rule, ...]
    sessions: tuple[SessionKind, ...]
    records: tuple[RecordKind, ...]
    followups: tuple[FollowUpRule, ...]
    criteria: tuple[UsualCriterion, ...]
    caution: Text = ""
    minutes: int = 60  # release a person usually needs
    repeats_from: str = ""  # the stage at which a further cycle begins
    repeat_unlocked_by: tuple[Check, ...] = ()
    repeat_name: Text = ""  # what going round again is called
    start_unlocked_by: tuple[Check, ...] = ()  # asked at the start only, not on agreeing
    close_unlocked_by: tuple[Check, ...] = ()
    least_cycles: int = 1  # before it may close: a one-off changes nothing
    most_cycles: int | None = None
    plan_fields: tuple[Field, ...] = ()
    panels: tuple[Panel, ...] = ()
    links: tuple[Link, ...] = ()
    waiting: Callable[[Person], list[Waiting]] | None = None
    choice: Choice | None = None
    entry: Entry | None = None  # in the log of hours and cost
    light: Light | None = None
    quick_start: Link | None = None  # a button on the pages of staff, beside those of the log
    private_progress: bool = False  # stages, cycles and counts are for those who take part
    lasting: Text = ""  # the follow-up usually booked at the close
    lasting_days: int = 42
    reminds: Days = USUAL  # when the owners of its follow-ups are reminded

    def stage(self, slug: str) -> Stage:
        """KeyError for a stage that the kind does not have."""
        return {stage.slug: stage for stage in self.stages}[slug]

    def place_of(self, slug: str) -> int:
        return self.stages.index(self.stage(slug))

    def shown_place(self, slug: str) -> int:
        """On lists, which others read too."""
        here = self.place_of(slug)
        return min(here, self.place_of(self.first_active.slug)) if self.private_progress else here

    def next_stage(self, slug: str) -> Stage | None:
        after = self.stages[self.place_of(slug) + 1 :]
        return after[0] if after else None

    @property
    def first_active(self) -> Stage:
        return next(s for s in self.stages if s.needs_active)

    @property
    def last_planning(self) -> Stage:
        return [s for s in self.stages if not s.needs_active][-1]

    def role(self, slug: str) -> KindRole | None:
        return next((r for r in self.roles if r.slug == slug), None)

    def session(self, slug: str) -> SessionKind | None:
        return next((s for s in self.sessions if s.slug == slug), None)

    def session_name(self, slug: str) -> Text:
        found = self.session(slug)
        return found.name if found else slug

    def record(self, slug: str) -> RecordKind | None:
        return next((r for r in self.records if r.key == slug), None)

    def records_of(self, form: str) -> tuple[RecordKind, ...]:
        return tuple(r for r in self.records if r.form == form)

    def role_name(self, slug: str) -> Text:
        found = self.role(slug)
        return found.name if found else slug

    def rules_at(self, moment: Moment) -> list[Rule]:
        return [r for r in self.rules if moment in r.at]

    @property
    def pair_sessions(self) -> tuple[SessionKind, ...]:
        return tuple(s for s in self.sessions if s.pairs)

    @property
    def visits_everybody(self) -> bool:
        """Everybody may visit everybody else: who has visited whom is a square."""
        return any(not s.observers and not s.observed for s in self.pair_sessions)

    @property
    def least_people(self) -> int:
        return sum(r.least for r in self.roles)
