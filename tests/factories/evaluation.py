from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.core import clock
from apps.evaluation.enums import Frequency, ReportState
from apps.evaluation.models import Measurement, Report, ReportSchedule
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
    period_start = factory.LazyFunction(lambda: clock.today() - timedelta(days=80))
    period_end = factory.LazyFunction(clock.today)
    state = ReportState.WAITING


class ReportScheduleFactory(DjangoModelFactory):
    class Meta:
        model = ReportSchedule

    alliance = factory.SubFactory(AllianceFactory)
    kind = "alliance"
    frequency = Frequency.TERMLY
    next_on = factory.LazyFunction(clock.today)
