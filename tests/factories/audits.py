from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.audits.enums import AuditState, NeedLevel, QuestionKind, TopicArea
from apps.audits.models import (
    Answer,
    Audit,
    Goal,
    Need,
    Offer,
    Participation,
    Question,
    Response,
    Topic,
)
from apps.core import clock
from apps.schools.enums import Role
from tests.factories.accounts import PersonFactory
from tests.factories.schools import SchoolFactory


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name = factory.Sequence(lambda n: f"Topic {n}")
    area = TopicArea.CURRICULUM


class AuditFactory(DjangoModelFactory):
    """Open, named, closing in a fortnight."""

    class Meta:
        model = Audit

    organisation = factory.SubFactory(SchoolFactory)
    title = factory.Sequence(lambda n: f"Audit {n}")
    template = "whole-staff"
    state = AuditState.OPEN
    opens_on = factory.LazyFunction(clock.today)
    closes_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=14))
    opened_at = factory.LazyFunction(clock.now)
    created_by = factory.SubFactory(PersonFactory)


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    audit = factory.SubFactory(AuditFactory)
    code = factory.Sequence(lambda n: f"q{n}")
    position = factory.Sequence(lambda n: n)
    section = "Teaching"
    kind = QuestionKind.GRID
    topic = factory.SubFactory(TopicFactory)
    text = factory.SelfAttribute("topic.name")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """Questions freeze on opening, so an opened audit is a draft for the moment."""
        audit = kwargs["audit"]
        itself = Audit.objects.filter(pk=audit.pk)
        itself.update(state=AuditState.DRAFT, opened_at=None)
        made = super()._create(model_class, *args, **kwargs)
        itself.update(state=audit.state, opened_at=audit.opened_at)
        return made


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    audit = factory.SubFactory(AuditFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("audit.organisation")
    role = Role.TEACHER


class ResponseFactory(DjangoModelFactory):
    class Meta:
        model = Response

    audit = factory.SubFactory(AuditFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("audit.organisation")
    role = Role.TEACHER
    submitted_at = factory.LazyFunction(clock.now)


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    response = factory.SubFactory(ResponseFactory)
    question = factory.SubFactory(QuestionFactory, audit=factory.SelfAttribute("..response.audit"))
    confidence = 2
    priority = 3


class NeedFactory(DjangoModelFactory):
    class Meta:
        model = Need

    organisation = factory.SubFactory(SchoolFactory)
    topic = factory.SubFactory(TopicFactory)
    level = NeedLevel.SCHOOL
    statement = factory.Sequence(lambda n: f"Need {n}")
    created_by = factory.SubFactory(PersonFactory)


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    organisation = factory.SubFactory(SchoolFactory)
    statement = factory.Sequence(lambda n: f"Goal {n}")


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    organisation = factory.SubFactory(SchoolFactory)
    person = factory.SubFactory(PersonFactory)
    topic = factory.SubFactory(TopicFactory)
    text = "Happy to show how we do it"
