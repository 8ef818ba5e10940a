from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from apps.core.admin import OperatorAdmin
from apps.schools.models import Alliance, Organisation


@admin.register(Organisation)
class OrganisationAdmin(OperatorAdmin):
    list_display = ("name", "urn", "kind", "status", "phase", "town", "postcode")
    list_filter = ("kind", "status", "phase")
    search_fields = ("=urn", "=ref", "name__istartswith", "=postcode")
    list_select_related: ClassVar = ("successor",)


@admin.register(Alliance)
class AllianceAdmin(OperatorAdmin):
    list_display = ("name", "purpose", "created_at")
    search_fields = ("name",)
    fields = ("public_id", "name", "purpose", "created_at")
