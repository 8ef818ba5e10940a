"""A comparison group of a criterion: a file is looked at first, then its sums are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from apps.activities.models import Criterion
from apps.core.permissions import require
from apps.evaluation.comparisons import actions, words
from apps.evaluation.comparisons.effect import Group
from apps.evaluation.comparisons.forms import ComparisonForm
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.permissions import can_measure
from apps.evaluation.reading import criteria_visible_to

SALT, HOUR = "evaluation.compare", 3600
WORDS = ("who_else", "chosen", "before_on", "after_on")


class _Encoder(signing.JSONSerializer):
    def dumps(self, obj: Any) -> bytes:
        return DjangoJSONEncoder().encode(obj).encode()


def compare(request: HttpRequest, pid: str) -> HttpResponse:
    source = criteria_visible_to(request.user).select_related("activity")  # type: ignore[arg-type]
    criterion = get_object_or_404(source, public_id=pid)
    require(can_measure(request.user, criterion.activity))  # type: ignore[arg-type]
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, criterion)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ComparisonForm(*posted)
    context: dict[str, Any] = {
        "form": form,
        "criterion": criterion,
        "activity": criterion.activity,
    }
    if form.is_valid():
        values = _values(form)
        context["shown"] = words.Shown(Comparison(criterion=criterion, **values))
        payload = {**values, "criterion": criterion.pk, "key": form.cleaned_data["client_key"]}
        context["confirm"] = signing.dumps(payload, salt=SALT, serializer=_Encoder)
    return render(request, "evaluation/compare.html", context, status=_status(form))


def _status(form: ComparisonForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _values(form: ComparisonForm) -> dict[str, Any]:
    found = form.found
    return {
        **{name: form.cleaned_data[name] for name in WORDS},
        "ours_sums": found.ours.as_json() if found.ours else {},
        "theirs_sums": found.theirs.as_json() if found.theirs else {},
    }


def _confirmed(request: HttpRequest, criterion: Criterion) -> HttpResponse:
    try:
        sent = signing.loads(request.POST["confirm"], salt=SALT, max_age=HOUR, serializer=_Encoder)
    except signing.BadSignature:
        sent = {}
    if sent.get("criterion") != criterion.pk:
        messages.error(request, _("That took too long. Choose the file again."))
        return redirect("evaluation:compare", criterion.public_id)
    dates: Any = {name: parse_date(sent[name]) for name in ("before_on", "after_on")}
    actions.compare(
        by=request.user,  # type: ignore[arg-type]
        criterion=criterion,
        client_key=sent["key"],
        ours=Group(**sent["ours_sums"]),
        theirs=Group(**sent["theirs_sums"]),
        who_else=sent["who_else"],
        chosen=sent["chosen"],
        **dates,
    )
    messages.success(
        request, _("Saved: the comparison with “%(who)s”.") % {"who": sent["who_else"]}
    )
    return redirect("evaluation:activity", criterion.activity.public_id)  # type: ignore[union-attr]
