"""The job that makes a proposal: gather, solve, explain, keep."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.matchmaking import matchmaking_of
from apps.core.jobs import JobError, Progress, job
from apps.core.models import Job
from apps.matching.actions import PROPOSE, keep
from apps.matching.models import Proposal
from apps.matching.shapes import shape_of

SEED = 1


def proposal_url(row: Job) -> str:
    return reverse("matching:proposal", args=[row.result["proposal"]])


@job(
    PROPOSE,
    title=gettext_lazy("Proposal"),
    result_url=proposal_url,
    result_label=gettext_lazy("Look at the proposal"),
    may_stop=True,
)
def make_proposal(row: Job, progress: Progress) -> dict[str, Any]:
    """Safe to run again: what was kept stays."""
    kept = Proposal.objects.filter(client_key=row.client_key).first()
    return {"proposal": (kept or _make(row, progress)).public_id}


def _make(row: Job, progress: Progress) -> Proposal:
    found = matchmaking_of(row.params["of"])
    rounds = found.rounds().visible_to(row.owner)
    asked = rounds.filter(public_id=row.params["round"]).first()
    if row.owner is None or asked is None or not found.may_run(row.owner, asked):
        raise JobError(_("Only the alliance’s coordinator does this."))
    shape, wishes = shape_of(found), row.params["wishes"]
    inputs = shape.inputs(found, asked, wishes)
    if inputs is None:
        raise JobError(_("Nobody is waiting."))
    result, quality = shape.propose(inputs, SEED, progress)
    return keep(
        found,
        asked,
        row,
        by=row.owner,
        seed=SEED,
        wishes=wishes,
        inputs=inputs,
        result=result,
        quality=quality,
    )
