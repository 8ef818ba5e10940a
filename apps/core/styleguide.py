"""/styleguide/: every component in every state, with invented people. Only with DEBUG."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core import clock
from apps.core.forms import HubForm
from apps.core.textdiff import differences
from apps.core.ui.parts import Stage, stages
from apps.core.ui.status import STATUSES

ROLES = {
    "lead": [
        ("Home", "house"),
        ("Needs", "target"),
        ("Activities", "users-round"),
        ("Follow-ups", "calendar-clock"),
        ("People & release", "clipboard-list"),
        ("Reports", "chart-no-axes-column"),
    ],
    "teacher": [
        ("Home", "house"),
        ("My development", "sprout"),
        ("Activities", "users-round"),
        ("Shared with me", "share-2"),
    ],
}

View = Callable[..., HttpResponse]


def only_with_debug(view: View) -> View:
    """Open to all with DEBUG; otherwise as closed as any page that is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if settings.DEBUG:
            return view(request, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404

    return login_not_required(guarded)


class ExampleForm(HubForm):
    focus = forms.CharField(
        label="Focus of the observation",
        max_length=120,
        help_text="One thing only, chosen by the person observed.",
    )
    email = forms.EmailField(label="E-mail address", required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=15)
    seen_on = forms.DateField(
        label="Date", widget=forms.DateInput(attrs={"type": "date"}), help_text="A school day."
    )
    school = forms.ChoiceField(
        label="Host school", choices=[("", "Choose a school"), ("125271", "Ashley Road Primary")]
    )
    audience = forms.ChoiceField(
        label="Who can see this",
        choices=[("private", "Only you"), ("participants", "Your triad")],
        widget=forms.RadioSelect,
    )
    mechanisms = forms.MultipleChoiceField(
        label="What the session did",
        choices=[("model", "Modelled it"), ("rehearse", "Rehearsed it"), ("plan", "Planned it")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    notes = forms.CharField(
        label="What you saw",
        max_length=500,
        widget=forms.Textarea,
        help_text="Facts, in the order they happened. Do not name pupils.",
    )
    sheet = forms.FileField(label="Staff list", required=False, help_text="CSV or XLSX, to 5 MB.")
    agreed = forms.BooleanField(
        label="The person observed has read this", help_text="They own the notes."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].widget.choice_hints = {
            "private": "A private reflection. Nobody else, not even your head.",
            "participants": "Priya Nair and Tom Okafor.",
        }


FILLED = {
    "focus": "Wait time after a question",
    "email": "m.whitlock@school",
    "minutes": "45",
    "seen_on": "2026-11-24",
    "school": "125271",
    "audience": "participants",
    "mechanisms": ["model", "rehearse"],
    "notes": "Four questions, about three seconds each time. Hands up from the same six.",
}


@only_with_debug
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide/index.html", _chrome(request) | _parts())


@only_with_debug
def form(request: HttpRequest) -> HttpResponse:
    """The form alone: empty, filled with errors (?state=errors), or as posted."""
    if request.method == "POST":
        example = ExampleForm(request.POST, request.FILES)
    else:
        example = ExampleForm(FILLED) if request.GET.get("state") == "errors" else ExampleForm()
    context = _chrome(request) | {"form": example}
    status = 422 if example.is_bound and not example.is_valid() else 200
    return render(request, "styleguide/form.html", context, status=status)


_polls = itertools.count(1)


@only_with_debug
def job(request: HttpRequest) -> HttpResponse:
    """The fragment of a job that ends after five polls."""
    done = min(next(_polls) % 6 * 40, 200)
    return render(request, "components/job.html", {"poll_url": request.path, "job": _job(done)})


def _job(done: int, state: str = "") -> Row:
    return Row(
        public_id=f"example{state}",
        done=done,
        total=200,
        state=state or ("done" if done == 200 else "running"),
        look=state or ("done" if done == 200 else "running"),
        is_over=done == 200 or state == "failed",
        error="Row 14: Sam Ellis has no staff ID. Add one, or leave the row out.",
    )


def _chrome(request: HttpRequest) -> dict[str, Any]:
    role = request.GET.get("role", "lead")
    nav = [
        Row(label=label, icon=icon, url=f"?role={role}&at={at}", current=at == 0)
        for at, (label, icon) in enumerate(ROLES.get(role, ROLES["lead"]))
    ]
    choices = [
        Row(value="a", label="Ashley Road Primary School", detail="CPD lead", current=True),
        Row(value="b", label="Weald & Wey Alliance", detail="Coordinator", current=False),
    ]
    return {
        "nav": nav,
        "acting": choices[0],
        "acting_choices": choices,
        "log_url": "/styleguide/form/",
        "help_url": "/styleguide/",
        "search_url": "/styleguide/",
        "notices_url": "/styleguide/",
        "unread_notices": 3,
        "is_demo": True,
        "user": _Guest() if not request.user.is_authenticated else request.user,
    }


class _Guest:
    """Somebody signed in, for the frame; nobody real."""

    is_authenticated = True
    pk = 0

    def __str__(self) -> str:
        return "Maya Whitlock"


def _parts() -> dict[str, Any]:
    today = clock.today()
    strip = stages(["Formed", "Focus", "Rounds", "Debrief", "Shared"], 2)
    return {
        "statuses": list(STATUSES),
        "today": today,
        "late": today - timedelta(days=5),
        "soon": today + timedelta(days=2),
        "later": today + timedelta(days=17),
        "stages": [*strip[:2], Stage("Rounds", "current", "2 of 3"), *strip[3:]],
        "schools": SCHOOLS,
        "staff": STAFF,
        "stats": STATS,
        "tasks": TASKS,
        "summary": SUMMARY,
        "tabs": TABS,
        "pieces": differences(
            "Wait three seconds before you take an answer.",
            "Wait five seconds before you take the first answer.",
        ),
        "heat_columns": ["Teaching", "Support", "Leadership", "Office"],
        "heat_rows": _heat_rows(),
        "chart": CHART,
        "page": Paginator(range(238), 25).page(4),
        "example": ExampleForm(),
        "filters": FilterForm({"phase": "2"}),
        "running": _job(80),
        "failed": _job(120, "failed"),
    }


class FilterForm(HubForm):
    phase = forms.ChoiceField(
        label="Phase", choices=[("", "Any"), ("2", "Primary"), ("4", "Secondary")], required=False
    )
    stage = forms.ChoiceField(
        label="Stage", choices=[("", "Any"), ("rounds", "Rounds")], required=False
    )
    q = forms.CharField(label="Name or topic", required=False)


def _heat_rows() -> list[Row]:
    table = {
        "Behaviour": (1, 4, 2, None),
        "SEND in class": (5, 5, 3, None),
        "Assessment": (3, 2, 2, None),
        "Using data": (2, 1, 4, None),
    }
    return [Row(label=k, cells=[_heat_cell(v) for v in row]) for k, row in table.items()]


def _heat_cell(level: int | None) -> Row:
    if level is None:
        return Row(level=None, text="fewer than 5", url="")
    return Row(level=level, text=f"{level * 2.6:.1f}", url="/styleguide/")


SCHOOLS = [
    Row(name="Ashley Road Primary School", urn=125271),
    Row(name="St Mary's Catholic Infant School", urn=125195),
    Row(name="The Wey Valley College", urn=136548),
    Row(name="Holmbury First School", urn=125004),
    Row(name="Guildford Lane Secondary", urn=125311),
    Row(name="Queen's Park Academy", urn=140322),
]
STAFF = [
    Row(name="Priya Nair", role="Year 4 teacher", school=SCHOOLS[0], done=3, total=4, hours=6.5),
    Row(name="Tom Okafor", role="Teaching assistant", school=SCHOOLS[1], done=1, total=1, hours=2),
    Row(name="Lowri Pŵell", role="Head of maths", school=SCHOOLS[2], done=0, total=2, hours=None),
]
STATS = [
    Row(number=4, label="overdue follow-ups", url="?overdue", due=True, note=""),
    Row(number=7, label="due this week", url="?due", due=False, note=""),
    Row(number=11, label="activities under way", url="?active", due=False, note="in 5 schools"),
    Row(number=None, label="answered the audit", url="", due=False, note="too few to show"),
]
TASKS = [
    Row(label="Name the three people", url="/styleguide/", status="done", hint=""),
    Row(
        label="Agree the focus",
        url="/styleguide/",
        status="in_progress",
        hint="One need from the autumn audit.",
    ),
    Row(label="Write the success criteria", url="/styleguide/", status="not_started", hint=""),
    Row(label="Book the first round", url="", status="cannot_start", hint="Needs a focus first."),
]
SUMMARY = [
    Row(label="Kind", value="Triad", url="/styleguide/"),
    Row(label="Focus", value="Wait time after a question", url="/styleguide/"),
    Row(label="People", value="Maya Whitlock\nPriya Nair\nTom Okafor", url="/styleguide/"),
    Row(label="Release agreed by", value="", url="/styleguide/"),
]
TABS = [
    Row(label="All", url="/styleguide/", current=True, count=31),
    Row(label="Mine", url="/styleguide/", current=False, count=4),
    Row(label="Closed", url="/styleguide/", current=False, count=None),
]
CHART = Row(
    title="Fewer follow-ups are late each term",
    alt="Bars: 14 late in autumn, 9 in spring, 4 in summer; each bar is shorter than the last.",
    image_url="/static/example-chart.svg",
    width=640,
    height=200,
    note="Follow-ups still open a week after they were due, all schools of the alliance.",
    columns=["Term", "Late", "All"],
    rows=[("Autumn", 14, 61), ("Spring", 9, 70), ("Summer", 4, None)],
    csv_url="/styleguide/",
)
