"""Who is asked: by role, job role, phase, department and career stage, in one school or many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from apps.audits.enums import AuditMode, SmallChoice
from apps.audits.measuring import LEADERS
from apps.audits.models import Audit, AuditSchool, Participation
from apps.audits.models.schools import DECIDERS
from apps.audits.suppression import RULE, is_small
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Membership
from apps.schools.models.people import MembershipQuerySet

FILTERS = {
    "roles": "role__in",
    "phases": "phase__in",
    "departments": "department__in",
    "career_stages": "career_stage__in",
    "job_roles": "job_role__in",
}


def staff_asked(audit: Audit) -> MembershipQuerySet:
    """Staff who match the audience now, of whatever school; somebody may be there twice."""
    wanted = {path: getattr(audit, name) for name, path in FILTERS.items()}
    staff = Membership.objects.current().staff().filter(person__is_active=True)
    return staff.filter(**{path: values for path, values in wanted.items() if values})


def people_to_ask(audit: Audit) -> list[Membership]:
    """One membership for each person of the audience, as a teacher where somebody is both.

    Of an alliance's audit: staff of the schools that take part. Who gives a school's one agreed
    answer is not among them: see `speakers`.
    """
    staff = staff_asked(audit).select_related("person")
    if audit.organisation_id:
        return _once(staff.filter(organisation_id=audit.organisation_id))
    taking_part = AuditSchool.objects.filter(audit=audit).accepted().still_members()
    asking = taking_part.exclude(small=SmallChoice.AGREED)
    return _once(staff.filter(organisation_id__in=asking.values("organisation_id")))


def speakers(audit: Audit) -> list[Membership]:
    """Who gives the one agreed answer of their school: a CPD lead, or its head where none is."""
    schools = AuditSchool.objects.filter(audit=audit, small=SmallChoice.AGREED).accepted()
    held = (
        Membership.objects.current()
        .filter(
            organisation_id__in=schools.still_members().values("organisation_id"),
            role__in=DECIDERS,
            person__is_active=True,
        )
        .select_related("person")
        .order_by("organisation_id", "role", "pk")  # "cpd_lead" comes before "head"
    )
    found: dict[int, Membership] = {}
    taken: set[int] = set()
    for each in held:
        if each.organisation_id and each.person_id not in taken:
            if each.organisation_id not in found:
                taken.add(each.person_id)
            found.setdefault(each.organisation_id, each)
    return list(found.values())


def _once(staff: MembershipQuerySet) -> list[Membership]:
    found: dict[int, Membership] = {}
    for held in staff.order_by("person_id", "pk"):
        if held.person_id not in found or held.role == Role.TEACHER:
            found[held.person_id] = held
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people of one school would be asked: all, and by what they are."""

    everybody: int
    teaching: int
    support: int
    leaders: int

    @property
    def small(self) -> list[str]:
        """Names of the groups of one to four people, which figures would show up."""
        return [name for name in self.__slots__ if is_small(getattr(self, name))]


def sizes(people: Iterable[Membership]) -> Sizes:
    rows = list(people)
    roles = Counter(held.role for held in rows)
    leaders = sum(held.job_role in LEADERS for held in rows)
    return Sizes(len(rows), roles[Role.TEACHER], roles[Role.SUPPORT], leaders)


def sizes_at(audit: Audit, organisation_id: int) -> Sizes:
    """Of a school that may take part in ``audit``."""
    staff = staff_asked(audit).filter(organisation_id=organisation_id)
    return sizes(_once(staff))


def must_choose(audit: Audit, found: Sizes) -> bool:
    """Whether a school says how its small groups are protected. Where its own CPD lead reads
    the answers with their names, and others only figures of five or more, there is no need."""
    return audit.mode != AuditMode.NAMED and bool(found.small)


def joined_since(audit: Audit) -> list[Membership]:
    """People of the audience whom an open audit has not asked yet; nobody joins one that has
    asked nobody, because its answers come from a file."""
    asked = set(audit.participations.values_list("person_id", flat=True))
    if not asked and audit.collected.exists():
        return []
    return [held for held in people_to_ask(audit) if held.person_id not in asked]


def at_least(n: int) -> int:
    """``n`` in steps of RULE, rounded down: no two such numbers tell of one person."""
    return n - n % RULE


def gone(audit: Audit) -> list[int]:
    """Keys of the participations of people who left their school before they answered, and of
    schools that left the alliance."""
    waiting = Participation.objects.filter(audit=audit).unanswered()
    here = set(
        Membership.objects.current(clock.today())
        .filter(_at_a_school(audit), person__is_active=True)
        .values_list("person_id", "organisation_id")
    )
    rows = waiting.values_list("pk", "person_id", "organisation_id")
    return [pk for pk, person, school in rows if (person, school) not in here]


def _at_a_school(audit: Audit) -> Q:
    if audit.organisation_id:
        return Q(organisation_id=audit.organisation_id)
    schools = AuditSchool.objects.filter(audit=audit).accepted().still_members()
    return Q(organisation_id__in=schools.values("organisation_id"))


def school_of(held: Membership) -> int:
    """The school's key: those asked are all held in schools."""
    if held.organisation_id is None:
        raise ValueError("a role held in an alliance is asked nothing")
    return held.organisation_id


def schools_of(people: Sequence[Membership]) -> set[int]:
    return {school_of(held) for held in people}
