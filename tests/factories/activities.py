from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.activities.enums import (
    ActivityState,
    Audience,
    OutcomeLevel,
    ParticipantState,
    RecordForm,
)
from apps.activities.models import (
    Activity,
    Criterion,
    Participant,
    PlaceRequest,
    Poll,
    PollOption,
    Programme,
    Record,
    Session,
)
from apps.core import clock
from tests.factories.accounts import PersonFactory
from tests.factories.schools import AllianceFactory, SchoolFactory


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    alliance = factory.SubFactory(AllianceFactory)
    name = factory.Sequence(lambda n: f"Programme {n}")
    starts_on = factory.LazyFunction(clock.today)
    ends_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=180))


class ActivityFactory(DjangoModelFactory):
    """A triad under way, in its rounds."""

    class Meta:
        model = Activity

    kind = "triad"
    title = factory.Sequence(lambda n: f"Activity {n}")
    state = ActivityState.ACTIVE
    stage = "rounds"
    organisation = factory.SubFactory(SchoolFactory)
    organiser = factory.SubFactory(PersonFactory)
    focus = "Questioning"
    pupil_outcome = "More pupils answer in full sentences"
    minutes_needed = 240
    minutes_available = 300
    equality = "On Tuesdays, when everybody works"
    starts_on = factory.LazyFunction(clock.today)
    ends_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=90))


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("activity.organisation")
    role = "member"
    state = ParticipantState.ACCEPTED


class PlaceRequestFactory(DjangoModelFactory):
    """Another school's CPD lead is asked for a colleague."""

    class Meta:
        model = PlaceRequest

    activity = factory.SubFactory(ActivityFactory)
    organisation = factory.SubFactory(SchoolFactory)
    role = "member"
    asked_by = factory.SubFactory(PersonFactory)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    activity = factory.SubFactory(ActivityFactory)
    kind = "observation"
    starts_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=2))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=50))
    organisation = factory.SelfAttribute("activity.organisation")


class PollFactory(DjangoModelFactory):
    """About a debrief of everybody, with one time."""

    class Meta:
        model = Poll
        skip_postgeneration_save = True

    activity = factory.SubFactory(ActivityFactory)
    kind = "debrief"
    organisation = factory.SelfAttribute("activity.organisation")
    asked_by = factory.SelfAttribute("activity.organiser")

    @factory.post_generation
    def option(self, create, extracted, **kwargs):
        start = clock.now() + timedelta(days=7)
        PollOption.objects.create(poll=self, starts_at=start, ends_at=start + timedelta(minutes=45))


class RecordFactory(DjangoModelFactory):
    """A private reflection that belongs to no activity."""

    class Meta:
        model = Record

    form = RecordForm.REFLECTION
    kind = factory.SelfAttribute("form")
    author = factory.SubFactory(PersonFactory)
    owner = factory.SelfAttribute("author")
    organisation = factory.SubFactory(SchoolFactory)
    audience = Audience.ONLY_ME
    happened_on = factory.LazyFunction(clock.today)
    text = "I waited longer before taking an answer."


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    activity = factory.SubFactory(ActivityFactory)
    level = OutcomeLevel.PUPIL
    guskey = 5
    indicator = factory.Sequence(lambda n: f"Indicator {n}")
    measure = "Tally in three lessons"
    unit = "pupils"
    baseline = 4
    baseline_on = factory.LazyFunction(clock.today)
    target = 12
    weight = 100
