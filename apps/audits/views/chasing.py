"""Opening by itself on a day to come; who has answered; reminding those who have not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.models import Person
from apps.audits import actions
from apps.audits.actions.audience import at_least, joined_since
from apps.audits.actions.chasing import APART, blocks_to_reminding, policy_days
from apps.audits.actions.running import calendar_of_audit
from apps.audits.forms import PlanForm
from apps.audits.models import Audit, AuditReminder
from apps.audits.models.schools import MOST_REMINDERS
from apps.audits.permissions import can_chase, can_open, can_see_who_answered
from apps.audits.plan_permissions import may_ask_joiners
from apps.audits.rates import GROUPINGS, by_group, by_school, overall
from apps.audits.views.pages import Request, audit_of, posted
from apps.core import clock
from apps.core.permissions import Refused, require
from apps.core.ui.dates import day
from apps.schools.models import Organisation

MOST_NAMES = 200


def plan(request: Request, pid: str) -> HttpResponse:
    """Choose the day on which a draft opens by itself."""
    audit = audit_of(request, pid)
    require(can_open(request.user, audit))
    calendar = calendar_of_audit(audit)
    first = calendar.first_open(max(audit.opens_on, clock.today() + APART))
    form = PlanForm(posted(request), audit=audit, calendar=calendar, initial={"opens_on": first})
    if request.method == "POST" and form.is_valid():
        opens_on = form.cleaned_data["opens_on"]
        try:
            actions.plan_opening(by=request.user, audit=audit, opens_on=opens_on)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("It opens by itself on %(day)s. Until then you can change it.")
            messages.success(request, words % {"day": day(opens_on)})
            return redirect("audits:check", pid)
    context = {"form": form, "audit": audit}
    return render(request, "audits/plan_opening.html", context, status=422 if form.errors else 200)


@require_POST
def unplan(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_open(request.user, audit))
    actions.unplan_opening(by=request.user, audit=audit)
    messages.success(request, _("It no longer opens by itself."))
    return redirect("audits:check", pid)


def progress(request: Request, pid: str) -> HttpResponse:
    """How many have answered, by one grouping at a time (``?by=``), and what reminding would do."""
    audit = audit_of(request, pid)
    require(can_chase(request.user, audit))
    return _progress(request, audit)


def _progress(request: Request, audit: Audit, *, status: int = 200) -> HttpResponse:
    person: Person = request.user
    exact = bool(can_see_who_answered(person, audit))
    done = list(audit.reminders.select_related("by"))
    grouping = request.GET.get("by", "")
    grouping = grouping if grouping in GROUPINGS or grouping == "school" else "role"
    rate = overall(audit, exact=exact)
    joiners = len(joined_since(audit))
    context = {
        "audit": audit,
        "exact": exact,
        "rate": rate,
        "groups": _groups(audit, grouping, exact=exact),
        "tabs": _tabs(audit, grouping),
        "done": done,
        "most": MOST_REMINDERS,
        "next": _next(audit, done) if rate.asked else None,
        "blocked": blocks_to_reminding(audit, done),
        "joiners": joiners if exact or not audit.alliance_id else at_least(joiners),
        "some_join": bool(joiners and may_ask_joiners(audit)),
        "names": _names(audit) if exact else None,
    }
    return render(request, "audits/progress.html", context, status=status)


def _groups(audit: Audit, grouping: str, *, exact: bool) -> list[tuple[str, Any]]:
    if grouping != "school":
        return [(rate.label, rate) for rate in by_group(audit, grouping, exact=exact)]
    if audit.alliance_id is None:
        return []
    found = by_school(audit)
    names = dict(
        Organisation.objects.filter(pk__in=[pk for pk, _r in found]).values_list("pk", "name")
    )
    rows = [(names.get(pk, ""), rate) for pk, rate in found if pk]
    others = [(_("The other schools together"), rate) for pk, rate in found if not pk]
    return sorted(rows) + others


def _tabs(audit: Audit, grouping: str) -> list[dict[str, Any]]:
    words = {name: label for name, (label, _w) in GROUPINGS.items()}
    if audit.alliance_id:
        words["school"] = _("By school")
    return [
        {"label": label, "url": f"?by={name}", "current": name == grouping, "count": None}
        for name, label in words.items()
    ]


def _next(audit: Audit, done: list[AuditReminder]) -> date | None:
    """The day of the next round by the policy, as things stand."""
    days = policy_days(audit.opens_on, audit.closes_on)[len(done) :]
    last = timezone.localdate(done[-1].at) + APART if done else None
    coming = [max(each, last) if last else each for each in days]
    return next((each for each in coming if clock.today() <= each <= audit.closes_on), None)


def _names(audit: Audit) -> dict[str, Any]:
    """Who has not answered yet: in a named audit, where people were told so."""
    waiting = audit.participations.filter(answered_at__isnull=True).select_related("person")
    rows = waiting.order_by("person__family_name", "person__given_name")
    people = [part.person for part in rows[:MOST_NAMES]]
    return {"people": people, "without_mail": sum(not person.email for person in people)}


@require_POST
def remind(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_chase(request.user, audit))
    try:
        actions.remind(by=request.user, audit=audit)
    except Refused:
        return _progress(request, audit, status=422)
    messages.success(
        request,
        _("Reminded. Each gets it on the next morning that is a working day of theirs."),
    )
    return redirect("audits:progress", pid)


@require_POST
def ask_joiners(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_chase(request.user, audit))
    count = actions.ask_joiners(by=request.user, audit=audit)
    if audit.alliance_id or not count:
        messages.success(request, _("Everybody on the staff lists who matches is asked now."))
    else:
        words = ngettext("%(n)d more person is asked.", "%(n)d more people are asked.", count)
        messages.success(request, words % {"n": count})
    return redirect("audits:progress", pid)
