"""Proposals as a solver might have kept them: one match or one group, nobody left out."""

from __future__ import annotations

from typing import Any

from apps.matching.models import Proposal


def proposal_of(application: Any, offer: Any, by: Any, **values: Any) -> Proposal:
    match = {
        "seeker": application.pk,
        "place": offer.pk,
        "locked": False,
        "foci": [[1, "behaviour"]],
        "miles": 3.1,
        "common": 10,
        "half_days": 2,
        "wanted_other_phase": False,
        "other_phase": False,
        "best": offer.pk,
        "given_up": 0,
    }
    names = ("small_schools", "support_staff", "part_timers", "unplaced_before")
    return Proposal.objects.create(
        **{
            "kind": "work_shadowing",
            "round_id": application.round.public_id,
            "alliance": application.round.alliance,
            "number": 1,
            "asked_by": by,
            "seed": 1,
            "wishes": {"locked": [], "forbidden": []},
            "inputs": inputs_of(application, offer),
            "result": {"matches": [match], "unplaced": []},
            "quality": {
                **dict.fromkeys(("asked", "places", "placed", "most_placed", "first_focus"), 1),
                **dict.fromkeys(("fit", "best_fit"), 60),
                "groups": {name: [0, 0] for name in names},
            },
            **values,
        }
    )


def inputs_of(application: Any, offer: Any) -> dict[str, Any]:
    """Two schools 5 km apart, and a focus in common."""
    school = {"phase": "primary", "pupils": 400, "n": 0, "release_cap": 1}
    applicant = {
        "school": 0,
        "foci": [0],
        "need_half_days": 1,
        "max_km": 10,
        "avail": [0],
        "cross_phase": False,
        "prior_unmatched": 0,
    }
    return {
        "problem": {
            "topics": 1,
            "slots": 2,
            "schools": [{**school, "e": 0}, {**school, "e": 5000}],
            "applicants": [applicant],
            "hosts": [{"school": 1, "offers": [[0, 3]], "capacity": 1, "avail": [0]}],
        },
        "locked": [],
        "extra": [0],
        "seekers": [application.pk],
        "places": [offer.pk],
        "foci": ["behaviour"],
        "nowhere": [],
        "support": [],
        "part_time": [],
    }


def groups_proposal_of(call: Any, wishes: Any, by: Any) -> Proposal:
    people = [wish.pk for wish in wishes]
    group = {
        "people": people,
        "locked": False,
        "focus": wishes[0].foci[0],
        "time": 0,
        "ranks": [1 for _ in people],
        "miles": 3.1,
        "times": 2,
        "schools": 2,
        "phases": 1,
        "mixed": False,
        "again": 0,
        "gave_up": None,
        "better": [],
        "points": 0,
    }
    names = ("small_schools", "support_staff", "part_timers", "unplaced_before")
    return Proposal.objects.create(
        kind=call.kind,
        round_id=call.public_id,
        alliance=call.alliance,
        number=1,
        asked_by=by,
        seed=1,
        wishes={},
        inputs={},
        result={"groups": [group], "unplaced": []},
        quality={
            **dict.fromkeys(("asked", "placed", "most_placed", "first_focus"), len(people)),
            **dict.fromkeys(("made", "fit", "best_fit"), 1),
            "groups": {name: [0, 0] for name in names},
        },
    )
