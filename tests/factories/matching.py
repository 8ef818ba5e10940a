"""A proposal as a solver might have kept it: one match, nobody left out."""

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
            "inputs": {},
            "result": {"matches": [match], "unplaced": []},
            "quality": {
                **dict.fromkeys(("asked", "places", "placed", "most_placed", "first_focus"), 1),
                **dict.fromkeys(("fit", "best_fit"), 60),
                "groups": {name: [0, 0] for name in names},
            },
            **values,
        }
    )
