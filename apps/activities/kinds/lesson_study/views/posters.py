"""The poster: written by the group, approved by the host school, seen by the alliance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.activities import readers
from apps.activities.engine import Blocked, Stale
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions.poster import WORDS
from apps.activities.kinds.lesson_study.forms import PosterForm, WishForm
from apps.activities.kinds.lesson_study.models import Poster, PosterState
from apps.activities.kinds.lesson_study.paper import facts_of, make
from apps.activities.kinds.lesson_study.permissions import can_answer_poster, can_write_poster
from apps.activities.kinds.lesson_study.study import question_of
from apps.activities.kinds.lesson_study.views.common import get_study, page
from apps.activities.models import Activity
from apps.activities.views.common import add_blocks, say_blocked
from apps.core.permissions import get_visible, require

PAGE = 30


def posters(request: HttpRequest) -> HttpResponse:
    """What I may read: my groups', those that wait for me, and the approved ones. GET: ``page``."""
    rows = Poster.objects.visible_to(request.user)
    rows = rows.select_related("activity__organisation", "activity__alliance")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return page(request, "posters", {"found": found})


def poster(request: HttpRequest, pid: str) -> HttpResponse:
    found = _get(request, pid)
    return _show(request, found, WishForm())


def _show(request: HttpRequest, found: Poster, form: Any) -> HttpResponse:
    person: Any = request.user
    context = {
        "poster": found,
        "facts": facts_of(found),
        "activity": found.activity,
        "may_write": can_write_poster(person, found.activity),
        "may_answer": can_answer_poster(person, found),
        "form": form,
    }
    return page(request, "poster", context)


@require_GET
def poster_pdf(request: HttpRequest, pid: str) -> HttpResponse:
    found = _get(request, pid)
    response = HttpResponse(make(found), content_type="application/pdf")
    name = slugify(found.title)[:60] or "poster"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def write_poster(request: HttpRequest, pid: str) -> HttpResponse:
    """The group chooses its words; everybody in it may change them."""
    activity = get_study(request, pid)
    person: Any = request.user
    require(can_write_poster(person, activity))
    there = Poster.objects.filter(activity=activity).first()
    form = PosterForm(request.POST or None, initial=_initial(activity, there))
    theirs = None
    if request.method == "POST":
        form.known = readers.names_known_in(activity)
        if form.is_valid():
            try:
                version = form.cleaned_data["version"]
                made = actions.save_poster(activity, by=person, version=version, **form.words)
            except Stale as stale:
                theirs = _theirs(form, stale)
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                messages.success(request, _("Saved. The group alone sees it until it is approved."))
                return redirect("activities:lesson_study_poster", made.public_id)
    context = {"form": form, "activity": activity, "poster": there}
    return page(request, "poster_edit", context, theirs=theirs)


def _initial(activity: Activity, there: Poster | None) -> dict[str, Any]:
    if there is None:
        return {"version": 0, "title": activity.title, "question": question_of(activity)[:300]}
    return {"version": there.version, **{name: getattr(there, name) for name in WORDS}}


def _theirs(form: Any, stale: Stale) -> list[tuple[Any, str]]:
    current: Any = stale.current
    form.data = form.data.copy()
    form.data["version"] = current.version if current else 0
    return [(form.fields[name].label, getattr(current, name)) for name in WORDS] if current else []


@require_POST
def ask(request: HttpRequest, pid: str) -> HttpResponse:
    """Ask the host school to approve the words as they stand."""
    found = _get(request, pid)
    person: Any = request.user
    require(can_write_poster(person, found.activity))
    return _act(
        request, found, actions.ask_for_approval, _("The host school is asked to approve it.")
    )


@require_POST
def answer(request: HttpRequest, pid: str) -> HttpResponse:
    """``approve``, or give back with a ``wish``."""
    found = _get(request, pid)
    person: Any = request.user
    require(can_answer_poster(person, found))
    if "approve" in request.POST:
        words = _("Approved. The staff of the alliance can see it now.")
        return _act(request, found, actions.answer_poster, words, approve=True)
    form = WishForm(request.POST)
    form.known = readers.names_known_in(found.activity)
    if not form.is_valid():
        return _show(request, found, form)
    words = _("The group is told what should change.")
    wish = form.cleaned_data["wish"]
    done = _act(request, found, actions.answer_poster, words, approve=False, wish=wish)
    return done if Poster.objects.visible_to(person).filter(pk=found.pk).exists() else _away(found)


def _away(found: Poster) -> HttpResponse:
    """Given back, it is the group's alone again."""
    return redirect("activities:detail", found.activity.public_id)


def _act(request: HttpRequest, found: Poster, act: Any, words: str, **values: Any) -> HttpResponse:
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        act(found, by=request.user, version=version, **values)
    except Stale:
        messages.warning(request, _("It has been changed since you opened it. Read it again."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, words)
    return redirect("activities:lesson_study_poster", found.public_id)


def _get(request: HttpRequest, pid: str) -> Poster:
    rows = Poster.objects.select_related("activity__organisation", "activity__alliance")
    return get_visible(rows, request.user, public_id=pid)


__all__ = ["PosterState", "answer", "ask", "poster", "poster_pdf", "posters", "write_poster"]
