from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.core import clock
from apps.followups.models import FollowUp
from tests.factories.accounts import PersonFactory
from tests.factories.schools import SchoolFactory


class FollowUpFactory(DjangoModelFactory):
    """Open, shared, due in a week."""

    class Meta:
        model = FollowUp

    owner = factory.SubFactory(PersonFactory)
    rule = factory.Sequence(lambda n: f"by_hand_{n}")
    promise = factory.Sequence(lambda n: f"Promise {n}")
    due = factory.LazyFunction(lambda: clock.today() + timedelta(days=7))
    organisation = factory.SubFactory(SchoolFactory)
