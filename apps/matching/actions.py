"""Writing what matching keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.core import audit_trail, jobs
from apps.core.models import Job, JobState
from apps.matching.malformed import Malformed, need
from apps.matching.models import Proposal, SimilarValues
from apps.matching.shapes import shape_of
from apps.matching.similar import published

PROPOSE = "matching.propose"

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.matchmaking import Matchmaking


def import_similar_values(
    rows: Sequence[Mapping[str, Any]], *, by: Person | None
) -> tuple[int, list[str]]:
    """Keep the DfE's values of schools, new ones in the place of old; how many, and what was
    wrong with the others. A second time changes nothing."""
    read: dict[str, published.Values] = {}
    wrong: list[str] = []
    for place, row in enumerate(rows):
        where = f"row {place + 1}"
        try:
            need(isinstance(row, dict), where, "expected an object")
            urn, values = published.read_row(row, where)
            read[urn] = values
        except Malformed as error:
            wrong.append(str(error))
    with transaction.atomic():
        SimilarValues.objects.bulk_create(
            [SimilarValues(urn=urn, values=values) for urn, values in read.items()],
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["urn"],
            update_fields=["values"],
        )
        last = SimilarValues.objects.filter(urn__in=read).order_by("urn").last()
        if last is not None:
            counts = {"kept": len(read), "rejected": len(wrong)}
            audit_trail.record("matching.similar_values", last, by=by, **counts)
    return len(read), wrong


def ask(found: Matchmaking, row: Any, *, by: Person, wishes: Mapping[str, Any]) -> Job:
    """Have a round solved in the background; what is under way already is not begun twice.

    ``wishes`` as the shape of its proposals keeps them.
    """
    params = {"of": found.kind, "round": row.public_id, "wishes": dict(wishes)}
    with transaction.atomic():
        running = Job.objects.filter(owner=by, kind=PROPOSE, params=params)
        running = running.filter(state__in=(JobState.WAITING, JobState.RUNNING))
        job = running.first()
        if job is None:
            job = jobs.start(PROPOSE, by=by, **params)
            audit_trail.record("matching.asked", row, by=by, job=job.public_id)
    return job


def keep(found: Matchmaking, row: Any, job: Job, *, by: Person, **values: Any) -> Proposal:
    """The next proposal of the round; the same job keeps one. ``values``: seed, wishes, inputs,
    result and quality."""
    with transaction.atomic():
        found.rounds().select_for_update(of=("self",)).get(pk=row.pk)
        kept = Proposal.objects.filter(client_key=job.client_key).first()
        if kept is not None:
            return kept
        last = Proposal.objects.of_round(found.kind, row.public_id).order_by("number").last()
        proposal = Proposal.objects.create(
            client_key=job.client_key,
            kind=found.kind,
            round_id=row.public_id,
            alliance=row.alliance,
            number=last.number + 1 if last else 1,
            asked_by=by,
            **values,
        )
        counts = {name: proposal.quality[name] for name in ("asked", "placed")}
        audit_trail.record("matching.proposed", proposal, by=by, **counts)
    return proposal


def take_over(proposal: Proposal, found: Matchmaking, row: Any, *, by: Person) -> int:
    """Put what was found on the round's own board, still unpublished; how many were possible
    still."""
    settled = shape_of(found).settled(proposal.result)
    with transaction.atomic():
        made = found.take_over(row, settled, by)
        audit_trail.record("matching.taken_over", proposal, by=by, made=made)
    return made
