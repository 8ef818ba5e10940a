"""A round as the coordinator's board and a solver see it: rows turned into plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.kinds.ties import ties_among
from apps.activities.kinds.work_shadowing import placing
from apps.activities.kinds.work_shadowing.enums import ApplicationState, PlacementState
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.activities.kinds.work_shadowing.placing import Hurdle
from apps.activities.slots.travel import METRES_A_MILE
from apps.schools.calendars import Calendar, calendars_of
from apps.schools.models import Organisation

SECRET = (Hurdle.JUDGES, Hurdle.REFUSED, Hurdle.APART)  # whoever places people is not told
LONGEST = 200  # days of a round that are looked at


@dataclass(frozen=True, slots=True)
class Option:
    """An offer as it stands to one applicant. ``reasons`` are empty where they can be paired."""

    offer: Offer
    free_places: int
    reasons: list[str]
    miles: float | None
    shared: list[str]
    half_days: int
    fit: int


@dataclass
class Board:
    round: ShadowingRound
    applications: list[Application]
    offers: list[Offer]
    placements: list[Placement]

    @classmethod
    def of(cls, shadowing_round: ShadowingRound) -> Board:
        """Approved applications, standing offers and live placements; a fixed number of queries."""
        applications = shadowing_round.applications.filter(state=ApplicationState.APPROVED)
        offers = shadowing_round.offers.standing().select_related("host", "organisation")
        placements = shadowing_round.placements.select_related(
            "application__person", "application__organisation", "offer__host", "offer__organisation"
        )
        return cls(
            shadowing_round,
            list(applications.select_related("person", "organisation")),
            list(offers),
            list(placements),
        )

    def live(self) -> dict[int, Placement]:
        """Placements that stand, by application."""
        gone = (PlacementState.REFUSED, PlacementState.WITHDRAWN)
        return {p.application_id: p for p in self.placements if p.state not in gone}

    def taken(self) -> dict[int, int]:
        """How many places of each offer are used."""
        count: dict[int, int] = defaultdict(int)
        for placement in self.live().values():
            count[placement.offer_id] += 1
        return count

    def values(self) -> tuple[list[placing.Applicant], list[placing.Offer]]:
        """All as plain values."""
        rows: list[Application | Offer] = [*self.applications, *self.offers]
        calendars = calendars_of({row.organisation_id for row in rows})
        days = _days(self.round)
        people = {row.person_id for row in self.applications}
        tied = ties_among(people | {row.host_id for row in self.offers})
        refused: dict[int, set[int]] = defaultdict(set)
        for placement in self.placements:
            if placement.state == PlacementState.REFUSED:
                refused[placement.application_id].add(placement.offer_id)
        applicants = [
            placing.Applicant(
                key=row.pk,
                person=row.person_id,
                school=row.organisation_id,
                foci=tuple(row.foci),
                half_days=row.half_days,
                free=_free(row.possible, days, calendars[row.organisation_id]),
                most_metres=round(_limit(row, self.round) * METRES_A_MILE),
                point=_point(row.organisation),
                phase=row.organisation.phase,
                other_phase=row.other_phase,
                tied=frozenset(tied.get(row.person_id, ())),
                refused=frozenset(refused[row.pk]),
                apart=frozenset(row.apart),
            )
            for row in self.applications
        ]
        offers = [
            placing.Offer(
                key=row.pk,
                host=row.host_id,
                school=row.organisation_id,
                foci=frozenset(row.foci),
                capacity=row.capacity,
                free=_free(row.possible, days, calendars[row.organisation_id]),
                point=_point(row.organisation),
                phase=row.organisation.phase,
            )
            for row in self.offers
        ]
        return applicants, offers

    def unplaced(self) -> tuple[list[placing.Applicant], list[placing.Offer]]:
        """Those without a placement, and what is left of the offers: what is to be matched."""
        live, taken = self.live(), self.taken()
        applicants, offers = self.values()
        left = [replace(o, capacity=o.capacity - taken.get(o.key, 0)) for o in offers]
        return [a for a in applicants if a.key not in live], left

    def options(self, application: Application) -> list[Option]:
        """Every offer for one applicant: the possible first, the best fitting at the top."""
        applicants, offers = self.values()
        applicant = next(a for a in applicants if a.key == application.pk)
        by_key = {row.pk: row for row in self.offers}
        taken = self.taken()
        found = [_option(applicant, o, by_key[o.key], taken.get(o.key, 0)) for o in offers]
        return sorted(
            found, key=lambda option: (bool(option.reasons), -option.fit, option.offer.pk)
        )

    def reasons(self, application: Application, offer: Offer) -> list[str]:
        option = next(o for o in self.options(application) if o.offer.pk == offer.pk)
        return option.reasons


def _option(applicant: placing.Applicant, offer: placing.Offer, row: Offer, taken: int) -> Option:
    away = placing.metres(applicant, offer)
    common = len(applicant.free & offer.free)
    shared = [w for f, w in zip(row.foci, row.focus_words, strict=True) if f in applicant.foci]
    hurdles = placing.hurdles(applicant, offer, taken)
    return Option(
        offer=row,
        free_places=max(offer.capacity - taken, 0),
        reasons=_reasons(hurdles, applicant, away, common),
        miles=None if away is None else round(away / METRES_A_MILE, 1),
        shared=shared,
        half_days=common,
        fit=placing.fit(applicant, offer),
    )


def _reasons(
    found: list[Hurdle], applicant: placing.Applicant, away: int | None, common: int
) -> list[str]:
    """What stands against a pair; of what is nobody's business not more than that it stands."""
    told = [_words(h, applicant, away, common) for h in found if h not in SECRET]
    return told if told or not found else [_("These two cannot be put together.")]


def _words(hurdle: Hurdle, applicant: placing.Applicant, away: int | None, common: int) -> str:
    plain = {
        Hurdle.OWN_SCHOOL: _("It is their own school."),
        Hurdle.NO_FOCUS: _("Nothing that they want to see is offered."),
        Hurdle.FULL: _("All places are taken."),
    }
    if hurdle is Hurdle.TOO_FAR:
        return _("%(away).1f miles away; their limit is %(most)d.") % {
            "away": (away or 0) / METRES_A_MILE,
            "most": round(applicant.most_metres / METRES_A_MILE),
        }
    if hurdle is Hurdle.HALF_DAYS:
        return ngettext(
            "Only %(common)d half-day suits both; %(asked)d are asked for.",
            "Only %(common)d half-days suit both; %(asked)d are asked for.",
            common,
        ) % {"common": common, "asked": applicant.half_days}
    return plain[hurdle]


def _limit(row: Application, shadowing_round: ShadowingRound) -> int:
    """The applicant's own limit, unless the round's rule is stricter."""
    return min(row.most_miles, shadowing_round.most_miles or row.most_miles)


def half_days_of_round(shadowing_round: ShadowingRound) -> int:
    return 2 * len(_days(shadowing_round))


def _days(shadowing_round: ShadowingRound) -> list[date]:
    span = (shadowing_round.ends_on - shadowing_round.starts_on).days + 1
    days = [shadowing_round.starts_on + timedelta(days=n) for n in range(min(span, LONGEST))]
    return [day for day in days if day.weekday() < 5]


def _free(possible: Iterable[str], days: list[date], calendar: Calendar) -> frozenset[int]:
    """The numbers of the half-days on which it is possible and the school is open."""
    wanted = set(possible)
    return frozenset(
        2 * n + half
        for n, day in enumerate(days)
        if calendar.is_open(day)
        for half, name in enumerate(("am", "pm"))
        if f"{day.weekday()}{name}" in wanted
    )


def _point(school: Organisation) -> placing.Point | None:
    if school.easting is None or school.northing is None:
        return None
    return school.easting, school.northing
