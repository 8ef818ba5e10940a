"""The report's tables of verdicts: every activity's score in its parts, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.activities.enums import OutcomeLevel
from apps.evaluation.scoring import Lack
from apps.evaluation.snapshot.tables import Facts, Table, table
from apps.evaluation.snapshot.wording import (
    evidence_name,
    kind_name,
    level_name,
    number,
    state_name,
    status_name,
)


def outcome(found: Facts) -> Table:
    """One activity: its score and every part of it."""
    title = found["title"] or _("%(kind)s led by %(school)s") % {
        "kind": kind_name(found["kind"]),
        "school": found["school"],
    }
    return table(
        "criteria",
        title,
        [
            _("Criterion"),
            _("Verdict"),
            _("Weight"),
            _("Baseline"),
            _("Now"),
            _("Target"),
            _("Progress"),
        ],
        [_part(part) for part in found["parts"]],
        lead=". ".join(
            [
                _("%(kind)s led by %(school)s")
                % {"kind": kind_name(found["kind"]), "school": found["school"]},
                state_name(found["state"]),
                score_words(found["score"], found["evaluable_weight"], found["total_weight"]),
            ]
        )
        + ".",
        words=2,
    )


def score_words(score: float | None, evaluable: int, whole: int) -> str:
    """Such as "35 of 60 points that can be judged, of 100 in all"."""
    if score is None:
        return _("Not evaluable yet")
    words = _("%(score)s of %(evaluable)d points that can be judged") % {
        "score": number(score),
        "evaluable": evaluable,
    }
    return words if whole == evaluable else _("%(words)s, of %(whole)d in all") % {
        "words": words, "whole": whole,
    }  # fmt: skip


def _part(part: Facts) -> list[Any]:
    verdict = status_name(part["status"])
    if part["lack"]:
        verdict = f"{verdict}: {Lack(part['lack']).label}"
    unit = f" ({part['unit']})" if part["unit"] else ""
    few = part["status"] == "too_few"
    progress = part["progress"]
    return [
        (part["criterion"] or _("A criterion about %(level)s") % {
            "level": level_name(part["level"]).lower()
        }) + unit,
        verdict,
        part["weight"],
        {"hidden": True} if few else part["baseline"],
        {"hidden": True} if few else part["value"],
        part["target"],
        {"hidden": True}
        if few
        else None
        if progress is None
        else {"bar": progress, "text": f"{round(100 * progress)}%"},
    ]  # fmt: skip


def overall(found: Facts) -> Table:
    return table(
        "overall",
        _("The agreement's weights, and progress so far"),
        ["", _("Weight"), _("Criteria judged"), _("Mean progress")],
        [
            [
                _("Staff and school")
                if part["level"] == OutcomeLevel.STAFF
                else level_name(part["level"]),
                part["weight"],
                part["criteria"],
                None
                if part["progress"] is None
                else {"bar": part["progress"], "text": f"{round(100 * part['progress'])}%"},
            ]
            for part in found["parts"]
        ],
    )


def evidence(found: Sequence[Facts]) -> Table:
    keys = ("agreed", "evaluable", "met", "partly_met", "not_met", "too_few")
    rows: list[list[Any]] = [
        [evidence_name(row["level"]), *(row[key] for key in keys)] for row in found
    ]
    rows.append([_("All"), *(sum(row[key] for row in found) for key in keys)])
    return table(
        "evidence",
        _("Criteria at the five levels of evidence"),
        [
            _("Level"),
            _("Agreed"),
            _("Can be judged"),
            _("Met"),
            _("Partly met"),
            _("Not yet nearer"),
            _("Too few people"),
        ],
        rows,
        total=True,
    )
