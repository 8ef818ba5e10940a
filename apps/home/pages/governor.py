"""Governor: the reports, aggregates only."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Person
from apps.evaluation.models import Report
from apps.home.acting import Acting
from apps.schools.models import Organisation

TEMPLATE = "governor"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    reports = Report.objects.visible_to(person).ready().for_lists()
    return {
        "school": Organisation.objects.get(pk=acting.organisation_id),
        "reports": list(reports[:6]),
    }
