"""Schools like ours: for those who lead a school, and for an alliance's coordinator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from apps.core.permissions import get_visible, require
from apps.matching.malformed import Malformed
from apps.matching.permissions import can_compare
from apps.matching.similar.likeness import PUBLISHED, knows_sen, similar_schools
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

SHOWN = 20
WITHIN = {"": _("Any"), "5": _("Within 5 points"), "10": _("Within 10 points")}


class LikeForm(forms.Form):
    near = forms.ChoiceField(
        label=_("Similar disadvantage"), choices=list(WITHIN.items()), required=False
    )

    @property
    def points(self) -> float | None:
        near = self.cleaned_data["near"] if self.is_valid() else ""
        return float(near) if near else None


def like(request: HttpRequest, ref: str) -> HttpResponse:
    """The schools most like this one. GET: ``near`` (percentage points of disadvantage)."""
    person: Any = request.user
    school = get_visible(Organisation, person, ref=ref)
    require(can_compare(person, school))
    form = LikeForm(request.GET)
    try:
        found = similar_schools(school.urn or ref, SHOWN, disadvantage=form.points)
        known = True
    except Malformed:
        found, known = [], False
    rows = {row.urn: row for row in Organisation.objects.filter(urn__in=[s.urn for s in found])}
    mine = set(
        Organisation.objects.filter(
            pk__in=scope_of(person).visible_organisations(), urn__in=list(rows)
        ).values_list("urn", flat=True)
    )
    context = {
        "school": school,
        "filter_form": form,
        "known": known,
        "published": bool(found) and found[0].basis == PUBLISHED,
        "knows_sen": knows_sen(school),
        "filtered": form.points is not None,
        "schools": [{"like": s, "row": rows.get(s.urn), "visible": s.urn in mine} for s in found],
    }
    return render(request, "matching/like.html", context)
