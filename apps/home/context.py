"""What every page's frame needs: where I act, where I can go, what is unread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.home import navigation
from apps.home.acting import acting_of, choices


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor; one query (unread notices) beyond the person's scope."""
    public = {
        "help_url": "home:help",
        "privacy_url": "home:privacy",
        "accessibility_url": "home:accessibility",
    }
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return public
    acting = acting_of(request)
    return {
        **public,
        "acting": acting,
        "acting_choices": [
            {
                "value": choice.value,
                "label": choice.label,
                "detail": choice.detail,
                "current": choice.value == acting.value,
            }
            for choice in choices(person)
        ],
        "nav": navigation.items(acting, request.path),
        "log_url": "activities:log" if acting.role in navigation.WITH_LOG else "",
        "is_demo": person.is_demo,
        "notices_url": "followups:notices",
        "account_url": "accounts:profile",
        "unread_notices": person.notices.unread().count(),
    }
