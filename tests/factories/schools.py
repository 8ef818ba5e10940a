from datetime import date, time, timedelta

import factory
from factory.django import DjangoModelFactory

from apps.core import clock
from apps.schools.enums import (
    AgreementState,
    AllianceMemberState,
    ImportKind,
    InvitationKind,
    Phase,
    Role,
)
from apps.schools.models import (
    Agreement,
    Alliance,
    AllianceMember,
    CalendarFile,
    Cycle,
    FileImport,
    Invitation,
    Membership,
    Obstacle,
    Organisation,
    Period,
    Signature,
    TimetableFile,
)
from tests.factories.accounts import PersonFactory


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    urn = factory.Sequence(lambda n: str(100000 + n))
    ref = factory.SelfAttribute("urn")
    name = factory.Sequence(lambda n: f"School {n}")
    phase = Phase.PRIMARY
    town = "Guildford"
    postcode = "GU1 1AA"


class AllianceFactory(DjangoModelFactory):
    class Meta:
        model = Alliance

    name = factory.Sequence(lambda n: f"Alliance {n}")


class AllianceMemberFactory(DjangoModelFactory):
    """Joined, unless told otherwise."""

    class Meta:
        model = AllianceMember

    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(SchoolFactory)
    state = AllianceMemberState.JOINED
    invited_at = factory.LazyFunction(clock.now)
    joined_at = factory.Maybe(
        factory.LazyAttribute(lambda o: o.state == AllianceMemberState.JOINED),
        factory.LazyFunction(clock.now),
        None,
    )


class MembershipFactory(DjangoModelFactory):
    """A teacher at a school; pass ``alliance`` and ``organisation=None`` for a coordinator."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(SchoolFactory)
    role = Role.TEACHER
    starts_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=100))


class AgreementFactory(DjangoModelFactory):
    """Out for signature, unless told otherwise."""

    class Meta:
        model = Agreement

    alliance = factory.SubFactory(AllianceFactory)
    number = 1
    state = AgreementState.OUT
    sent_out_at = factory.LazyFunction(clock.now)


class ObstacleFactory(DjangoModelFactory):
    """One to keep in mind, that blocks nothing."""

    class Meta:
        model = Obstacle

    agreement = factory.SubFactory(AgreementFactory)
    text = factory.Sequence(lambda n: f"Obstacle {n}")


class SignatureFactory(DjangoModelFactory):
    class Meta:
        model = Signature

    agreement = factory.SubFactory(AgreementFactory)
    organisation = factory.SubFactory(SchoolFactory)
    signed_by = factory.SubFactory(PersonFactory)
    signed_name = factory.SelfAttribute("signed_by.name")
    signed_at = factory.LazyFunction(clock.now)


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    kind = InvitationKind.SCHOOL
    organisation = factory.SubFactory(SchoolFactory)
    alliance = factory.SubFactory(AllianceFactory)
    email = "head@school.example"
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=30))


class FileImportFactory(DjangoModelFactory):
    """A staff list whose file has gone; pass ``kind`` and no organisation for the register."""

    class Meta:
        model = FileImport

    kind = ImportKind.STAFF
    organisation = factory.SubFactory(SchoolFactory)
    filename = "staff.csv"


class CalendarFileFactory(DjangoModelFactory):
    """A calendar read and not yet confirmed, with one INSET day in it."""

    class Meta:
        model = CalendarFile

    organisation = factory.SubFactory(SchoolFactory)
    uploaded_by = factory.SubFactory(PersonFactory)
    filename = "dates.ics"
    entries = factory.LazyFunction(
        lambda: {
            "known": [["1", "INSET day", "2026-09-01", "2026-09-01", "inset", ""]],
            "others": [],
            "more": 0,
            "problems": [],
            "elsewhere": 0,
            "beyond": 0,
        }
    )


class CycleFactory(DjangoModelFactory):
    """A school day of one period, the same every week."""

    class Meta:
        model = Cycle
        skip_postgeneration_save = True

    organisation = factory.SubFactory(SchoolFactory)
    anchor_on = date(2025, 9, 1)

    @factory.post_generation
    def period(self, create, extracted, **kwargs):
        Period.objects.create(cycle=self, weekday=0, name="P1", starts=time(9), ends=time(10))


class TimetableFileFactory(DjangoModelFactory):
    """Uploaded and not confirmed; it would change nothing."""

    class Meta:
        model = TimetableFile

    organisation = factory.SubFactory(SchoolFactory)
    uploaded_by = factory.SubFactory(PersonFactory)
    filename = "timetables.csv"
