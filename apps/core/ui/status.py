"""A status is a word and a shape; colour only repeats what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Status:
    """``tone`` is "", "good", "due" or "error"; ``shape`` is a symbol of shapes.svg."""

    label: Text
    shape: str
    tone: str = ""


STATUSES: dict[str, Status] = {
    # the states of an activity
    "draft": Status(_("Draft"), "dashed"),
    "agreed": Status(_("Agreed"), "ring"),
    "active": Status(_("Active"), "half", "good"),
    "review_due": Status(_("Review due"), "diamond", "due"),
    "closed": Status(_("Closed"), "tick", "good"),
    "paused": Status(_("Paused"), "pause"),
    "cancelled": Status(_("Cancelled"), "cross"),
    # tasks and follow-ups
    "not_started": Status(_("Not started"), "ring"),
    "in_progress": Status(_("In progress"), "half", "good"),
    "open": Status(_("Open"), "ring"),
    "done": Status(_("Done"), "tick", "good"),
    "complete": Status(_("Complete"), "tick", "good"),
    "kept": Status(_("Kept"), "tick", "good"),
    "due": Status(_("Due"), "triangle-open", "due"),
    "due_soon": Status(_("Due soon"), "triangle-open", "due"),
    "overdue": Status(_("Overdue"), "triangle", "due"),
    "moved": Status(_("Moved"), "dash"),
    "dropped": Status(_("Dropped"), "cross"),
    "withdrawn": Status(_("Withdrawn"), "dash"),
    "cannot_start": Status(_("Cannot start yet"), "dash"),
    "blocked": Status(_("Blocked"), "square", "due"),
    # sessions
    "planned": Status(_("Planned"), "dashed"),
    "held": Status(_("Held"), "tick", "good"),
    "postponed": Status(_("Postponed"), "pause"),
    # people and schools
    "invited": Status(_("Invited"), "dashed"),
    "joined": Status(_("Joined"), "half", "good"),
    "signed": Status(_("Signed"), "tick", "good"),
    "not_signed": Status(_("Not signed"), "ring"),
    "accepted": Status(_("Accepted"), "tick", "good"),
    "declined": Status(_("Declined"), "cross"),
    "expired": Status(_("Expired"), "dash"),
    "waiting": Status(_("Waiting"), "ring"),
    "approved": Status(_("Approved"), "tick", "good"),
    "refused": Status(_("Refused"), "cross"),
    "asked": Status(_("Asked for"), "ring"),
    "used": Status(_("Used"), "tick", "good"),
    "not_used": Status(_("Not used"), "dash"),
    # jobs and mail
    "queued": Status(_("Queued"), "dashed"),
    "running": Status(_("Running"), "half", "good"),
    "sending": Status(_("Sending"), "half", "good"),
    "sent": Status(_("Sent"), "tick", "good"),
    "failed": Status(_("Failed"), "cross", "error"),
    # verdicts
    "met": Status(_("Met"), "tick", "good"),
    "partly_met": Status(_("Partly met"), "half", "good"),
    "not_met": Status(_("Not met"), "ring"),
    "not_evaluable": Status(_("Not evaluable"), "dash"),
}
UNKNOWN_SHAPE = "ring"


def status_of(value: Any, label: str = "") -> Status:
    """The status called ``value``; its own label (a choice's) or ``label`` wins over ours."""
    known = STATUSES.get(str(value))
    words = label or getattr(value, "label", "") or (known.label if known else str(value))
    if known is None:
        return Status(words, UNKNOWN_SHAPE)
    return Status(words, known.shape, known.tone)
