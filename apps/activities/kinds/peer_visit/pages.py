"""Showing the kind's own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.activities.views.common import whole_page


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return whole_page(request, f"activities/peer_visit/{template}.html", context)
