"""The page of an activity: where it is, who is in it, what is next, what is in the way."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities import patterns, readers, steps, suggestions
from apps.activities.engine import Situation, checks
from apps.activities.engine.changes import OVER, PLANNING, token
from apps.activities.engine.sessions import BOOKABLE
from apps.activities.enums import ActivityState, RecordForm, SessionState
from apps.activities.forming.gaps import can_look_for_more
from apps.activities.forms.records import key_of, writable
from apps.activities.kinds import session_words
from apps.activities.kinds.base import Kind, Stage
from apps.activities.models import Activity, PlaceRequest, Record, Session
from apps.activities.permissions import can_steer
from apps.activities.views.common import get_activity, page, thread_links
from apps.audits.models import Need
from apps.core import clock
from apps.core.ui.parts import stages
from apps.followups.models import FollowUp
from apps.schools.scope import scope_of

MOST, FEW = 50, 5


def detail(request: HttpRequest, pid: str) -> HttpResponse:
    person: Any = request.user
    activity: Any = get_activity(request, pid, **_figures(person))
    situation = Situation.of(activity)
    written = _read_records(situation, person)
    takes_part = situation.takes_part(person.pk)
    steers = bool(can_steer(person, activity))
    shut = situation.is_shut_to(person.pk)
    context = {
        "activity": activity,
        "shut": shut,
        "stages": None if shut else _strip(situation),
        "step": None if shut and situation.is_active else steps.next_step(situation),
        "seen": token(activity),
        "people": _people(situation, person),
        "answers": _answers(situation),
        "finding": _finding(situation, steers),
        "look_for_more": can_look_for_more(person, situation),
        "writes": _writes(situation, person),
        "panels": _panels(situation, person),
        "place": situation.place_of(person.pk),
        "grid": grid(situation) if situation.kind.visits_everybody else None,
        "round_complete": situation.round_complete,
        "sessions": _sessions(situation, person, _shown(situation, shut)),
        "earlier": [] if shut else _sessions(situation, person, _earlier(situation)),
        "takes_part": takes_part,
        "may_steer": steers,
        "may_plan": (
            may_plan := steers or (_plans(situation, person) and _works_there(situation, person))
        ),
        "may_book": may_plan and activity.state in BOOKABLE,
        "in_planning": activity.state in PLANNING,
        "is_over": activity.state in OVER,
        "can_repeat": steps.can_repeat(situation) and not checks.repeat_missing(situation),
        "repeat_words": steps.repeat_words(situation),
        "records": _records(situation, written),
        "counts": None if takes_part or shut else _counts(activity),
        "followups": (followups := _followups(activity, situation, person)),
        "few_followups": FEW,
        "followups_more": max(0, len(followups) - FEW),
        "changes": _history(situation, shut),
        "thread": thread_links(activity),
        "criteria": situation.criteria,
        "pattern": activity.told_of_pattern and patterns.pattern_of(activity, clock.today()).is_one,
        "request_": _request(activity, person) if activity.asks_me else None,
        "next_late": activity.next_step_on is not None
        and activity.next_step_on < clock.today()
        and activity.state not in OVER,
    }
    return page(request, "detail", context)


def _strip(situation: Situation) -> Any:
    activity, kind = situation.activity, situation.kind
    closed = activity.state == ActivityState.CLOSED
    at = len(kind.stages) if closed else kind.place_of(activity.stage)
    return stages([stage.name for stage in kind.stages], at)


def _people(situation: Situation, me: Any) -> list[dict[str, Any]]:
    """Access needs are the organiser's to know, and nobody else's."""
    kind, organises = situation.kind, situation.activity.organiser_id == me.pk
    return [
        {
            "place": place,
            "role": kind.role_name(place.role) if len(kind.roles) > 1 else "",
            "access_needs": place.access_needs if organises else "",
        }
        for place in situation.asked
    ]


def _finding(situation: Situation, steers: bool) -> dict[str, Any] | None:
    """Somebody has left and has to be replaced: one press asks a person, one all schools."""
    activity: Any = situation.activity
    if not steers or activity.state != ActivityState.PAUSED or not checks.people_missing(situation):
        return None
    return {
        "offers": suggestions.offered_help(activity, activity.need_topics)[:3],
        "schools": len(activity.partner_schools),
        "asked": len(activity.places_asked),
    }


def _answers(situation: Situation) -> list[dict[str, Any]]:
    details = situation.activity.details
    return [
        {"label": field.label, "text": field.words_for(details.get(field.slug, ""))}
        for field in situation.kind.plan_fields
    ]


def _writes(situation: Situation, me: Any) -> list[dict[str, Any]]:
    """What the stage asks to be written; what cannot be begun again is opened."""
    place = situation.place_of(me.pk)
    if place is None or not situation.takes_part(me.pk) or not situation.is_active:
        return []
    found = []
    for form in (RecordForm.NOTE, RecordForm.OBSERVATION):
        for declared in writable(situation.activity, form, place.role):
            if not declared.slug:
                continue
            written = situation.written(declared.key)
            if declared.once:
                written = [row for row in written if row.author_id == me.pk]
            if (declared.joint or declared.once) and written:
                url = reverse("activities:record", args=[written[0].public_id])
            else:
                about = "" if declared.about_another else key_of(situation.activity, declared)
                url = f"{reverse('activities:log')}?form={form}&about={about}"
            found.append({"declared": declared, "url": url, "written": bool(written)})
    return found


def _panels(situation: Situation, me: Any) -> list[dict[str, Any]]:
    made = [(p.template, p.context(situation, me)) for p in situation.kind.panels]
    return [{"template": t, "context": context} for t, context in made if context is not None]


def grid(situation: Situation) -> list[dict[str, Any]]:
    """A row for each observer, a cell for each observed: the state of the visit, if any."""
    rows = []
    for observer in situation.people:
        cells = []
        for observed in situation.people:
            key = (observer.person_id, observed.person_id)
            held, planned = situation.pairs_held.get(key), situation.pairs_planned.get(key)
            cells.append(
                {
                    "self": key[0] == key[1],
                    "observed": observed,
                    "held": held,
                    "planned": planned,
                }
            )
        rows.append({"observer": observer, "cells": cells})
    return rows


def _shown(situation: Situation, shut: bool) -> list[Session]:
    """This cycle's; all, for those who are not to know how far it has come."""
    return situation.all_sessions if shut else situation.sessions


def _earlier(situation: Situation) -> list[Session]:
    return [s for s in situation.all_sessions if s.cycle < situation.activity.cycle]


def _sessions(situation: Situation, person: Any, sessions: list[Session]) -> list[dict[str, Any]]:
    """Those to come first."""
    order = {SessionState.PLANNED: 0, SessionState.POSTPONED: 1, SessionState.HELD: 2}
    rows = sorted(sessions, key=lambda s: (order.get(SessionState(s.state), 3), s.starts_at))
    mine = _plans(situation, person)
    steers = bool(can_steer(person, situation.activity))
    return [
        {
            "session": row,
            "name": session_words(situation.kind, row.kind, row.observer, row.observed),
            "can_hold": row.state in (SessionState.PLANNED, SessionState.POSTPONED)
            and situation.is_active
            and row.starts_at <= clock.now()
            and (
                steers
                or (mine and row.observer_id in (None, person.pk))
                or row.observed_id == person.pk
            ),
        }
        for row in rows[:MOST]
    ]


def _read_records(situation: Situation, person: Any) -> list[Record]:
    """What ``person`` may read, in one query with what the rules of the kind ask for: who wrote,
    about whom and when; no words here."""
    readable = Record.objects.visible_to(person).filter(pk=OuterRef("pk"))
    rows: Any = Record.objects.filter(activity=situation.activity).annotate(
        readable=Exists(readable)
    )
    rows = rows.filter(Q(readable=True) | ~Q(form=RecordForm.REFLECTION)).defer("text")
    found = list(rows.select_related("author", "owner"))
    situation.records = [
        row
        for row in found
        if row.cycle == situation.activity.cycle and row.form != RecordForm.REFLECTION
    ]
    return [row for row in found if row.readable]


def _records(situation: Situation, written: list[Record]) -> list[dict[str, Any]]:
    return [
        {"record": row, "look": readers.LOOKS[row.audience], "name": name_of(row, situation.kind)}
        for row in written[:MOST]
    ]


def name_of(record: Record, kind: Kind) -> Any:
    declared = kind.record(record.kind)
    return declared.name if declared else record.get_form_display()


def _figures(person: Any) -> dict[str, Any]:
    """What is asked for together with the activity: a page of many parts has few queries."""
    here = Record.objects.filter(activity=OuterRef("pk")).countable().order_by()
    by_activity = here.values("activity")
    needs = Need.objects.filter(activities=OuterRef("pk"))
    requests = PlaceRequest.objects.open().filter(activity=OuterRef("pk"))
    asks = PlaceRequest.objects.waiting_for(person).filter(activity=OuterRef("pk"))
    return {
        "written": Subquery(by_activity.annotate(n=Count("pk")).values("n")),
        "last_written": Subquery(by_activity.annotate(last=Max("happened_on")).values("last")),
        "asks_me": Exists(asks),
        "told_of_pattern": Exists(patterns.told_to(person).filter(thing=OuterRef("public_id"))),
        "need_pid": Subquery(needs.values("public_id")[:1]),
        "need_topics": ArraySubquery(needs.values("topic_id")),
        "places_asked": ArraySubquery(requests.values("pk")),
    }


def _request(activity: Activity, person: Any) -> PlaceRequest | None:
    rows = PlaceRequest.objects.waiting_for(person).filter(activity=activity)
    return rows.select_related("organisation").first()


def _plans(situation: Situation, me: Any) -> bool:
    """Takes part, in a role that plans."""
    roles = {role.slug for role in situation.kind.roles if role.plans}
    return any(p.person_id == me.pk and p.role in roles for p in situation.people)


def _works_there(situation: Situation, person: Any) -> bool:
    """As `can_plan` asks of those who take part, of what is known already."""
    place = situation.place_of(person.pk)
    return place is not None and place.organisation_id in scope_of(person).organisations()


def _counts(activity: Any) -> dict[str, Any]:
    """For those who lead: that something was written and when, never by whom or what."""
    return {"count": activity.written or 0, "latest": activity.last_written}


def _followups(activity: Activity, situation: Situation, person: Any) -> list[FollowUp]:
    types = ContentType.objects.get_for_models(Activity, Session, Record)
    about = (
        Q(source_type=types[Activity], source_id=activity.pk)
        | Q(source_type=types[Session], source_id__in=activity.sessions.values("pk"))
        | Q(source_type=types[Record], source_id__in=activity.records.values("pk"))
    )
    chasing = FollowUp.objects.visible_to(person).filter(about)
    found = chasing.select_related("owner").order_by("due", "pk")[:MOST]
    today = clock.today()
    for row in found:
        row.look = row.urgency(today)  # type: ignore[attr-defined]
    # What is open comes first, and of that one's own.
    return sorted(found, key=lambda f: (not f.is_open, f.owner_id != person.pk))


def _history(situation: Situation, shut: bool) -> list[dict[str, Any]]:
    """``shut``: without stages, which would tell how far the two have come."""
    rows = situation.activity.changes.select_related("by").order_by("-at", "-pk")
    if shut:
        rows = rows.exclude(from_state=F("to_state"))
    rows = rows[:MOST]
    return [{"change": row, "words": _words(row, situation)} for row in rows]


def _words(row: Any, situation: Situation) -> str:
    if not row.from_state:
        return _("Draft made")
    if row.from_state != row.to_state:
        return str(ActivityState(row.to_state).label)
    if row.from_stage != row.to_stage:
        stage: Stage = situation.kind.stage(row.to_stage)
        return str(stage.name)
    return _("Postponed")
