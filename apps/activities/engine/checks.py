"""What is missing: before agreeing, starting, the next stage, closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.engine import weights
from apps.activities.engine.changes import PLANNING
from apps.activities.engine.situation import Situation
from apps.activities.enums import ActivityState, Reason
from apps.activities.kinds.base import Block, Check, Moment, Stage
from apps.activities.models import Activity
from apps.core import clock
from apps.followups.models import FollowUp
from apps.schools.agreements import blocks_to_working_together


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to know that does not stop anybody."""

    text: str


def failing(checks: Iterable[Check], situation: Situation) -> list[Block]:
    """The blocks, each reason once."""
    found: dict[str, Block] = {}
    for check in checks:
        block = check(situation)
        if block is not None:
            found.setdefault(block.reason, block)
    return list(found.values())


def rules_failing(situation: Situation, moment: Moment) -> list[Block]:
    return failing((rule.check for rule in situation.kind.rules_at(moment)), situation)


def people_missing(situation: Situation) -> list[Block]:
    return rules_failing(situation, Moment.START)


def plan_missing(situation: Situation) -> list[Block]:
    """Why, focus and intended pupil outcome."""
    activity, who = situation.activity, situation.organiser_name
    found = []
    if not activity.focus:
        found.append(Block(_("The focus is not written yet."), who))
    if not activity.pupil_outcome:
        found.append(Block(_("The intended pupil outcome is not written yet."), who))
    if activity.reason == Reason.NEED and not _serves_something(situation):
        found.append(
            Block(
                _(
                    "No need or goal is chosen. Choose one, or say that it is required or was "
                    "chosen freely."
                ),
                who,
            )
        )
    for asked in situation.kind.plan_fields:
        if asked.required and not activity.details.get(asked.slug):
            reason = _("This is not answered yet: %(question)s") % {"question": asked.label}
            found.append(Block(reason, who))
    return found


def _serves_something(situation: Situation) -> bool:
    activity = situation.activity
    return activity.needs.exists() or activity.goals.exists()


def criteria_missing(situation: Situation) -> list[Block]:
    who = situation.organiser_name
    if not situation.criteria:
        return [Block(_("There is no success criterion yet."), who)]
    total = sum(c.weight for c in situation.criteria)
    if total != 100:
        reason = _("The weights of the success criteria total %(total)d, not 100.")
        return [Block(reason % {"total": total}, who)]
    return []


def dates_missing(situation: Situation) -> list[Block]:
    activity = situation.activity
    if activity.starts_on and activity.ends_on:
        return []
    return [Block(_("The dates are not set yet."), situation.organiser_name)]


def time_missing(situation: Situation) -> list[Block]:
    """The time it needs against the time there is, and who could otherwise not take part."""
    activity, who = situation.activity, situation.organiser_name
    found = []
    if activity.minutes_needed is None or activity.minutes_available is None:
        found.append(Block(_("The time needed and the time available are not given yet."), who))
    if not activity.equality:
        reason = _("It is not said yet how part-timers and people with access needs can take part.")
        found.append(Block(reason, who))
    return found


def agreement_missing(situation: Situation) -> list[Block]:
    """Missing signatures and obstacles, where schools differ. Heads sign."""
    organisations = list({p.organisation_id: p.organisation for p in situation.people}.values())
    if len(organisations) < 2:
        return []
    alliance = situation.activity.alliance
    if alliance is None:
        return [
            Block(
                _("People of different schools can work together only within an alliance."),
                situation.organiser_name,
            )
        ]
    reasons = blocks_to_working_together(alliance, organisations)
    return [Block(reason) for reason in reasons]  # each says who can put it right


def start_missing(situation: Situation) -> list[Block]:
    """The full list of what is missing before it may start; empty when it may."""
    return [
        *plan_missing(situation),
        *people_missing(situation),
        *criteria_missing(situation),
        *dates_missing(situation),
        *time_missing(situation),
        *agreement_missing(situation),
        *failing(situation.kind.start_unlocked_by, situation),
    ]


def agree_missing(situation: Situation) -> list[Block]:
    return [*plan_missing(situation), *people_missing(situation)]


def cautions(situation: Situation) -> list[Caution]:
    found = []
    bare = [c for c in situation.criteria if c.baseline is None]
    if bare:
        found.append(
            Caution(
                ngettext(
                    "%(count)d criterion has no baseline: not evaluable yet.",
                    "%(count)d criteria have no baseline: not evaluable yet.",
                    len(bare),
                )
                % {"count": len(bare)}
            )
        )
    activity = situation.activity
    if activity.state in PLANNING:
        words = weights.differs(situation.criteria, weights.agreement_of(activity))
        found += [Caution(words)] if words else []
    needed, available = activity.minutes_needed, activity.minutes_available
    if needed is not None and available is not None and needed > available:
        found.append(
            Caution(
                _(
                    "It needs %(needed)d minutes of release a person, and %(available)d are "
                    "available."
                )
                % {"needed": needed, "available": available}
            )
        )
    return found


def stage_missing(situation: Situation, stage: Stage) -> list[Block]:
    return failing(stage.unlocked_by, situation)


def planning_left(situation: Situation) -> list[Stage]:
    """The stages of planning that a draft has not entered yet."""
    kind = situation.kind
    here, last = kind.place_of(situation.activity.stage), kind.place_of(kind.last_planning.slug)
    return list(kind.stages[here + 1 : last + 1])


def planning_missing(situation: Situation) -> list[Block]:
    """What blocks any stage of planning still to come, the last one above all."""
    stages = {stage.slug: stage for stage in planning_left(situation)}
    last = situation.kind.last_planning
    stages.setdefault(last.slug, last)
    return failing((c for stage in stages.values() for c in stage.unlocked_by), situation)


def next_missing(situation: Situation) -> list[Block]:
    """What blocks the stage after the present one; empty when there is none."""
    following = situation.kind.next_stage(situation.activity.stage)
    return stage_missing(situation, following) if following else []


def repeat_missing(situation: Situation) -> list[Block]:
    """What blocks a further cycle."""
    kind, activity = situation.kind, situation.activity
    found = failing(kind.repeat_unlocked_by, situation)
    if kind.most_cycles is not None and activity.cycle >= kind.most_cycles:
        found.append(Block(_("It has gone round as often as it can."), situation.organiser_name))
    return found


def booked_followups(situation: Situation) -> list[FollowUp]:
    """Open follow-ups that chase this very activity, due today or later."""
    chasing = FollowUp.objects.open().filter(
        source_type=ContentType.objects.get_for_model(Activity),
        source_id=situation.activity.pk,
        due__gte=clock.today(),
    )
    return list(chasing.select_related("owner"))


def close_missing(situation: Situation, *, booking: bool = False) -> list[Block]:
    """The last stage reached, and a follow-up booked (``booking``: with this very step)."""
    who = situation.organiser_name
    if situation.activity.state not in (ActivityState.ACTIVE, ActivityState.REVIEW_DUE):
        return [Block(_("Only what is under way can be closed."), who)]
    found = []
    if situation.kind.next_stage(situation.activity.stage) is not None:
        last = situation.kind.stages[-1]
        reason = _("The stage “%(stage)s” has not been reached.") % {"stage": last.name}
        found.append(Block(reason, who))
    lacking = situation.kind.least_cycles - situation.activity.cycle
    if lacking > 0:
        reason = ngettext(
            "%(count)d more cycle belongs to it: a one-off changes little.",
            "%(count)d more cycles belong to it: a one-off changes little.",
            lacking,
        )
        found.append(Block(reason % {"count": lacking}, situation.names_of_people()))
    found += failing(situation.kind.close_unlocked_by, situation)
    if not booking and not booked_followups(situation):
        found.append(Block(_("No follow-up is booked for afterwards."), who))
    return found
