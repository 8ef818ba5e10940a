from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.activities.engine import Blocked
from apps.activities.kinds.short_observation import actions
from apps.activities.kinds.short_observation.forms import AskForm
from apps.activities.views.common import add_blocks, whole_page
from apps.core.permissions import allowed_if, require
from apps.schools.enums import STAFF_ROLES
from apps.schools.scope import scope_of
from apps.schools.staff.names import names_of_staff


def ask(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to look at one point: one page, one press."""
    person: Any = request.user
    works = scope_of(person).organisations(*STAFF_ROLES)
    require(allowed_if(works, _("Only the staff of a school ask for a short observation.")))
    form = AskForm(request.POST or None, person=person)
    form.known = partial(names_of_staff, works)
    if request.method == "POST" and form.is_valid():
        try:
            activity = actions.ask(by=person, **form.cleaned_data)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            name = form.cleaned_data["observer"].person.name
            messages.success(request, _("%(name)s is asked.") % {"name": name})
            return redirect("activities:detail", activity.public_id)
    return whole_page(request, "activities/short_observation/ask.html", {"form": form})
