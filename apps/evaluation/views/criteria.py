"""An activity's verdict: its criteria, their measurements, and the score in its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.engine import weights
from apps.activities.models import Activity
from apps.core.permissions import Denied, get_visible, require
from apps.core.ui.dates import day
from apps.evaluation import actions, scoring
from apps.evaluation.comparisons import words
from apps.evaluation.forms import MeasureForm, warnings
from apps.evaluation.measuring import audits
from apps.evaluation.measuring.words import finding
from apps.evaluation.models import Measurement, Report
from apps.evaluation.permissions import can_correct, can_enter, can_make, can_measure
from apps.evaluation.reading import criteria_visible_to, current, with_history
from apps.evaluation.reports import kind_of
from apps.evaluation.snapshot.verdicts import score_words
from apps.evaluation.snapshot.wording import kind_name

REPORTS = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A criterion on the page: its part of the score, and every value it ever had."""

    part: scoring.Part
    history: list[Any]
    compared: list[Any]

    @property
    def finding(self) -> str:
        return finding(self.part, current(self.history))

    @property
    def warnings(self) -> list[str]:
        found = self.part.measurement
        if found is None or self.part.criterion is None:
            return []
        return warnings(self.part.criterion, found.value, found.measured_on, found.n)


def activity(request: HttpRequest, pid: str) -> HttpResponse:
    source = Activity.objects.select_related("organisation", "alliance")
    found = get_visible(source, request.user, public_id=pid)
    shown = [_shown(criterion) for criterion in with_history(found.criteria.all())]
    score = scoring.total(one.part for one in shown)
    allowed = can_measure(request.user, found)  # type: ignore[arg-type]
    return render(
        request,
        "evaluation/activity.html",
        {
            "activity": found,
            "kind": kind_name(found.kind),
            "shown": shown,
            "score": score,
            "sides": scoring.sides(score.parts, weights.agreement_of(found)),
            "words": score_words(score.rounded, score.evaluable_weight, score.total_weight),
            "may_measure": bool(allowed),
            "has_audits": bool(allowed) and audits.readable(request.user, found).exists(),  # type: ignore[arg-type]
            "refusal": allowed.reason if isinstance(allowed, Denied) and shown else "",
            **_reports(request.user, found),  # type: ignore[arg-type]
        },
    )


def _reports(person: Person, found: Activity) -> dict[str, Any]:
    """What came of it, once it has closed: the reports there are, and who may make one."""
    kind = kind_of("activity")
    if kind.not_yet(found):
        return {"reports": [], "may_report": False}
    rows = Report.objects.visible_to(person).filter(activity=found)
    return {
        "reports": list(rows.for_lists()[:REPORTS]),
        "may_report": bool(can_make(person, kind, found)),
    }


def measure(request: HttpRequest, pid: str) -> HttpResponse:
    source = criteria_visible_to(request.user).select_related("activity")  # type: ignore[arg-type]
    criterion = get_object_or_404(source, public_id=pid)
    require(can_enter(request.user, criterion))  # type: ignore[arg-type]
    form = MeasureForm(request.POST or None, criterion=criterion)
    return _enter(request, form, None)


def correct(request: HttpRequest, pid: str) -> HttpResponse:
    """A correction is a new value; the old one stays to be seen."""
    source = Measurement.objects.select_related("criterion__activity", "corrected_by", "entered_by")
    old = get_visible(source, request.user, public_id=pid)
    if request.method != "POST" or not _sent_before(request, old):
        require(can_correct(request.user, old))  # type: ignore[arg-type]
    kept = ("value", "measured_on", "n", "note", "link", "link_label")
    initial = {name: getattr(old, name) for name in kept}
    form = MeasureForm(request.POST or None, criterion=old.criterion, initial=initial)
    return _enter(request, form, old)


def _sent_before(request: HttpRequest, old: Measurement) -> bool:
    """The same correction again: harmless, and no reason to refuse."""
    later = getattr(old, "corrected_by", None)
    return later is not None and str(later.client_key) == request.POST.get("client_key")


def _enter(request: HttpRequest, form: MeasureForm, old: Measurement | None) -> HttpResponse:
    criterion = form.criterion
    if form.is_valid():
        row = actions.measure(
            by=request.user,  # type: ignore[arg-type]
            criterion=criterion,
            corrects=old,
            **form.cleaned_data,
        )
        odd = warnings(criterion, row.value, row.measured_on, row.n)
        messages.success(request, _("Saved: %(criterion)s.") % {"criterion": criterion.indicator})
        if odd:
            text = _("Please check it: %(why)s If it is wrong, correct it.")
            messages.warning(request, text % {"why": " ".join(odd)})
        return redirect("evaluation:activity", criterion.activity.public_id)  # type: ignore[union-attr]
    context = {
        "form": form,
        "criterion": criterion,
        "activity": criterion.activity,
        "old": old,
        "facts": _facts(criterion),
    }
    return render(request, "evaluation/measure.html", context, status=422 if form.is_bound else 200)


def _facts(criterion: Any) -> list[dict[str, str]]:
    baseline = "" if criterion.baseline is None else f"{criterion.baseline.normalize():f}"
    if baseline and criterion.baseline_on:
        baseline = _("%(value)s on %(day)s") % {
            "value": baseline, "day": day(criterion.baseline_on),
        }  # fmt: skip
    return [
        {"label": _("How it is measured"), "value": criterion.measure},
        {"label": _("Where the figures come from"), "value": criterion.get_source_display()},
        {"label": _("Unit"), "value": criterion.unit},
        {"label": _("Better is"), "value": criterion.get_direction_display()},
        {"label": _("Baseline"), "value": baseline},
        {"label": _("Target"), "value": f"{criterion.target.normalize():f}"},
        {"label": _("Weight"), "value": str(criterion.weight)},
    ]


def _shown(criterion: Any) -> Shown:
    criterion.measured = current(criterion.history)
    return Shown(
        scoring.part_of(criterion),
        criterion.history,
        [words.Shown(row) for row in criterion.compared],
    )
