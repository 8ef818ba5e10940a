from django.utils import timezone

from apps.core import clock
from apps.evaluation.periods import half_terms
from tests.matrix import Row

# CPD leads and heads read how it works; only the coordinator writes.
READ = "lead other_lead head coordinator"
OTHERS = "teacher support governor"
NOT_COORDINATORS = f"{OTHERS} lead other_lead head"
HALF = {"half": half_terms(clock.today())[0].last.isoformat()}
KEY = "6f0f2e0c-6c9e-4d0c-9a55-0d1b8a4f5f07"
VERDICT = {
    "client_key": KEY,
    "communication": "Good",
    "worked": "Visits",
    "not_worked": "Cover",
}
CHANGE = {
    "client_key": KEY,
    "aspect": "plan",
    "about": "",
    "what": "Fewer meetings",
    "why": "Time",
    "decided_by": "the heads",
    "decided_on": timezone.localdate().isoformat(),
}

ROWS: list[Row] = [
    Row("evaluation:partnership", "alliance.public_id", ok=READ, refused=OTHERS),
    *(
        Row(
            "evaluation:close_review",
            "alliance.public_id",
            kwargs=HALF,
            post=post,
            ok="coordinator",
            refused=NOT_COORDINATORS,
        )
        for post in (None, VERDICT)
    ),
    *(
        Row(
            "evaluation:correct_review",
            "review.public_id",
            post=post,
            ok="coordinator",
            refused="lead other_lead head",
        )
        for post in (None, VERDICT | {"correction": "It was another day"})
    ),
    *(
        Row(
            "evaluation:adjust",
            "alliance.public_id",
            post=post,
            ok="coordinator",
            refused=NOT_COORDINATORS,
        )
        for post in (None, CHANGE)
    ),
    *(
        Row(
            "evaluation:afterwards",
            "adjustment.public_id",
            post=post,
            ok="coordinator",
            refused="lead other_lead head",
        )
        for post in (None, {"text": "More came"})
    ),
]
