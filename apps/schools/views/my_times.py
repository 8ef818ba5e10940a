"""My times: three times I could do, my leave, my own timetable."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.permissions import require
from apps.schools.actions import timetables as actions
from apps.schools.enums import STAFF_ROLES
from apps.schools.forms.timetables import CalendarUploadForm, LeaveForm, OffersForm
from apps.schools.models import Cycle, Membership, OwnTime
from apps.schools.permissions.times import has_own_times
from apps.schools.timetabling.plans import stored_cells
from apps.schools.views.timetables import DAY_NAMES, form_page, keep_calendar, read_only


@require_http_methods(["GET", "HEAD", "POST"])
def my_times(request: HttpRequest) -> HttpResponse:
    """POST ``what``: offers, leave or calendar."""
    me: Any = request.user
    require(has_own_times(me))
    what = request.POST.get("what", "") if request.method == "POST" else ""
    forms = _forms(request, me, what)
    post = _post_of(me)
    cycle = _cycle_of(post)
    form = forms.get(what)
    if form is not None and form.is_valid():
        if what == "calendar":
            if cycle is not None and post is not None:
                done = keep_calendar(request, form, post.organisation, cycle, me)
                if done is not None:
                    return done
        else:
            save = {"offers": actions.set_offers, "leave": actions.set_leave}[what]
            values = {"spans": form.spans()} if what == "offers" else {"days": form.days()}
            save(by=me, **values)  # type: ignore[operator]
            messages.success(request, _("Saved."))
            return redirect("schools:my_times")
    cells = stored_cells([me.pk], cycle)[me.pk] if cycle else {}
    context = {
        "form": form or forms["offers"],
        **{f"{name}_form": f for name, f in forms.items()},
        "post": post,
        "cycle": cycle,
        "grid": read_only(cycle, cells),
        "days": [label for _n, label in DAY_NAMES],
        "paid": _paid(me, post) if post else [],
    }
    return form_page(request, "schools/my_times.html", context)


def _forms(request: HttpRequest, me: Any, what: str) -> dict[str, Any]:
    own = list(OwnTime.objects.filter(person=me, ends_at__gt=clock.now()))
    offers = [(o.starts_at, o.ends_at) for o in own if o.kind == OwnTime.Kind.OFFER]
    leave = [(o.starts_at, o.ends_at) for o in own if o.kind == OwnTime.Kind.LEAVE]
    sent = {name: request.POST if what == name else None for name in ("offers", "leave")}
    files = request.FILES if what == "calendar" else None
    data = request.POST if what == "calendar" else None
    return {
        "offers": OffersForm(sent["offers"], offers=offers),
        "leave": LeaveForm(sent["leave"], leave=leave),
        "calendar": CalendarUploadForm(data, files),
    }


def _post_of(me: Any) -> Membership | None:
    rows = Membership.objects.current().filter(person=me, organisation__isnull=False)
    rows = rows.select_related("organisation").order_by("starts_on", "pk")
    return rows.filter(role__in=STAFF_ROLES).first() or rows.first()


def _cycle_of(post: Membership | None) -> Cycle | None:
    if post is None:
        return None
    rows = Cycle.objects.filter(organisation=post.organisation_id)
    return rows.prefetch_related("periods").first()


def _paid(me: Any, post: Membership) -> list[tuple[Any, Any]]:
    """(weekday, its paid time or None); empty where paid times are not known."""
    rows = {row.weekday: row for row in me.paid_times.filter(organisation=post.organisation_id)}
    return [(label, rows.get(n)) for n, label in DAY_NAMES] if rows else []
