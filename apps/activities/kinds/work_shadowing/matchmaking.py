"""A round of shadowing as a matching engine sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from apps.activities.kinds.work_shadowing import actions
from apps.activities.kinds.work_shadowing.board import Board, half_days_of_round
from apps.activities.kinds.work_shadowing.enums import LIVE, ApplicationState, Focus, RoundState
from apps.activities.kinds.work_shadowing.models import Application, ShadowingRound
from apps.activities.kinds.work_shadowing.models import Offer as OfferRow
from apps.activities.kinds.work_shadowing.permissions import can_run
from apps.activities.kinds.work_shadowing.placing import Applicant, Offer
from apps.activities.matchmaking import Gathering, Pair, Pairing, Place, School, Seeker, Who
from apps.activities.slots.travel import METRES_A_MILE
from apps.core.years import academic_year
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation
from apps.schools.models.release import TimeBudget

if TYPE_CHECKING:
    from apps.accounts.models import Person

FULL_TIME = 1


def gather(shadowing_round: ShadowingRound) -> Gathering:
    board = Board.of(shadowing_round)
    applicants, offers = board.unplaced()
    before = _unplaced_before(board)
    support, part_time = _groups(board)
    rows: list[Application | OfferRow] = [*board.applications, *board.offers]
    schools = {row.organisation_id: row.organisation for row in rows}
    most_out = _most_out(shadowing_round, schools)
    return Gathering(
        schools=[_school(row, most_out.get(key)) for key, row in sorted(schools.items())],
        seekers=[
            _seeker(a, offers, before[a.person], a.person in support, a.person in part_time)
            for a in applicants
        ],
        places=[Place(o.key, o.school, o.foci, max(o.capacity, 0), o.free) for o in offers],
        foci=Focus.values,
        half_days=half_days_of_round(shadowing_round),
    )


def _most_out(shadowing_round: ShadowingRound, schools: Iterable[int]) -> dict[int, int | None]:
    """What schools have said for the year in which the placements begin."""
    rows = TimeBudget.objects.filter(organisation_id__in=list(schools))
    rows = rows.filter(year=academic_year(shadowing_round.starts_on))
    return dict(rows.values_list("organisation_id", "most_out"))


def _school(row: Organisation, most_out: int | None) -> School:
    known = row.easting is not None and row.northing is not None
    point = (row.easting or 0, row.northing or 0) if known else None
    return School(row.pk, point, row.phase, row.pupils, most_out)


def _seeker(
    applicant: Applicant, offers: Sequence[Offer], before: int, support: bool, part_time: bool
) -> Seeker:
    never = {
        offer.key
        for offer in offers
        if offer.host in applicant.tied
        or offer.key in applicant.refused
        or offer.school in applicant.apart
        or offer.host == applicant.person
    }
    return Seeker(
        key=applicant.key,
        school=applicant.school,
        foci=applicant.foci,
        half_days=applicant.half_days,
        free=applicant.free,
        most_miles=round(applicant.most_metres / METRES_A_MILE),
        other_phase=applicant.other_phase,
        unplaced_before=before,
        never=frozenset(never),
        is_support=support,
        is_part_time=part_time,
    )


def _unplaced_before(board: Board) -> Counter[int]:
    """In how many earlier rounds of the alliance each asked, was approved and got no place."""
    people = {row.person_id for row in board.applications}
    rows = Application.objects.filter(
        person_id__in=people,
        state=ApplicationState.APPROVED,
        round__alliance_id=board.round.alliance_id,
        round__state=RoundState.CLOSED,
    )
    rows = rows.exclude(round=board.round).exclude(placements__activity__isnull=False)
    return Counter(rows.values_list("person_id", flat=True))


def _groups(board: Board) -> tuple[set[int], set[int]]:
    """Who works as support staff, and who part-time, where they apply from."""
    homes = {(row.person_id, row.organisation_id) for row in board.applications}
    rows = Membership.objects.current().filter(person_id__in={person for person, _ in homes})
    here = [row for row in rows if (row.person_id, row.organisation_id) in homes]
    support = {row.person_id for row in here if row.role == Role.SUPPORT}
    part_time = {row.person_id for row in here if row.fte is not None and row.fte < FULL_TIME}
    return support, part_time


def waiting(shadowing_round: ShadowingRound) -> set[int]:
    """Approved applications without a placement that stands."""
    live = shadowing_round.placements.filter(state__in=LIVE)
    rows = shadowing_round.applications.filter(state=ApplicationState.APPROVED)
    return set(rows.exclude(pk__in=live.values("application")).values_list("pk", flat=True))


def seekers(shadowing_round: ShadowingRound) -> dict[int, Who]:
    rows = shadowing_round.applications.select_related("person", "organisation")
    return {row.pk: Who(row.person.name, row.organisation.name) for row in rows}


def places(shadowing_round: ShadowingRound) -> dict[int, Who]:
    rows = shadowing_round.offers.select_related("host", "organisation")
    return {row.pk: Who(row.host.name, row.organisation.name) for row in rows}


def take_over(shadowing_round: ShadowingRound, pairs: Sequence[Pair], by: Person) -> int:
    return len(actions.propose_all(shadowing_round, by=by, pairs=pairs))


MATCHMAKING = Pairing(
    kind="work_shadowing",
    rounds=lambda: ShadowingRound.objects.select_related("alliance"),
    may_run=can_run,
    waiting=waiting,
    gather=gather,
    seekers=seekers,
    places=places,
    focus_words=lambda focus: str(Focus(focus).label),
    take_over=take_over,
    board="activities:shadowing_board",
    board_label=gettext_lazy("Place people"),
    ask_label=gettext_lazy("Propose placements"),
)
