"""What comes next in an activity, who does it, and what is in its way."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.engine import checks
from apps.activities.engine.changes import UNDER_WAY, state_before_pause
from apps.activities.engine.situation import Situation
from apps.activities.enums import ActivityState
from apps.activities.kinds.base import Block, Moment


@dataclass(frozen=True, slots=True)
class Step:
    """``move`` names the button that takes it (see views.moves); ``blocks`` are in its way."""

    what: str
    who: str
    move: str = ""
    url: str = ""
    blocks: list[Block] = field(default_factory=list)


def next_step(situation: Situation) -> Step | None:
    """None when it is over."""
    activity = situation.activity
    if activity.state == ActivityState.DRAFT:
        return Step(
            _("Agree the plan"), situation.organiser_name, "agree", "", agree_blocks(situation)
        )
    if activity.state == ActivityState.AGREED:
        blocks = checks.start_missing(situation)
        return Step(_("Start it"), situation.organiser_name, "activate", "", blocks)
    if activity.state == ActivityState.PAUSED:
        return Step(
            _("Go on"), situation.organiser_name, "resume", "", _blocks_of_resuming(situation)
        )
    if activity.state in UNDER_WAY:
        return _step_under_way(situation)
    return None


def agree_blocks(situation: Situation) -> list[Block]:
    found = {b.reason: b for b in checks.agree_missing(situation)}
    found |= {b.reason: b for b in checks.planning_missing(situation)}
    return list(found.values())


def _blocks_of_resuming(situation: Situation) -> list[Block]:
    if state_before_pause(situation.activity) == ActivityState.DRAFT:
        return []
    return checks.rules_failing(situation, Moment.START)


def _step_under_way(situation: Situation) -> Step:
    following = situation.kind.next_stage(situation.activity.stage)
    if following is None:
        words, who = _("Close it, with a follow-up booked"), situation.organiser_name
        blocks = checks.failing(situation.kind.close_unlocked_by, situation)
        return Step(words, who, "close", "", blocks)
    blocks = checks.next_missing(situation)
    if blocks and can_repeat(situation) and _cycles_lack(situation):
        missing = checks.repeat_missing(situation)
        return Step(repeat_words(situation), situation.names_of_people(), "repeat", "", missing)
    words = _("Go on to “%(stage)s”") % {"stage": following.name}
    return Step(words, situation.names_of_people(), "advance", "", blocks)


def can_repeat(situation: Situation) -> bool:
    """It is past the stage from which a further cycle begins."""
    kind, activity = situation.kind, situation.activity
    return bool(
        situation.is_active
        and kind.repeats_from
        and kind.place_of(activity.stage) > kind.place_of(kind.repeats_from)
    )


def repeat_words(situation: Situation) -> str:
    return str(situation.kind.repeat_name) or _("Go round again")


def _cycles_lack(situation: Situation) -> bool:
    """The cycle is at its end (only further cycles are missing, or what the next cycle needs
    too), and more cycles belong to it."""
    kind, activity = situation.kind, situation.activity
    following = kind.next_stage(activity.stage)
    return activity.cycle < kind.least_cycles and following == kind.stages[-1]


def planning_tasks(situation: Situation) -> list[dict[str, object]]:
    """The task list of the plan: any order until the last two."""
    activity = situation.activity
    pid = activity.public_id

    def url(name: str) -> str:
        return reverse(f"activities:{name}", args=[pid])

    why = not checks.plan_missing(situation)
    people = checks.people_missing(situation)
    return [
        _task(_("Why and what for"), url("plan_why"), why, bool(activity.focus)),
        _task(_("Who takes part"), url("people"), not people, bool(situation.asked)),
        _task(
            _("How we shall know: success criteria"),
            url("criteria"),
            not checks.criteria_missing(situation),
            bool(situation.criteria),
        ),
        _task(
            _("When, and how much time"),
            url("plan_dates"),
            not checks.dates_missing(situation) and not checks.time_missing(situation),
            bool(activity.starts_on),
        ),
        _agreement_task(situation),
    ]


def _task(label: str, url: str, done: bool, begun: bool, hint: str = "") -> dict[str, object]:
    status = "done" if done else "in_progress" if begun else "not_started"
    return {"label": label, "url": url, "status": status, "hint": hint}


def _agreement_task(situation: Situation) -> dict[str, object]:
    label = _("Partnership agreement between the schools")
    if len(situation.schools) < 2:
        return {
            "label": label,
            "url": "",
            "status": "cannot_start",
            "hint": _("Looked at once people of two schools take part."),
        }
    blocks = checks.agreement_missing(situation)
    alliance = situation.activity.alliance
    url = reverse("schools:agreement", args=[alliance.public_id]) if alliance and blocks else ""
    return {
        "label": label,
        "url": url,
        "status": "blocked" if blocks else "done",
        "hint": " ".join(b.reason for b in blocks),
    }
