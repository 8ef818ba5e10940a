"""Django's admin for operators: they look, they do not write, and nothing is deleted.

Operators are ``is_staff`` without database permissions; what is registered through
`OperatorAdmin` is theirs to see. Models with schools' private content are not registered.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.letters import telling
from apps.core.models import AuditEvent, OutboundEmail


class OperatorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(OperatorAdmin):
    list_display = ("at", "action", "actor", "subject_type", "subject_id")
    list_select_related = ("actor",)
    list_filter = ("action",)
    search_fields = ("=subject_id", "action")
    fields = ("at", "actor", "action", "subject_type", "subject_id", "data")


@admin.register(OutboundEmail)
class OutboundEmailAdmin(OperatorAdmin):
    """Without letters that `tells` is said of: a filter by person would find whose they are."""

    list_display = ("template", "person", "state", "due_at", "sent_at", "attempts", "last_error")
    list_select_related = ("person",)
    list_filter = ("state", "template")
    fields = (
        "key",
        "template",
        "keys",
        "person",
        "address",
        "state",
        "due_at",
        "created_at",
        "claimed_at",
        "sent_at",
        "attempts",
        "message_id",
        "last_error",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(template__in=telling())
