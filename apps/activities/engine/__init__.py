"""The life-cycle engine: it serves every kind of activity and knows none by name."""

from apps.activities.engine.groups import Invited, invite_many
from apps.activities.engine.life import (
    activate,
    advance,
    agree,
    call_review,
    cancel,
    close,
    go_on_planning,
    pause,
    plan,
    reopen,
    repeat,
    resume,
    start,
)
from apps.activities.engine.people import (
    answer_invitation,
    answer_request,
    ask_school,
    ask_schools,
    invite,
    withdraw,
)
from apps.activities.engine.postponing import postpone as postpone_activity
from apps.activities.engine.records import (
    delete_reflection,
    edit_record,
    record,
    share_record,
)
from apps.activities.engine.refusals import Blocked, Stale
from apps.activities.engine.sessions import (
    Conflicts,
    Slot,
    cancel_session,
    change_session,
    mark_held,
    plan_session,
    postpone,
)
from apps.activities.engine.situation import Situation

__all__ = [
    "Blocked",
    "Conflicts",
    "Invited",
    "Situation",
    "Slot",
    "Stale",
    "activate",
    "advance",
    "agree",
    "answer_invitation",
    "answer_request",
    "ask_school",
    "ask_schools",
    "call_review",
    "cancel",
    "cancel_session",
    "change_session",
    "close",
    "delete_reflection",
    "edit_record",
    "go_on_planning",
    "invite",
    "invite_many",
    "mark_held",
    "pause",
    "plan",
    "plan_session",
    "postpone",
    "postpone_activity",
    "record",
    "reopen",
    "repeat",
    "resume",
    "share_record",
    "start",
    "withdraw",
]
