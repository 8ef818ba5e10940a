"""What a staff list would change: joiners, changes, leavers and rejects. Writes nothing.

A person is known by staff ID within the school, else by e-mail address. An account that also
belongs elsewhere, or holds another role, is only given a membership here: its name and address
are its owner's. Blank cells leave what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import clock
from apps.core.tabular import Row
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Membership, Organisation
from apps.schools.staff.differences import Change, change_of
from apps.schools.staff.managers import Managers
from apps.schools.staff.reading import Cells, Entry, Note, RejectedPerson, person_of, read

SUSPICIOUS_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Choices:
    """What the importer chose on screen."""

    mapping: Mapping[int, str]
    schools: frozenset[str] = frozenset()  # codes in the file that mean this school; empty is all
    default_role: str = ""

    @property
    def school_at(self) -> int | None:
        return next((place for place, name in self.mapping.items() if name == "school"), None)

    def leaves_out(self, row: Row) -> bool:
        place = self.school_at
        return bool(self.schools) and place is not None and row.cells[place] not in self.schools


@dataclass(frozen=True, slots=True)
class Joiner:
    entry: Entry
    person: Person | None = None  # the account that they have already
    namesake: bool = False
    claims: bool = False  # the address is of an account that the school does not know

    @property
    def post(self) -> str:
        title = self.entry.values.get("job_title", "")
        role = str(Role(self.entry.role).label)
        return f"{title} ({role})" if title else role

    @property
    def remark(self) -> str:
        if self.person is not None:
            return _("Has an account already; its name and e-mail address stay as they are.")
        if self.namesake:
            return _("Somebody of this name is on the list already. Is it the same person?")
        return ""


@dataclass(slots=True)
class Plan:
    joiners: list[Joiner] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)
    leavers: list[Membership] = field(default_factory=list)
    leaving: dict[int, date] = field(default_factory=dict)  # those whom the file says so of
    rejects: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    of_other_schools: int = 0
    left_before: int = 0
    listed: int = 0  # people on the school's list now
    managers: Managers = field(default_factory=Managers)

    @property
    def leaver_share(self) -> float:
        return len(self.leavers) / self.listed if self.listed else 0.0

    @property
    def suspicious(self) -> bool:
        return len(self.leavers) > 1 and self.leaver_share > SUSPICIOUS_SHARE

    @property
    def to_mend(self) -> list[Note]:
        return sorted([*self.rejects, *self.notes], key=lambda note: note.row)


def plan(organisation: Organisation, rows: Sequence[Row], choices: Choices) -> Plan:
    found = Plan()
    entries = _entries(rows, choices, found)
    here = _Here(organisation, entries)
    found.listed = len(here.memberships)
    for entry in entries:
        try:
            _place(entry, here, found)
        except RejectedPerson as error:
            found.rejects.append(Note(entry.row, entry.name, str(error)))
    found.leavers = [m for m in here.memberships if m.person_id not in here.matched_people]
    _link_managers(found, here)
    found.notes = [note for entry in _taken(found) for note in entry.notes]
    return found


def _taken(found: Plan) -> list[Entry]:
    return [j.entry for j in found.joiners] + [c.entry for c in found.changes] + found.same


def _entries(rows: Sequence[Row], choices: Choices, found: Plan) -> list[Entry]:
    """The entries of this school, each person once."""
    today = clock.today()
    taken: dict[str, int] = {}
    entries = []
    for row in rows:
        if choices.leaves_out(row):
            found.of_other_schools += 1
            continue
        try:
            entry = read(row, choices.mapping, choices.default_role, today)
            _refuse_second(entry, taken)
        except RejectedPerson as error:
            name = person_of(Cells(row, choices.mapping))
            found.rejects.append(Note(row.number, name, str(error)))
        else:
            entries.append(entry)
    return entries


def _refuse_second(entry: Entry, taken: dict[str, int]) -> None:
    keys = {
        f"id {entry.staff_id.lower()}": entry.staff_id,
        f"mail {entry.email}": entry.email,
    }
    for key, value in keys.items():
        if value and key in taken:
            raise RejectedPerson(
                _("“%(key)s” stands in row %(row)d already. Delete one of the rows or correct it.")
                % {"key": value, "row": taken[key]}
            )
    taken.update({key: entry.row for key, value in keys.items() if value})


class _Here:
    """The school's people and the accounts that the file names, in five queries."""

    def __init__(self, organisation: Organisation, entries: Sequence[Entry]) -> None:
        rows = Membership.objects.filter(organisation=organisation, role__in=STAFF_ROLES)
        rows = rows.select_related("person", *("line_manager", "appraiser", "induction_tutor"))
        self.memberships = list(
            rows.current().order_by("person__family_name", "person__given_name", "pk")
        )
        self.matched: set[int] = set()
        self.matched_people: set[int] = set()
        self.by_id = {m.staff_id.lower(): m for m in self.memberships if m.staff_id}
        self.by_person = {m.person_id: m for m in self.memberships}
        ids = {e.staff_id for e in entries if e.staff_id} - {m.staff_id for m in self.memberships}
        today = clock.today()
        former = rows.filter(staff_id__in=ids, ends_on__lt=today).order_by("ends_on")
        self.former = {m.staff_id.lower(): m.person for m in former}
        emails = {e.email for e in entries if e.email}
        accounts = Person.objects.annotate(low=Lower("email")).filter(low__in=emails)
        known = known_here(organisation, [person.pk for person in accounts])
        self.by_email = {str(p.email).lower(): p for p in accounts if p.pk in known}
        self.elsewhere = {str(p.email).lower() for p in accounts} - self.by_email.keys()
        self.by_claim = {m.claimed_email: m for m in self.memberships if m.claimed_email}
        self.names = {m.person.name.lower() for m in self.memberships}
        people = [*self.by_person, *(person.pk for person in self.former.values())]
        self.not_ours = belongs_elsewhere(organisation, people)


def known_here(organisation: Organisation, people: Sequence[int]) -> set[int]:
    """Those of ``people`` who belong to the organisation, or did: it knows of their accounts."""
    rows = Membership.objects.filter(organisation=organisation, person_id__in=people)
    return set(rows.values_list("person_id", flat=True))


def belongs_elsewhere(organisation: Organisation, people: Sequence[int]) -> set[int]:
    """Those of ``people`` whose name and address are not this school's to change.

    They work elsewhere too, hold a role beside the staff list, or are operators.
    """
    ours = Q(organisation=organisation, role__in=STAFF_ROLES)
    members = Membership.objects.filter(person_id__in=people).exclude(ours)
    operators = Person.objects.filter(pk__in=people, is_staff=True)
    return set(members.values_list("person_id", flat=True).union(operators.values_list("pk")))


def _place(entry: Entry, here: _Here, found: Plan) -> None:
    account = here.by_email.get(entry.email) if entry.email else None
    membership = here.by_id.get(entry.staff_id.lower()) if entry.staff_id else None
    if membership is None and account is not None:
        membership = here.by_person.get(account.pk)
    if membership is None:
        membership = here.by_claim.get(entry.email)
    if membership is not None:
        _match(entry, membership, account, here, found)
    elif entry.has_left:
        found.left_before += 1
    else:
        found.joiners.append(_joiner(entry, account, here))


def _match(
    entry: Entry, membership: Membership, account: Person | None, here: _Here, found: Plan
) -> None:
    if membership.pk in here.matched:
        raise RejectedPerson(_("An earlier row is the same person. Delete one of the rows."))
    if account is not None and account.pk != membership.person_id:
        raise RejectedPerson(
            _(
                "The staff ID is %(name)s’s, but the e-mail address belongs to another account. "
                "Correct one of them."
            )
            % {"name": membership.person.name}
        )
    if entry.has_left:  # and so stays among the leavers
        found.leaving[membership.pk] = entry.ends_on or clock.today()
        return
    here.matched.add(membership.pk)
    here.matched_people.add(membership.person_id)
    change = change_of(entry, membership, mine=membership.person_id not in here.not_ours)
    if change.diffs:
        found.changes.append(change)
    else:
        found.same.append(entry)


def _joiner(entry: Entry, account: Person | None, here: _Here) -> Joiner:
    former = here.former.get(entry.staff_id.lower()) if entry.staff_id else None
    if former is not None and former.family_name.lower() == entry.family_name.lower():
        account = account or former
    if account is not None and (account.is_staff or not account.is_active):
        raise RejectedPerson(
            _("This account cannot be put on a staff list. Use another e-mail address.")
        )
    namesake = entry.name.lower() in here.names
    claims = account is None and entry.email in here.elsewhere
    return Joiner(entry, account, namesake, claims)


def _link_managers(found: Plan, here: _Here) -> None:
    found.managers = Managers()
    for membership in here.memberships:
        found.managers.add_person(membership)
    for joiner in found.joiners:
        found.managers.add_entry(joiner.entry)
    for entry in _taken(found):
        found.managers.check(entry)
    _changed_managers(found, here)


def _changed_managers(found: Plan, here: _Here) -> None:
    """People whose row differs from what is stored only in who manages them are changes too."""
    by_row = {change.entry.row: change for change in found.changes}
    for entry in [*found.same, *(change.entry for change in found.changes)]:
        membership = here.by_id.get(entry.staff_id.lower()) or here.by_person.get(
            getattr(here.by_email.get(entry.email), "pk", 0), here.by_claim.get(entry.email)
        )
        if membership is None or not entry.managers:
            continue
        diffs = found.managers.diffs(entry, membership)
        if not diffs:
            continue
        change = by_row.get(entry.row)
        if change is None:
            found.changes.append(Change(entry, membership, {}, {}, diffs))
        else:
            change.diffs.extend(diffs)
    changed: set[int] = {change.entry.row for change in found.changes}
    found.same = [entry for entry in found.same if entry.row not in changed]
