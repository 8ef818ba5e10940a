"""Reports that wait to go out, without the making of them."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from apps.core import clock
from apps.evaluation import actions
from apps.evaluation.models import Report
from apps.evaluation.periods import half_terms
from apps.evaluation.process import figures
from apps.evaluation.process.models import Review
from apps.evaluation.snapshot.frame import Frame
from tests import factories as f
from tests.factories.evaluation import SNAPSHOT, small_pdf

LINE = "people.people"
NAMED = "people:nobody"


def snapshot(*schools: Any) -> dict[str, Any]:
    """With a row about each school and a sentence about the first."""
    found = deepcopy(SNAPSHOT)
    table = {
        "name": "people",
        "title": "Staff taking part",
        "lead": "",
        "columns": [{"label": "School", "num": False}, {"label": "All", "num": True}],
        "rows": [*([school.name, "9 of 20 (45%)"] for school in schools), ["All schools", "12"]],
        "total": True,
        "note": "",
        "schools": [*(school.pk for school in schools), None],
    }
    found["sections"].append(
        {"name": "people", "title": "Who took part", "finding": "Many.", "chart": "",
         "tables": [table]}
    )  # fmt: skip
    found["named"] = [
        {"school": schools[0].pk, "section": "people", "name": "nobody", "title": "Nobody",
         "text": "It is among them."}
    ]  # fmt: skip
    return found | {"subject": "An alliance", "title": "Evaluation of an alliance"}


def previewed(schedule: Any, schools: list[Any], at: datetime, **changed: Any) -> Report:
    """As a worker leaves it when it has made the report of ``schedule`` at that moment."""
    last = changed.pop("period_end", at.date())
    report = f.ReportFactory(
        alliance_id=schedule.subject_id, schedule=schedule, period_end=last,
        period_start=last - timedelta(days=60), requested_by=schedule.created_by, **changed,
    )  # fmt: skip
    with clock.frozen(at):
        assert actions.freeze(report=report, snapshot=snapshot(*schools), pdf=b"%PDF-1.7", at=at)
    report.refresh_from_db()
    return report


def furnish(place: Any) -> None:
    """A report of the alliance that waits, with a line about the school, and an old review, for
    the matrix."""
    place.previewed = f.FrozenReportFactory(
        alliance=place.alliance,
        period_start=date(2020, 1, 1),
        period_end=date(2020, 3, 1),
        state="preview",
        goes_at=clock.now() + timedelta(days=3),
        pdf=small_pdf(),
        snapshot=snapshot(place.school),
    )
    half = half_terms(clock.today())[-1]
    frame = Frame(alliance=place.alliance, start=half.first, end=half.last, at=clock.now())
    place.review = Review.objects.create(
        alliance=place.alliance,
        period_start=half.first,
        period_end=half.last,
        communication="Good",
        worked="Visits",
        not_worked="Cover",
        figures=figures.facts(frame),
        closed_by=place.activity.organiser,
    )
