"""Who was promised a reminder, who got it, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.faults.stand import Stand, wait_until

WEEKDAYS = [0, 1, 2, 3, 4, 5, 6]


@dataclass
class Result:
    """One line of the table. ``flaws`` say in words what must not be."""

    fault: str
    lost: int = 0
    repeated: int = 0
    renamed: int = 0
    notes: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.flaws

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.flaws.append(otherwise)


@dataclass
class Ledger:
    """``count`` people, each with one follow-up that is due."""

    stand: Stand
    people: list[Any] = field(default_factory=list)

    def wipe(self) -> None:
        from apps.core.models import Notice, OutboundEmail
        from apps.followups.models import FollowUp

        wait_until(self._database_answers, 60, "the database")
        OutboundEmail.objects.all().delete()
        Notice.objects.all().delete()
        FollowUp.objects.all().delete()
        self.people.clear()
        self.stand.office.forget()

    @staticmethod
    def _database_answers() -> bool:
        from django.db import DatabaseError, connection

        try:
            connection.close()
            connection.ensure_connection()
        except DatabaseError:
            return False
        return True

    def promise(self, count: int, *, tag: str, days_late: int = 1) -> None:
        from apps.accounts.models import Person
        from apps.core import clock
        from apps.followups.models import FollowUp
        from apps.schools.enums import Role, TermDateKind
        from apps.schools.models import Membership, TermDate
        from tests.factories.schools import SchoolFactory

        today = clock.today()
        school = SchoolFactory()
        TermDate.objects.create(  # open on every day, so that no reminder waits for a Monday
            organisation=school,
            kind=TermDateKind.INSET,
            starts_on=today - timedelta(days=3),
            ends_on=today + timedelta(days=3),
        )
        people = Person.objects.bulk_create(
            Person(
                username=f"{tag}-{n}",
                email=f"{tag}-{n}@school.example",
                given_name="Sam",
                family_name=f"{tag} {n}",
            )
            for n in range(count)
        )
        Membership.objects.bulk_create(
            Membership(
                person=p,
                organisation=school,
                role=Role.TEACHER,
                starts_on=today - timedelta(days=3),
                working_days=WEEKDAYS,
            )
            for p in people
        )
        due = today - timedelta(days=days_late)
        FollowUp.objects.bulk_create(
            FollowUp(owner=p, organisation=school, rule="faults", promise="A promise", due=due)
            for p in people
        )
        self.people += people

    def all_arrived(self) -> bool:
        return len(self.stand.office.by_recipient()) >= len(self.people)

    def settled(self) -> bool:
        """Nothing is waiting or in hand any more."""
        from django.db import DatabaseError, InterfaceError, connection

        from apps.core.models import MailState, OutboundEmail

        try:
            waiting = OutboundEmail.objects.filter(
                state__in=(MailState.QUEUED, MailState.SENDING)
            ).exists()
        except (DatabaseError, InterfaceError):
            connection.close()
            return False
        return self.all_arrived() and not waiting

    def count(self, result: Result) -> Result:
        """Lost, repeated, repeated under a new Message-ID; and notices, exactly one each."""
        from apps.core.models import MailState, Notice, OutboundEmail

        got = self.stand.office.by_recipient()
        result.lost = sum(p.email not in got for p in self.people)
        result.repeated = sum(sum(ids.values()) - 1 for ids in got.values())
        result.renamed = sum(len(ids) - 1 for ids in got.values())
        failed = OutboundEmail.objects.filter(state=MailState.FAILED).count()
        notices = Notice.objects.count()
        people = Notice.objects.values("person").distinct().count()
        wanted = len(self.people)
        result.expect(result.lost == 0, f"{result.lost} lost")
        result.expect(result.renamed == 0, f"{result.renamed} repeated with a new Message-ID")
        result.expect(failed == 0, f"{failed} failed")
        result.expect(
            notices == people == wanted, f"{notices} notices to {people} people, not {wanted}"
        )
        result.notes.append(f"{wanted} due, {notices} notices")
        return result
