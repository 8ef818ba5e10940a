from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.activities.models import Release
from apps.core import clock
from apps.core.years import academic_year
from apps.schools.enums import DelegateKind
from apps.schools.models import Delegate, SupplyRate, TimeBudget
from tests.factories.accounts import PersonFactory
from tests.factories.schools import SchoolFactory


class ReleaseFactory(DjangoModelFactory):
    """An hour of planning together in a week, asked for and waiting."""

    class Meta:
        model = Release

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(SchoolFactory)
    what_for = "Planning together"
    day = factory.LazyFunction(lambda: clock.today() + timedelta(days=7))
    planned_minutes = 60


class DelegateFactory(DjangoModelFactory):
    class Meta:
        model = Delegate

    organisation = factory.SubFactory(SchoolFactory)
    person = factory.SubFactory(PersonFactory)
    kind = DelegateKind.COVER
    appointed_by = factory.SelfAttribute("person")


class SupplyRateFactory(DjangoModelFactory):
    class Meta:
        model = SupplyRate

    organisation = factory.SubFactory(SchoolFactory)
    starts_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=300))
    pence = 21_800
    lessons = 5


class TimeBudgetFactory(DjangoModelFactory):
    class Meta:
        model = TimeBudget

    organisation = factory.SubFactory(SchoolFactory)
    year = factory.LazyFunction(lambda: academic_year(clock.today()))
