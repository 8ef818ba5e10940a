"""The schools most like one school: by the DfE's distance where its values exist, else by what the
register knows of every school of the phase. Nothing is guessed: of special needs the register says
nothing for most schools, and those are compared by the rest."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db.models import F, FloatField, StdDev, Value
from django.db.models.functions import Cast, Power, Sqrt

from apps.matching.malformed import Malformed, need
from apps.matching.models import SimilarValues
from apps.matching.similar import published
from apps.schools.enums import OrganisationStatus
from apps.schools.models import Organisation
from apps.schools.models.organisations import OrganisationQuerySet

PUBLISHED, REGISTER = "dfe", "register"
COMPARED = ("many", "fsm")  # pupils and free school meals, per cent
SEN = "sen"  # special needs, per cent: where they are known of the school itself


@dataclass(frozen=True, slots=True)
class Similar:
    """``basis``: whose distance it is, ``dfe`` or ``register``; the two do not compare."""

    urn: str
    name: str
    distance: float
    basis: str

    def as_json(self) -> dict[str, str | float]:
        return asdict(self)


# Of a school's name and phase, by URN.
Register = dict[str, tuple[str, str]]


def similar_schools(urn: str, k: int, *, disadvantage: float | None = None) -> list[Similar]:
    """The ``k`` nearest, nearest first, without the school itself and closed ones.

    ``disadvantage``: only schools whose disadvantage (pupil premium, or free school meals) lies
    within so many percentage points. Malformed when nothing is known to compare by.
    """
    values: dict[str, published.Values] = dict(
        SimilarValues.objects.values_list("urn", "values").order_by("urn")
    )
    open_ = Organisation.objects.schools().able_to_join()
    me = open_.filter(urn=urn).first()
    need(me is not None or urn in values, f"URN {urn}", "no open school has it")
    if urn not in values and me is not None:
        return _by_register(me, open_, k, disadvantage)
    rows = open_.filter(urn__in=list(values)).values_list("urn", "name", "phase")
    register = {str(other): (name, phase) for other, name, phase in rows}
    found = sorted(_by_published(urn, values, register, disadvantage))[:k]
    return [Similar(u, register[u][0] if u in register else "", far, PUBLISHED) for far, u in found]


def _by_published(
    urn: str,
    values: dict[str, published.Values],
    register: Register,
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


def _phase(urn: str, register: Register) -> str | None:
    return register[urn][1] if urn in register else None


def _closed(values: dict[str, published.Values]) -> set[str | None]:
    gone = (OrganisationStatus.CLOSED, OrganisationStatus.PROPOSED)
    rows = Organisation.objects.filter(urn__in=list(values), status__in=gone)
    return set(rows.values_list("urn", flat=True))


def _by_register(
    me: Organisation, open_: OrganisationQuerySet, k: int, within: float | None
) -> list[Similar]:
    """Worked out in the database, which has all of some 17,000 schools of a phase at hand."""
    peers = open_.filter(urn__isnull=False, phase=me.phase, pupils__gt=0)
    peers = peers.exclude(fsm_percent=None).annotate(
        many=Cast("pupils", FloatField()), fsm=Cast("fsm_percent", FloatField())
    )
    compared: tuple[str, ...] = COMPARED
    if knows_sen(me):
        compared = (*COMPARED, SEN)
        sen = Cast(F("sen_statement") + F("sen_no_statement"), FloatField()) * 100.0 / F("pupils")
        peers = peers.exclude(sen_statement=None).exclude(sen_no_statement=None).annotate(sen=sen)
    mine = peers.filter(pk=me.pk).values(*compared).first()
    if mine is None:
        raise Malformed(f"URN {me.urn}: the register lacks its pupils or free school meals")
    spread = peers.aggregate(**{f"{name}_spread": StdDev(name) for name in compared})
    far = sum(
        (Power((F(name) - mine[name]) / (spread[f"{name}_spread"] or 1.0), 2) for name in compared),
        Value(0.0),
    )
    others = peers.exclude(pk=me.pk)
    if within is not None:
        others = others.filter(fsm__range=(mine["fsm"] - within, mine["fsm"] + within))
    rows = others.annotate(far=Sqrt(far)).order_by("far", "urn")[:k]
    return [
        Similar(str(u), name, d, REGISTER) for u, name, d in rows.values_list("urn", "name", "far")
    ]


def knows_sen(school: Organisation) -> bool:
    return school.sen_statement is not None and school.sen_no_statement is not None


def _near(one: float, other: float, within: float | None) -> bool:
    return within is None or abs(one - other) <= within
