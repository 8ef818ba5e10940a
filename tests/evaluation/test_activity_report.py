"""What came of one activity: every number again from the raw rows; made once it has closed."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from pypdf import PdfReader

from apps.activities.models import Activity, Release
from apps.core import clock
from apps.core.dispatch import inline
from apps.core.permissions import Refused
from apps.evaluation import actions
from apps.evaluation.comparisons.effect import Group
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.models import Report
from apps.evaluation.reports import kind_of
from apps.evaluation.snapshot import findings, outcomes
from apps.followups.models import FollowUp
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, Story, tell
from tests.evaluation.test_snapshot import COSTS, hours, pdf_text, squeezed, tags_of
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker) -> Iterator[Story]:
    with for_the_module(django_db_blocker):
        story = tell()
        closed = story.activities[0]
        of = ContentType.objects.get_for_model(Activity)
        FollowUp.objects.filter(owner__participants__activity=closed).update(
            source_type=of, source_id=closed.pk
        )
        yield story


@pytest.fixture
def story(told: Story, db: None) -> Any:
    return deepcopy(told)


@pytest.fixture
def made(story, django_capture_on_commit_callbacks) -> Report:
    return make(story, django_capture_on_commit_callbacks)


def make(story, django_capture_on_commit_callbacks) -> Report:
    activity = story.activities[0]
    ((_group, (period,)),) = kind_of("activity").periods(activity)
    with inline(), django_capture_on_commit_callbacks(execute=True):
        report = actions.ask_for_report(
            by=story.coordinator, kind="activity", about=activity, start=period.first,
            end=period.last, client_key=uuid4(),
        )  # fmt: skip
    report.refresh_from_db()
    assert report.state == "ready", report.job.error
    return report


def test_every_number_again_from_the_rows(story, made) -> None:
    facts, activity = made.snapshot["facts"], story.activities[0]
    sessions = list(activity.sessions.all())
    held = [s for s in sessions if s.state == "held"]
    past = [s for s in sessions if s.state == "planned" and s.ends_at < made.frozen_at]
    assert (facts["sessions"]["held"], facts["sessions"]["hours_held"]) == (2, hours(held))
    assert (facts["sessions"]["not_marked"], facts["sessions"]["to_come"]) == (len(past), 0)

    places = Counter(p.organisation.name for p in activity.participants.all())
    small = {name for name, n in places.items() if n < 5}
    shown = {row["school"]: row["people"] for row in facts["people"]["schools"]}
    assert set(shown) == set(places)
    assert {name for name, n in shown.items() if n is None} >= small
    assert all(n in (None, places[name]) for name, n in shown.items())
    assert facts["people"]["total"] in (None, sum(places.values()))

    out = [r for r in Release.objects.all() if r.activity_id == activity.pk]
    cash = sum(getattr(r, f"{name}_pence") or 0 for r in out for name in COSTS)
    assert facts["release"]["planned"] == round(sum(r.planned_minutes for r in out) / 60, 1)
    priced = {r.person_id for r in out if any(getattr(r, f"{name}_pence") for name in COSTS)}
    few = any(
        0 < len(priced - theirs) < 5
        for theirs in [set(), *({r.person_id for r in out if r.organisation_id == s.pk}
                                for s in story.schools)]
    )  # fmt: skip
    assert facts["compared"] == []
    assert any("There is no comparison group" in text for text in made.snapshot["caveats"])
    assert facts["release"]["pounds"] == ({"hidden": True} if few else cash / 100)

    mine = [p for p in FollowUp.objects.all() if p.source_id == activity.pk and p.shared]
    if len({p.owner_id for p in mine}) < 5:
        assert facts["promises"] == {"hidden": True}
    else:
        assert facts["promises"]["due"] == len(mine)
    criteria = facts["outcomes"]["criteria"]
    assert (criteria["agreed"], criteria["met"], criteria["partly_met"]) == (2, 1, 1)
    pupils = {"agreed": 2, "evaluable": 1, "met": 0, "partly_met": 1, "not_met": 0}
    assert findings.changed({"pupils": pupils}) == (
        "1 of 2 measures about pupils can be judged: 1 moved nearer."
    )


def test_what_nobody_promised_is_not_a_promise_of_nothing() -> None:
    gives = {"hours": 764.0, "say_hours": 9, "money": None, "say_money": 0, "parties": 9}
    words = "The agreement promises 764 hours a year (9 of 9 schools say)."
    assert findings.promised(gives) == words
    assert findings.promised(gives | {"hours": None}) == ""
    assert findings.spent({"hidden": False, "pounds": 1204.5}).startswith("£1,204.50 for cover")
    assert findings.spent({"hidden": False, "pounds": {"hidden": True}}) == ""


def test_a_comparison_group_is_part_of_it(story, django_capture_on_commit_callbacks) -> None:
    criterion = story.activities[0].criteria.first()
    ours, theirs = Group(26, 0, 40, 6, 46, 4), Group(24, 2, 40.5, 6, 41.5, 4)
    for who in ("An earlier one", f"The class of {NAMES[0]}"):
        Comparison.objects.create(
            criterion=criterion, ours_sums=ours.as_json(), theirs_sums=theirs.as_json(),
            who_else=who, before_on=clock.today() - timedelta(days=60),
            after_on=clock.today() - timedelta(days=5), entered_by=story.coordinator,
        )  # fmt: skip
    report = make(story, django_capture_on_commit_callbacks)
    section = next(one for one in report.snapshot["sections"] if one["name"] == "compared")
    (table,) = section["tables"]
    assert table["rows"] == [
        ["Those who took part", 26, "0", "40", "46", "6"],
        ["The others", 24, "fewer than five", "40.5", "41.5", "1"],
    ]
    assert section["finding"].startswith("Those who took part did better by 5 ")
    assert "Effect size" in section["finding"] and "not drawn by lot" in table["note"]
    assert "There is no comparison group" not in " ".join(report.snapshot["caveats"])
    with report.pdf.open() as file:
        paper = pdf_text(file.read())
    assert "Beside others who did not take part" in paper and "An earlier one" not in paper


def test_another_day_brings_no_other_report(client, story, made) -> None:
    """Only a correction, of the same days, with what was measured since."""
    activity = story.activities[0]
    with clock.frozen(clock.now() + timedelta(days=1)):
        ((_group, (period,)),) = kind_of("activity").periods(activity)
        assert (period.first, period.last) == (made.period_start, made.period_end)
        with pytest.raises(Refused, match="correct the report that is there"):
            actions.ask_for_report(
                by=story.coordinator, kind="activity", about=activity, start=period.first,
                end=clock.today(), client_key=uuid4(),
            )  # fmt: skip
        client.force_login(story.coordinator, backend="django.contrib.auth.backends.ModelBackend")
        sent = {"period": period.key, "client_key": uuid4()}
        page = client.post(f"/reports/new/{activity.public_id}/activity/", sent)
        assert page["Location"] == f"/reports/{made.public_id}/"
        for criterion in activity.criteria.all():
            f.MeasurementFactory(
                criterion=criterion, value=criterion.baseline, n=28, measured_on=clock.today()
            )
        frame = kind_of("activity").frame(made, clock.now())
        assert outcomes.of_activities(frame)["criteria"]["not_met"] == 2


def test_its_paper_names_nobody(made) -> None:
    with made.pdf.open("rb") as file:
        data = file.read()
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert Counter(tags_of(root["/StructTreeRoot"]))["/H1"] == 1
    assert made.title == "Training event led by Abbey Road Primary: what came of it"
    for text in (json.dumps(made.snapshot, ensure_ascii=False), pdf_text(data)):
        for secret in (*NAMES, PRIVATE):
            assert squeezed(secret) not in squeezed(text)


def test_who_sees_the_activity_reads_it_and_who_answers_for_it_makes_it(
    client, story, made
) -> None:
    activity = story.activities[0]
    member = activity.participants.first().person
    stranger = f.PersonFactory()
    url = f"/reports/{made.public_id}/"
    for person, status in (
        (story.coordinator, 200),
        (story.head, 200),
        (member, 200),
        (story.governor, 404),
        (stranger, 404),
    ):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code == status, person.username
    client.force_login(story.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/activities/{activity.public_id}/evaluation/").content.decode()
    assert url in page
    new = f"/reports/new/{activity.public_id}/activity/"
    assert new in page
    assert client.get(new).status_code == 200
    sent = client.post(new, {"period": "2020-01-01/2020-02-01", "client_key": uuid4()})
    assert sent.status_code == 422
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(new).status_code == 403
    with pytest.raises(Refused, match="made by the organiser"):
        actions.correct_report(by=member, report=made, why="x", client_key=uuid4())


def test_it_waits_until_the_activity_has_closed(client, story) -> None:
    activity = story.activities[2]
    client.force_login(story.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/reports/new/{activity.public_id}/activity/")
    assert answer.status_code == 403
    assert "once it has closed" in answer.content.decode()
    page = client.get(f"/activities/{activity.public_id}/evaluation/").content.decode()
    assert "Make a report of it" not in page
