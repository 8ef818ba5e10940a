from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Person
from apps.activities import kinds
from apps.activities.engine.programmes import create_programme
from apps.activities.enums import ActivityState
from apps.activities.forms.programmes import ProgrammeForm
from apps.activities.models import Activity, Participant, PlaceRequest, Poll, Programme, Session
from apps.activities.models.activity import ActivityQuerySet
from apps.activities.permissions import can_read_cpd_log, can_run_programmes, can_start
from apps.activities.views.common import page
from apps.activities.waiting import waiting_for
from apps.core import clock
from apps.core.permissions import require
from apps.core.ui.parts import stages
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from apps.schools.permissions.times import has_own_times
from apps.schools.scope import scope_of

PAGE = 20
STATES = [
    ("", gettext_lazy("Any")),
    ("live", gettext_lazy("Not over yet")),
    *((state.value, state.label) for state in ActivityState),
]


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    school = forms.ModelChoiceField(
        label=gettext_lazy("School"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label=gettext_lazy("Any"),
    )
    alliance = forms.ModelChoiceField(
        label=gettext_lazy("Alliance"),
        queryset=Alliance.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("Any"),
    )
    whose = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[("", gettext_lazy("All that I may see")), ("mine", gettext_lazy("Mine"))],
        required=False,
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Next step"),
        choices=[("", gettext_lazy("Any")), ("stuck", gettext_lazy("Overdue"))],
        required=False,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["kind"].choices = [("", _("Any")), *kinds.choices()]  # type: ignore[attr-defined]
        self.fields["school"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            pk__in=scope_of(person).visible_organisations()
        )
        self.fields["alliance"].queryset = Alliance.objects.filter(  # type: ignore[attr-defined]
            pk__in=scope_of(person).visible_alliances
        )

    def apply(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        """The rows that fit; a value that makes no sense finds nothing."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["state"]:
            rows = _in_state(rows, asked["state"])
        if asked["kind"]:
            rows = rows.of_kind(asked["kind"])
        if asked["school"]:
            rows = rows.of_school(asked["school"])
        if asked["alliance"]:
            rows = rows.filter(alliance=asked["alliance"])
        if asked["whose"]:
            rows = rows.with_person(self.person)
        if asked["step"]:
            rows = rows.stuck(clock.today())
        return rows

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _in_state(rows: ActivityQuerySet, state: str) -> ActivityQuerySet:
    if state == "live":
        return rows.live()
    if state == ActivityState.ACTIVE:
        return rows.under_way()
    return rows.in_state(state)


def activity_list(request: HttpRequest) -> HttpResponse:
    """Activities I may see.

    GET: ``state`` ("live", "active" for all under way, or a state), ``kind`` (slug), ``school``
    (ref), ``alliance`` (public id), ``whose=mine``, ``step=stuck`` (next step overdue), ``page``.
    """
    person: Any = request.user
    form = FilterForm(request.GET, person=person)
    rows = form.apply(Activity.objects.visible_to(person))
    rows = rows.select_related("organisation").annotate(people=_people())
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    count = found.paginator.count
    context = {
        "filter_form": form,
        "found": found,
        "cards": [_card(activity) for activity in found],
        "count_words": ngettext("%(count)d activity", "%(count)d activities", count)
        % {"count": count},
        "may_start": can_start(person),
        "may_read_log": can_read_cpd_log(person),
        "invitations": Participant.objects.invitations_for(person).select_related(
            "activity__organiser"
        ),
        "requests": PlaceRequest.objects.waiting_for(person).select_related(
            "activity", "organisation", "asked_by"
        ),
        "waiting": waiting_for(person),
        "links": [
            link for kind in kinds.all_kinds() for link in kind.links if link.may_open(person)
        ],
    }
    return page(request, "list", context)


def _people() -> Coalesce:
    """How many people take part, with each row of the page."""
    here = Participant.objects.taking_part().filter(activity=OuterRef("pk")).order_by()
    counted = here.values("activity").annotate(n=Count("person", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


def _card(activity: Activity) -> dict[str, Any]:
    kind = kinds.kind_of(activity.kind)
    over = activity.state == ActivityState.CLOSED
    at = len(kind.stages) if over else kind.shown_place(activity.stage)
    late = activity.next_step_on is not None and activity.next_step_on < clock.today()
    return {
        "activity": activity,
        "kind": kind,
        "people": activity.people,
        "stages": stages([stage.name for stage in kind.stages], at),
        "late": late,
    }


def agenda(request: HttpRequest) -> HttpResponse:
    """My sessions: those to come, and those past that nobody has marked as held; and polls about
    times that I have not answered."""
    person: Any = request.user
    now = clock.now()
    rows = Session.objects.of_person(person).select_related("organisation", "observer", "observed")
    context = {
        "upcoming": _described(rows.upcoming(now)[:PAGE]),
        "unmarked": _described(
            _mine_to_mark(person, rows.unmarked(now).order_by("-starts_at")[:PAGE])
        ),
        "polls": Poll.objects.unanswered_by(person).select_related("activity")[:PAGE],
    }
    context["has_times"] = bool(has_own_times(person))
    return page(request, "agenda", context)


def _mine_to_mark(person: Person, sessions: Any) -> list[Session]:
    """Not those that others plan and I only come to."""
    rows = list(sessions)
    places = Participant.objects.taking_part().filter(person=person)
    plans = {
        place.activity_id
        for place in places.filter(activity__in=[s.activity_id for s in rows]).select_related(
            "activity"
        )
        if (role := kinds.kind_of(place.activity.kind).role(place.role)) is None or role.plans
    }
    return [s for s in rows if s.activity_id in plans or s.activity.organiser_id == person.pk]


def _described(sessions: Any) -> list[dict[str, Any]]:
    return [
        {
            "session": session,
            "name": kinds.session_words(
                kinds.kind_of(session.activity.kind),
                session.kind,
                session.observer,
                session.observed,
            ),
        }
        for session in sessions
    ]


def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes of my alliances; coordinators add one. GET: ``page``."""
    person: Any = request.user
    may_create = can_run_programmes(person)
    form = ProgrammeForm(request.POST or None, person=person) if may_create else None
    if request.method == "POST":
        require(may_create)
        if form is not None and form.is_valid():
            programme = create_programme(by=person, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is there.") % {"name": programme.name})
            return redirect("activities:programmes")
    rows = Programme.objects.visible_to(person).select_related("alliance")
    rows = rows.annotate(count=Count("activities")).order_by("-starts_on", "name", "pk")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    coordinated = scope_of(person).alliances(Role.COORDINATOR)
    return page(
        request,
        "programmes",
        {"form": form, "found": found, "today": clock.today(), "coordinated": coordinated},
    )
