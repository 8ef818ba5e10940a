"""How a partnership works, half-term by half-term: what the rows say, what people say of it, the
review in words, and what was adjusted."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.core.years import academic_year
from apps.evaluation.periods import Period, half_terms, half_terms_of
from apps.evaluation.process import actions, figures, log, pulse, words
from apps.evaluation.process.forms import (
    AdjustmentForm,
    AfterwardsForm,
    CorrectReviewForm,
    HalfForm,
    ReviewForm,
)
from apps.evaluation.process.models import Adjustment, Review
from apps.evaluation.process.permissions import can_add_afterwards, can_close, can_correct_review
from apps.evaluation.snapshot import tables
from apps.evaluation.snapshot.frame import Frame
from apps.schools.models import Alliance
from apps.schools.permissions.alliances import can_coordinate, can_read_partnership

PAGE = 20
SMALL = 2  # columns of tables that fit beside each other


@require_GET
def partnership(request: HttpRequest, pid: str) -> HttpResponse:
    """``half`` is the last day of a half-term: the latest otherwise, for readers the latest that
    has been reviewed. They see its figures once the review is closed, as it froze them."""
    alliance = _alliance(request, pid)
    require(can_read_partnership(request.user, alliance))
    coordinates = bool(can_coordinate(request.user, alliance))
    closed = list(_reviews(alliance).defer("figures"))
    # The newest of a half-term stands; those that it corrects stay to be read.
    reviews = {row.period_end: row for row in reversed(closed)}
    halves = half_terms(clock.today())
    half = _chosen(request.GET.get("half", ""), halves, None if coordinates else set(reviews))
    review, is_latest = reviews.get(half.last), half == halves[0]
    rows = log.read_by(request.user, alliance)  # type: ignore[arg-type]
    context = {
        "alliance": alliance,
        "coordinates": coordinates,
        "filter": HalfForm(halves=halves, chosen=half),
        "half": half,
        "review": review,
        "earlier": [row for row in closed if row.period_end == half.last and row != review],
        "sections": _sections(alliance, half, review) if review or coordinates else [],
        "is_latest": is_latest,
        "pulse": pulse.read(request.user, alliance, None if is_latest else _until(half, review)),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "pulse_url": f"{reverse('audits:new_for_alliance')}?template={pulse.TEMPLATE}",
    }
    return render(request, "evaluation/partnership.html", context)


def close(request: HttpRequest, pid: str, half: str) -> HttpResponse:
    """The half-term's review: what is written beside the figures stays as it is."""
    alliance = _alliance(request, pid)
    period = _half(half, half_terms(clock.today()))
    if period is None:
        raise Http404
    if not _sent_before(request, alliance):
        require(can_close(request.user, alliance, period))
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        actions.close_review(by=request.user, alliance=alliance, half=period, **form.cleaned_data)
        messages.success(
            request,
            _("Closed. The CPD leads and heads of the alliance’s schools can now read it."),
        )
        return redirect(_page_of(alliance, period))
    context = {
        "form": form,
        "alliance": alliance,
        "half": period,
        "back_url": _page_of(alliance, period),
        "sections": _sections(alliance, period, None),
    }
    return render(request, "evaluation/review.html", context, status=422 if form.is_bound else 200)


def correct(request: HttpRequest, pid: str) -> HttpResponse:
    """A closed review is closed again: the earlier words stay beneath, with what was wrong."""
    source = Review.objects.select_related("alliance", "corrected_by").defer("figures")
    found = get_visible(source, request.user, public_id=pid)
    newer = getattr(found, "corrected_by", None)
    if newer is None or str(newer.client_key) != request.POST.get("client_key"):
        require(can_correct_review(request.user, found))  # type: ignore[arg-type]
    names = ("communication", "worked", "not_worked")
    initial = {name: getattr(found, name) for name in names}
    form = CorrectReviewForm(request.POST or None, initial=initial)
    half = _half(found.period_end.isoformat(), half_terms_of(academic_year(found.period_end)))
    assert half is not None
    if form.is_valid():
        actions.correct_review(by=request.user, review=found, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Corrected. What it said before stays to be read."))
        return redirect(_page_of(found.alliance, half))
    context = {
        "form": form,
        "alliance": found.alliance,
        "half": half,
        "corrects": found,
        "back_url": _page_of(found.alliance, half),
        "sections": _sections(found.alliance, half, None),
    }
    return render(request, "evaluation/review.html", context, status=422 if form.is_bound else 200)


def adjust(request: HttpRequest, pid: str) -> HttpResponse:
    alliance = _alliance(request, pid)
    require(can_coordinate(request.user, alliance))
    form = AdjustmentForm(request.POST or None, alliance=alliance)
    if form.is_valid():
        actions.adjust(by=request.user, alliance=alliance, **form.values())
        messages.success(
            request, _("Saved. In six weeks you will be asked what changed afterwards.")
        )
        return redirect(f"{_page_of(alliance)}#adjustments")
    context = {"form": form, "alliance": alliance, "back_url": _page_of(alliance)}
    return render(request, "evaluation/adjust.html", context, status=422 if form.is_bound else 200)


def afterwards(request: HttpRequest, pid: str) -> HttpResponse:
    source = Adjustment.objects.select_related("alliance", "afterwards")
    adjustment = get_visible(source, request.user, public_id=pid)
    if request.method == "GET" and adjustment.came_of_it is not None:
        return redirect(f"{_page_of(adjustment.alliance)}#adjustment-{adjustment.public_id}")
    form = AfterwardsForm(request.POST or None)
    sent_again = form.is_valid() and _is_same(adjustment, form.cleaned_data["text"])
    if not sent_again:
        require(can_add_afterwards(request.user, adjustment))
    if form.is_valid():
        actions.add_afterwards(by=request.user, adjustment=adjustment, **form.cleaned_data)
        messages.success(request, _("Saved: what changed afterwards."))
        return redirect(f"{_page_of(adjustment.alliance)}#adjustments")
    context = {
        "form": form,
        "adjustment": adjustment,
        "alliance": adjustment.alliance,
        "back_url": _page_of(adjustment.alliance),
    }
    status = 422 if form.is_bound else 200
    return render(request, "evaluation/afterwards.html", context, status=status)


def _alliance(request: HttpRequest, pid: str) -> Alliance:
    """One that the person belongs to: operators see that it is there, not how it works."""
    return get_visible(Alliance.objects.of(request.user), request.user, public_id=pid)


def _reviews(alliance: Alliance) -> Any:
    return Review.objects.filter(alliance=alliance).select_related("closed_by")


def _chosen(asked: str, halves: list[Period], reviewed: set[Any] | None) -> Period:
    """``reviewed`` are the last days of those to prefer; None: the latest is as good."""
    found = _half(asked, halves) if asked else None
    if found is not None:
        return found
    return next((h for h in halves if reviewed and h.last in reviewed), halves[0])


def _half(last: str, halves: list[Period]) -> Period | None:
    return next((half for half in halves if half.last.isoformat() == last), None)


def _frame(alliance: Alliance, half: Period) -> Frame:
    return Frame(alliance=alliance, start=half.first, end=half.last, at=clock.now())


def _until(half: Period, review: Review | None) -> datetime:
    """What was known when an earlier half-term was reviewed, or over."""
    if review is not None:
        return review.created_at
    return timezone.make_aware(datetime.combine(half.last, time.max))


def _sections(alliance: Alliance, half: Period, review: Review | None) -> list[dict[str, Any]]:
    found = review.figures if review else figures.facts(_frame(alliance, half))
    return [_with_cells(section) for section in words.sections(figures.with_texts(found))]


def _with_cells(section: dict[str, Any]) -> dict[str, Any]:
    shown = [tables.for_page(table) for table in section["tables"]]
    return section | {
        "small": [table for table in shown if len(table["columns"]) <= SMALL],
        "wide": [table for table in shown if len(table["columns"]) > SMALL],
    }


def _page_of(alliance: Alliance, half: Period | None = None) -> str:
    url = reverse("evaluation:partnership", args=[alliance.public_id])
    return f"{url}?{urlencode({'half': half.last.isoformat()})}" if half else url


def _sent_before(request: HttpRequest, alliance: Alliance) -> bool:
    key = request.POST.get("client_key", "")
    rows = _reviews(alliance).filter(closed_by=request.user)
    return any(str(row) == key for row in rows.values_list("client_key", flat=True))


def _is_same(adjustment: Adjustment, text: str) -> bool:
    said = adjustment.came_of_it
    return said is not None and said.text == text
