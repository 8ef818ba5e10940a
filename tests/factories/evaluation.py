from copy import deepcopy
from datetime import timedelta

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from factory.django import DjangoModelFactory

from apps.core import clock
from apps.evaluation.enums import Frequency, ReportState
from apps.evaluation.models import Measurement, Report, ReportSchedule
from apps.evaluation.process.enums import Aspect
from apps.evaluation.process.models import Adjustment
from tests.factories.accounts import PersonFactory
from tests.factories.activities import CriterionFactory
from tests.factories.schools import AllianceFactory


class MeasurementFactory(DjangoModelFactory):
    class Meta:
        model = Measurement

    criterion = factory.SubFactory(CriterionFactory)
    value = 8
    n = 25
    measured_on = factory.LazyFunction(clock.today)
    entered_by = factory.SubFactory(PersonFactory)


class ReportFactory(DjangoModelFactory):
    """Waiting to be made."""

    class Meta:
        model = Report

    kind = "alliance"
    alliance = factory.SubFactory(AllianceFactory)
    # Long ago, so that a test's own days, and those that are offered, are free.
    period_start = factory.LazyFunction(lambda: clock.today() - timedelta(days=900))
    period_end = factory.LazyFunction(lambda: clock.today() - timedelta(days=820))
    state = ReportState.WAITING


SNAPSHOT = {
    "version": 1,
    "kind": "alliance",
    "alliance": "An alliance",
    "is_demo": False,
    "period": {"words": "an autumn term", "term": "Autumn term 2026"},
    "frozen": "Sun 22 Nov 2026, 10:00",
    "correction": "",
    "before": None,
    "facts": {},
    "headline": {"people": 12, "promises_kept": 9},
    "answers": [
        {"question": "Done as promised?", "finding": "9 of 10 kept.", "detail": "", "before": ""}
    ],
    "questions": ["Why?"],
    "decisions": [],
    "sections": [
        {
            "name": "done",
            "title": "What was done",
            "finding": "Much.",
            "chart": "",
            "tables": [
                {
                    "name": "time",
                    "title": "Sessions",
                    "lead": "",
                    "columns": [
                        {"label": "", "num": False},
                        {"label": "Number", "num": True},
                    ],
                    "rows": [["Held", 3], ["Hours", None]],
                    "total": False,
                    "note": "",
                }
            ],
        }
    ],
    "charts": {},
    "caveats": ["There is no comparison group."],
    "sources": ["Staff lists."],
}


def small_pdf() -> str:
    """A stored file for reports that no job has made; one for all."""
    name = "reports/of-a-test.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(b"%PDF-1.7"))
    return name


class FrozenReportFactory(ReportFactory):
    """Finished, with a snapshot of one section and no charts."""

    state = ReportState.READY
    snapshot = factory.LazyFunction(lambda: deepcopy(SNAPSHOT))
    frozen_at = factory.LazyFunction(clock.now)
    pdf = factory.LazyFunction(small_pdf)


class OwnRecordFactory(FrozenReportFactory):
    """A person's own."""

    kind = "record"
    alliance = None
    person = factory.SubFactory(PersonFactory)
    snapshot = factory.LazyFunction(
        lambda: (
            deepcopy(SNAPSHOT)
            | {"kind": "record", "title": "A record", "subject": "Somebody", "certificates": []}
            | {"facts": {"activities": []}, "questions": [], "decisions": None}
        )
    )


class ReportScheduleFactory(DjangoModelFactory):
    class Meta:
        model = ReportSchedule

    kind = "alliance"
    subject_id = factory.LazyFunction(lambda: AllianceFactory().pk)
    frequency = Frequency.TERMLY
    next_on = factory.LazyFunction(clock.today)


class AdjustmentFactory(DjangoModelFactory):
    class Meta:
        model = Adjustment

    alliance = factory.SubFactory(AllianceFactory)
    aspect = Aspect.PLAN
    what = "Meetings begin at four"
    why = "Support staff could not come at half past three"
    decided_by = "the heads' meeting"
    decided_on = factory.LazyFunction(clock.today)
    entered_by = factory.SubFactory(PersonFactory)
