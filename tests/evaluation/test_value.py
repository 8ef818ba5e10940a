"""Time and money beside what was measured, and a programme's report: each number again."""

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

from apps.activities.models import Activity, Participant, Programme, Release
from apps.core import clock
from apps.core.dispatch import inline
from apps.core.permissions import Refused
from apps.evaluation import actions
from apps.evaluation.models import Report
from apps.evaluation.snapshot import activity_work, people
from apps.evaluation.snapshot.frame import Frame, ProgrammeFrame
from apps.followups.models import FollowUp
from apps.schools.enums import Role
from apps.schools.models import Membership
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, Story, tell
from tests.evaluation.test_snapshot import COSTS, hours, pdf_text, squeezed
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db
HIDDEN = {"hidden": True}
CAUSES = ("because", "caused", "led to", "thanks to", "due to", "effect", "impact", "resulted")


def furnish(story: Story) -> Any:
    """A ledger with more in it, all of it in the period; four activities make a programme."""
    today = clock.today()
    for n, row in enumerate(Release.objects.order_by("pk")):
        row.day, row.state = today - timedelta(days=n % 40), "used"
        row.actual_minutes, row.fee_pence = 45 + n, 1_000 if n % 3 else None
        row.save()
    story.programme = Programme.objects.create(
        alliance=story.alliance, name="Talk in every lesson", starts_on=today - timedelta(300),
        ends_on=today + timedelta(60),
    )  # fmt: skip
    Activity.objects.filter(pk__in=[a.pk for a in story.activities[:4]]).update(
        programme=story.programme
    )
    of = ContentType.objects.get_for_model(Activity)
    for activity in story.activities:
        mine = FollowUp.objects.filter(owner__participants__activity=activity)
        mine.update(source_type=of, source_id=activity.pk)
        for place in activity.participants.filter(organisation=story.schools[1])[:2]:
            f.FollowUpFactory(
                owner=place.person, organisation=place.organisation, due=today,
                source_type=of, source_id=activity.pk,
            )  # fmt: skip
    for place in Participant.objects.filter(activity__in=story.activities[4:]):
        f.FollowUpFactory(
            owner=place.person, organisation=place.organisation, alliance=story.alliance, due=today
        )
    story.lead = f.PersonFactory(username="lead", given_name="Zanthippe", family_name=NAMES[0])
    f.MembershipFactory(person=story.lead, organisation=story.schools[1], role=Role.CPD_LEAD)
    return story


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker) -> Iterator[Any]:
    with for_the_module(django_db_blocker):
        yield furnish(tell())


@pytest.fixture
def story(told: Any, db: None) -> Any:
    return deepcopy(told)


@pytest.fixture
def make(story, django_capture_on_commit_callbacks):
    def make(kind: str, about: Any, by: Any) -> Report:
        today = clock.today()
        with inline(), django_capture_on_commit_callbacks(execute=True):
            report = actions.ask_for_report(
                by=by, kind=kind, about=about, start=today - timedelta(days=80), end=today,
                client_key=uuid4(),
            )  # fmt: skip
        report.refresh_from_db()
        assert report.state == "ready", report.job.error
        return report

    return make


def check(found: dict[str, Any], rows: list[Any]) -> list[str]:
    """A row of the tables against the ledger; which of its two sums are shown."""
    cash = sum(getattr(r, f"{name}_pence") or 0 for r in rows for name in COSTS)
    sums = {
        "used": (round(sum(r.actual_minutes or 0 for r in rows) / 60, 1), rows),
        "pounds": (
            cash / 100,
            [r for r in rows if any(getattr(r, f"{name}_pence") for name in COSTS)],
        ),
    }
    seen = []
    for name, (expected, behind) in sums.items():
        if found[name] == HIDDEN:
            continue
        if not behind:
            assert found[name] in (None, 0)
            continue
        seen.append(name)
        assert found[name] == pytest.approx(expected)
        for school in (None, *{r.organisation_id for r in behind}):
            n = len({r.person_id for r in behind if r.organisation_id != school})
            assert n == 0 or n >= 5
    return seen


def judged(activities: list[Any]) -> Counter[str]:
    """What became of their criteria, as the scoring's own tests reckon it."""
    found: Counter[str] = Counter()
    for activity in activities:
        people = activity.participants.count()
        for criterion in activity.criteria.all():
            rows = [m for m in criterion.measurements.all() if not hasattr(m, "corrected_by")]
            latest = max(rows, key=lambda m: (m.measured_on, m.pk), default=None)
            n = latest.n if latest and latest.n else people if criterion.level == "staff" else 99
            known = criterion.baseline is not None and latest is not None
            if known and min(n, criterion.baseline_n or 99) >= 5:
                way = (latest.value - criterion.baseline) / (criterion.target - criterion.baseline)
                found["judged"] += 1
                found["met"] += way >= 1
                found["pupils_met"] += way >= 1 and criterion.level == "pupil"
    return found


def test_an_alliances_by_kind_activity_and_school(story, make) -> None:
    value = make("alliance", story.alliance, story.coordinator).snapshot["facts"]["outcomes"]
    value = value["value"]
    ledger = list(Release.objects.select_related("activity"))
    seen = []
    for row in value["kinds"]:
        mine = [a for a in story.activities if a.kind == row["kind"]]
        assert row["activities"] == len(mine) == 3
        seen += check(row, [r for r in ledger if r.activity.kind == row["kind"]])
        assert {k: row[k] for k in ("judged", "met", "pupils_met")} == {
            k: judged(mine)[k] for k in ("judged", "met", "pupils_met")
        }
    titles = {a.title: a for a in story.activities}
    for row in value["activities"]:
        activity = titles[row["title"] or "Zanthippe and friends"]
        seen += check(row, [r for r in ledger if r.activity_id == activity.pk])
        assert row["judged"] == judged([activity])["judged"]
    for row, school in zip(value["schools"], story.schools, strict=True):
        seen += check(row, [r for r in ledger if r.organisation_id == school.pk])
        here = {p.activity_id for p in Participant.objects.all() if p.organisation_id == school.pk}
        mine = [a for a in story.activities if a.pk in here or a.organisation_id == school.pk]
        assert (row["activities"], row["judged"]) == (len(mine), judged(mine)["judged"])
    assert len(seen) >= 6  # both kinds, and something of activities or schools


def test_a_schools_adds_up_to_its_ledger(story, make) -> None:
    school = story.schools[1]
    facts = make("school", school, story.lead).snapshot["facts"]
    value, ledger = facts["outcomes"]["value"], facts["release"]
    mine = [r for r in Release.objects.all() if r.organisation_id == school.pk]
    assert "schools" not in value
    by_kind = {a.pk: a.kind for a in story.activities}
    for row in value["kinds"]:
        here = [r for r in mine if by_kind[r.activity_id] == row["kind"]]
        assert row["used"] == round(sum(r.actual_minutes for r in here) / 60, 1)
    assert sum(row["used"] for row in value["kinds"]) == pytest.approx(ledger["used"], abs=0.11)
    assert sum(row["pounds"] for row in value["kinds"]) == pytest.approx(ledger["pounds"])


def test_nothing_is_said_to_have_caused_anything(story, make) -> None:
    made = make("alliance", story.alliance, story.coordinator)
    (section,) = [s for s in made.snapshot["sections"] if s["name"] == "value"]
    assert len(section["tables"]) == 3
    words = (
        json.dumps(section).casefold().replace("it does not follow that one led to the other", "")
    )
    assert not [cause for cause in CAUSES if cause in words]


def test_a_programmes_report_again_from_the_rows(client, story, make) -> None:
    made = make("programme", story.programme, story.coordinator)
    facts, mine = made.snapshot["facts"], story.activities[:4]
    keys = {a.pk for a in mine}
    assert facts["activities"]["total"] == 4
    sessions = [s for a in mine for s in a.sessions.all()]
    sessions = [s for s in sessions if s.starts_at.date() <= made.period_end]
    held = [s for s in sessions if s.state == "held"]
    assert (facts["sessions"]["held"], facts["sessions"]["hours_held"]) == (8, hours(held))

    rows = [r for r in Release.objects.all() if r.activity_id in keys]
    rest = [r for r in Release.objects.all() if r.activity_id not in keys]
    assert facts["release"]["hours_used"] == round(sum(r.actual_minutes for r in rows) / 60, 1)
    assert len({r.person_id for r in rest}) >= 5
    cash = sum(getattr(r, f"{name}_pence") or 0 for r in rows for name in COSTS)
    assert facts["release"]["pounds"] == cash / 100
    planned = sum(r.planned_minutes for r in rows if r.in_class != "no")
    assert facts["release"]["hours_planned"] == round(planned / 60, 1)
    for row in facts["outcomes"]["value"]["kinds"]:
        check(row, [r for r in rows if r.activity.kind == row["kind"]])
    active = {
        (p.organisation_id, p.person_id) for p in Participant.objects.all() if p.activity_id in keys
    }
    staff = [m for m in Membership.objects.all() if m.role in ("teacher", "support")]
    for row, school in zip(
        [*facts["people"]["by_school"]["rows"], {"cells": facts["people"]["by_school"]["total"]}],
        [*story.schools, None],
        strict=True,
    ):
        here = [m for m in staff if school is None or m.organisation_id == school.pk]
        for cell, roles in zip(
            row["cells"], ("teacher", "support", "teacher support"), strict=True
        ):
            group = {(m.organisation_id, m.person_id) for m in here if m.role in roles.split()}
            told = {"count": len(group & active), "of": len(group)}
            assert cell in (HIDDEN, told)
    assert facts["people"]["by_school"]["total"][-1]["count"] == len(active)
    criteria = facts["outcomes"]["criteria"]
    assert (criteria["agreed"], criteria["met"]) == (8, judged(mine)["met"])
    due = [p for p in FollowUp.objects.all() if p.shared and p.source_id in keys]
    assert (facts["promises"]["due"], facts["promises"]["done"]) == (
        len(due),
        sum(p.state == "done" for p in due),
    )
    assert len(due) == 20

    client.force_login(story.lead, backend="django.contrib.auth.backends.ModelBackend")
    data = client.get(f"/reports/{made.public_id}/pdf/").content
    assert PdfReader(io.BytesIO(data)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    for text in (json.dumps(made.snapshot), pdf_text(data)):
        for secret in (*NAMES, PRIVATE):
            assert squeezed(secret) not in squeezed(text)
    assert made.title == "Programme: Talk in every lesson"
    with pytest.raises(Refused, match="made by the coordinator"):
        make("programme", story.programme, story.lead)
    outsider = f.PersonFactory()
    assert not Report.objects.visible_to(outsider).exists()


def test_what_is_outside_the_programme_is_not_given_away(story, make) -> None:
    """The alliance's sums less the programme's must not tell of few."""
    few = [r.pk for r in Release.objects.filter(activity=story.activities[4])[:2]]
    Release.objects.filter(activity__programme__isnull=True).exclude(pk__in=few).update(
        actual_minutes=None, state="asked", fee_pence=None, travel_pence=None
    )
    facts = make("programme", story.programme, story.coordinator).snapshot["facts"]
    assert facts["release"]["hours_used"] == HIDDEN
    value = facts["outcomes"]["value"]
    for rows in value.values():
        assert all(row["used"] in (HIDDEN, None, 0) for row in rows)


def test_who_takes_part_outside_the_programme_is_not_given_away(story) -> None:
    """Of each group the alliance's report counts those in it and the others of its activities."""
    today = clock.today()
    days = {"start": today - timedelta(days=80), "end": today, "at": clock.now()}
    whole = people.facts(Frame(alliance=story.alliance, **days))
    frame = ProgrammeFrame(alliance=story.alliance, programme=story.programme, **days)
    part = people.facts(frame)

    tables = [[row["cells"] for row in found["by_school"]["rows"]] for found in (whole, part)]
    pairs = [
        (all_of, some)
        for rows in zip(*tables, strict=True)
        for all_of, some in zip(*rows, strict=True)
    ]
    pairs += zip(whole["by_school"]["total"], part["by_school"]["total"], strict=True)
    pairs += zip(whole["by_hours"]["cells"], part["by_hours"]["cells"], strict=True)
    shown = [
        all_of["count"] - some["count"]
        for all_of, some in pairs
        if not all_of.get("hidden") and not some.get("hidden")
    ]
    assert [n for n in shown if 0 < n < 5] == []
    assert max(shown) >= 5  # something is shown all the same


def test_what_few_promised_outside_the_programme_is_not_given_away(story) -> None:
    today = clock.today()
    frame = ProgrammeFrame(
        alliance=story.alliance, programme=story.programme, start=today - timedelta(days=80),
        end=today, at=clock.now(),
    )  # fmt: skip
    mine = activity_work.chasing(frame.activities())
    mine.update(alliance=story.alliance)
    assert not activity_work.promises_of(frame)["hidden"]
    rest = FollowUp.objects.filter(alliance=story.alliance, shared=True).exclude(pk__in=mine)
    rest.exclude(pk=rest.first().pk).update(shared=False)

    assert activity_work.promises_of(frame) == {"hidden": True}
