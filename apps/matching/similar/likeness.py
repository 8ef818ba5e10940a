"""The schools most like one school: by the DfE's distance where its values exist, else by what the
register knows of every school of the phase. A school with a value missing is not guessed at."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from apps.matching.malformed import Malformed, need
from apps.matching.models import SimilarValues
from apps.matching.similar import published
from apps.matching.similar.nearest import standardised
from apps.schools.enums import OrganisationStatus
from apps.schools.models import Organisation

PUBLISHED, REGISTER = "dfe", "register"


@dataclass(frozen=True, slots=True)
class Similar:
    """``basis``: whose distance it is, ``dfe`` or ``register``; the two do not compare."""

    urn: str
    name: str
    distance: float
    basis: str

    def as_json(self) -> dict[str, str | float]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Known:
    """``values``: pupils, FSM per cent and SEN per cent, or None with one of them missing."""

    name: str
    phase: str
    values: tuple[float, float, float] | None


def similar_schools(urn: str, k: int, *, disadvantage: float | None = None) -> list[Similar]:
    """The ``k`` nearest, nearest first, without the school itself and closed ones.

    ``disadvantage``: only schools whose disadvantage (pupil premium, or free school meals) lies
    within so many percentage points. Malformed when nothing is known to compare by.
    """
    register = _register()
    values: dict[str, published.Values] = dict(
        SimilarValues.objects.values_list("urn", "values").order_by("urn")
    )
    need(urn in register or urn in values, f"URN {urn}", "no open school has it")
    if urn in values:
        found = _by_published(urn, values, register, disadvantage)
        basis = PUBLISHED
    else:
        found = _by_register(urn, register, disadvantage)
        basis = REGISTER
    names = {other: register[other].name if other in register else "" for _, other in found}
    return [Similar(other, names[other], far, basis) for far, other in sorted(found)[:k]]


def _register() -> dict[str, _Known]:
    """Schools that are open, by URN."""
    rows = (
        Organisation.objects.schools()
        .able_to_join()
        .filter(urn__isnull=False)
        .values_list(
            "urn", "name", "phase", "pupils", "fsm_percent", "sen_statement", "sen_no_statement"
        )
    )
    return {
        str(urn): _Known(name, phase, _percentages(pupils, fsm, with_plan, support))
        for urn, name, phase, pupils, fsm, with_plan, support in rows
    }


def _percentages(
    pupils: int | None, fsm: object, with_plan: int | None, support: int | None
) -> tuple[float, float, float] | None:
    if not pupils or fsm is None or with_plan is None or support is None:
        return None
    return float(pupils), float(str(fsm)), 100 * (with_plan + support) / pupils


def _by_published(
    urn: str,
    values: dict[str, published.Values],
    register: dict[str, _Known],
    within: float | None,
) -> list[tuple[float, str]]:
    mine, phase = values[urn], _phase(urn, register)
    closed = _closed(values)
    return [
        (published.distance(mine, theirs), other)
        for other, theirs in values.items()
        if other != urn
        and other not in closed
        and (phase is None or _phase(other, register) in (phase, None))
        and _near(mine[published.DISADVANTAGE], theirs[published.DISADVANTAGE], within)
    ]


def _phase(urn: str, register: dict[str, _Known]) -> str | None:
    return register[urn].phase if urn in register else None


def _closed(values: dict[str, published.Values]) -> set[str | None]:
    gone = (OrganisationStatus.CLOSED, OrganisationStatus.PROPOSED)
    rows = Organisation.objects.filter(urn__in=list(values), status__in=gone)
    return set(rows.values_list("urn", flat=True))


def _by_register(
    urn: str, register: dict[str, _Known], within: float | None
) -> list[tuple[float, str]]:
    me = register[urn]
    if me.values is None:
        raise Malformed(
            f"URN {urn}: the register lacks its pupils, free school meals or special needs"
        )
    peers = {u: s.values for u, s in register.items() if s.phase == me.phase and s.values}
    points = standardised(list(peers.values()))
    mine = points[list(peers).index(urn)].tolist()
    return [
        (math.dist(mine, point), other)
        for (other, values), point in zip(peers.items(), points.tolist(), strict=True)
        if other != urn and _near(me.values[1], values[1], within)
    ]


def _near(one: float, other: float, within: float | None) -> bool:
    return within is None or abs(one - other) <= within
