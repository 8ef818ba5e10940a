"""Inviting a whole group of a school's staff in one press."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities import engine, groups
from apps.activities.engine import Blocked
from apps.activities.forms.people import GroupForm
from apps.activities.permissions import can_steer
from apps.activities.views.common import add_blocks, get_activity, page, with_who
from apps.core.permissions import require

SHOWN = 5  # reasons why somebody was not invited


def invite_group(request: HttpRequest, pid: str) -> HttpResponse:
    """Invite everybody of a school, a job role or a department who has not been asked yet."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_steer(person, activity))
    schools = groups.schools_of(person, activity)
    if not groups.takes_groups(activity) or not schools:
        raise Http404
    initial = {"school": activity.organisation.ref}
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        schools=schools,
        activity=activity,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        members = list(groups.members_of(activity, asked["school"], asked["group"])[: groups.MOST])
        try:
            done = engine.invite_many(activity, by=person, members=members, role=asked["role"])
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            _say(request, done)
            return redirect("activities:people", pid)
    return page(request, "invite_group", {"activity": activity, "form": form, "most": groups.MOST})


def _say(request: HttpRequest, done: engine.Invited) -> None:
    count = len(done.places)
    if count:
        words = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("Nobody was left to invite."))
    for block in done.blocks[:SHOWN]:
        messages.warning(request, with_who(block.reason, ""))
    left = len(done.blocks) - SHOWN
    if left > 0:
        words = ngettext(
            "%(count)d more was not invited.", "%(count)d more were not invited.", left
        )
        messages.warning(request, words % {"count": left})
