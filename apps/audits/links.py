"""What follow-ups of plans are called and where they lead."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.years import year_label
from apps.followups import sources


def register() -> None:
    sources.register("audits.plan", title=_plan, url=_plan_url, step="goal")
    sources.register("audits.planline", title=str, url=_line_url, step="goal", along=("plan",))


def _plan(plan: Any) -> str:
    return _("CPD plan %(year)s") % {"year": year_label(plan.year)}


def _plan_url(plan: Any) -> str:
    return reverse("audits:cpd_plan", args=[plan.public_id])


def _line_url(line: Any) -> str:
    return f"{_plan_url(line.plan)}#line-{line.public_id}"
