"""The processing terms between a school (controller) and the platform (processor)."""

from __future__ import annotations

from apps.schools.models import Organisation, ProcessingTerms

TERMS_VERSION = "2026-11"


def has_accepted(organisation: Organisation) -> bool:
    """Whether the school has accepted the current version and named its privacy notice."""
    return ProcessingTerms.objects.filter(organisation=organisation, version=TERMS_VERSION).exists()


def accepted(organisation: Organisation) -> ProcessingTerms | None:
    rows = ProcessingTerms.objects.filter(organisation=organisation, version=TERMS_VERSION)
    return rows.select_related("accepted_by").first()
