"""The weights of criteria beside those of the signed agreement: of pupils, and of all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine.changes import PLANNING, locked
from apps.activities.engine.refusals import refuse_if, required
from apps.activities.enums import OutcomeLevel
from apps.activities.kinds import kind_of
from apps.core import audit_trail
from apps.schools.models import Agreement

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.models import Activity, Criterion


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the weight is of pupils, and how much of staff and the school."""

    pupil: int
    other: int


def shares_of(criteria: Iterable[Criterion]) -> Shares:
    rows = list(criteria)
    pupil = sum(row.weight for row in rows if row.level == OutcomeLevel.PUPIL)
    return Shares(pupil, sum(row.weight for row in rows) - pupil)


def agreement_of(activity: Activity) -> Agreement | None:
    """The version that the activity's own school has signed; None where nothing is agreed, and
    for what is so light that it fills in its own criteria."""
    if activity.alliance_id is None or kind_of(activity.kind).light is not None:
        return None
    signed = Agreement.objects.out().signed_by(activity.organisation_id)
    return signed.filter(alliance_id=activity.alliance_id).select_related("alliance").first()


def agreed(agreement: Agreement) -> Shares:
    return Shares(agreement.pupil_weight, agreement.staff_weight)


def differs(criteria: Sequence[Criterion], agreement: Agreement | None) -> str:
    """In words, when the weights of ``criteria`` are not those agreed; empty when they are."""
    if agreement is None or not criteria:
        return ""
    wanted, found = agreed(agreement), shares_of(criteria)
    if found == wanted:
        return ""
    words = _(
        "The agreement of %(alliance)s gives pupils %(pupil)d of 100 and staff and school "
        "%(other)d; the criteria give pupils %(found)d and staff and school %(rest)d."
    ) % {
        "alliance": agreement.alliance.name,
        "pupil": wanted.pupil,
        "other": wanted.other,
        "found": found.pupil,
        "rest": found.other,
    }
    return f"{words} {_lacking(criteria, wanted)}".strip()


def _lacking(criteria: Sequence[Criterion], wanted: Shares) -> str:
    levels = {row.level == OutcomeLevel.PUPIL for row in criteria}
    if wanted.pupil and True not in levels:
        return _("There is no criterion about pupils.")
    if wanted.other and False not in levels:
        return _("There is none about staff or the school.")
    return ""


def fitted(criteria: Sequence[Criterion], wanted: Shares) -> list[int] | None:
    """Weights that make ``wanted``, in proportion on either side, in whole numbers of at least 1.

    None where that cannot be: a side with a share has no criteria, or more than it has points.
    """
    sides = [row.level == OutcomeLevel.PUPIL for row in criteria]
    new: dict[int, int] = {}
    for side, share in ((True, wanted.pupil), (False, wanted.other)):
        places = [at for at, of in enumerate(sides) if of == side]
        if bool(places) != bool(share) or len(places) > share:
            return None
        new |= dict(zip(places, _split(share, [criteria[at].weight for at in places]), strict=True))
    return [new[at] for at in range(len(criteria))]


def _split(share: int, weights: Sequence[int]) -> list[int]:
    """``share`` in proportion to ``weights`` by the largest remainders; none is left with none."""
    parts = [divmod(share * weight, sum(weights)) for weight in weights]
    found = [full for full, _rest in parts]
    places = range(len(weights))
    by_rest = sorted(places, key=lambda at: (-parts[at][1], -weights[at], at))
    for at in by_rest[: share - sum(found)]:
        found[at] += 1
    while 0 in found:
        found[max(places, key=lambda at: (found[at], -weights[at]))] -= 1
        found[max((at for at in places if not found[at]), key=lambda at: weights[at])] = 1
    return found


def fit_weights(activity: Activity, *, by: Person) -> None:
    """Make the weights those of the agreement, while it is still being planned."""
    with locked(activity) as row:
        refuse_if(
            row.state not in PLANNING, _("What counts as success was agreed before the start.")
        )
        agreement = required(agreement_of(row), _("No signed agreement says how to weigh them."))
        criteria = list(row.criteria.select_for_update())
        weights = required(
            fitted(criteria, agreed(agreement)),
            _(
                "The weights cannot be fitted: add a criterion where the agreement gives weight "
                "and there is none, or remove one where there are too many."
            ),
        )
        for criterion, weight in zip(criteria, weights, strict=True):
            criterion.weight = weight
            criterion.save(update_fields=["weight"])
        audit_trail.record(
            "criteria.weighed", row, by=by, activity=row.pk, agreement=agreement.pk, weights=weights
        )
