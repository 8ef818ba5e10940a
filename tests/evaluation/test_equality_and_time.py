"""Equality and release time, of a school and an alliance: every number again from the rows."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from apps.activities.models import Participant, Release
from apps.core import clock
from apps.core.dispatch import inline
from apps.core.years import academic_year, year_bounds
from apps.evaluation import actions
from apps.evaluation.models import Report
from apps.evaluation.snapshot import equality, school_says, time
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.evaluation.snapshot.people import FULL, PART
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, Story, tell
from tests.evaluation.test_snapshot import pdf_text, squeezed
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db
HIDDEN = {"hidden": True}
STAGES = ("ect_1", "established", "established", "experienced", "")


def furnish(story: Story) -> Any:
    """Career stages, sizes and phases of schools; a ledger with covers and payers of many."""
    today = clock.today()
    for n, row in enumerate(Membership.objects.staff().order_by("pk")):
        row.career_stage, row.phase = STAGES[n % 5], ("primary", "nursery")[n % 4 == 3]
        row.save()
    for n, school in enumerate(story.schools):
        values = {"pupils": (80, 900, 210, 250, None)[n]}
        phase = "secondary" if n == 1 else "primary"
        Organisation.objects.filter(pk=school.pk).update(phase=phase, **values)
    for n, row in enumerate(Release.objects.order_by("pk")):
        row.day, row.state = today - timedelta(days=n % 40), "not_used" if n % 4 == 3 else "used"
        row.actual_minutes = 45 + n if row.state == "used" else None
        row.cover = ("internal", "supply", "none")[n % 3]
        row.payer = "alliance" if n % 2 else "own"
        row.fee_pence = 1_000
        if row.cover == "supply":
            row.supply_unit, row.supply_count, row.cover_pence = "day", 1, 20_000
        row.save()
    school = story.schools[1]
    f.TimeBudgetFactory(organisation=school, year=academic_year(today), cpd_hours=30)
    story.lead = f.PersonFactory(username="lead", given_name="Zanthippe", family_name=NAMES[0])
    f.MembershipFactory(person=story.lead, organisation=school, role=Role.CPD_LEAD)
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
    def make(kind: str) -> Report:
        of_school = kind.startswith("school")
        today = clock.today()
        with inline(), django_capture_on_commit_callbacks(execute=True):
            report = actions.ask_for_report(
                by=story.lead if of_school else story.coordinator, kind=kind,
                about=story.schools[1] if of_school else story.alliance,
                start=today - timedelta(days=80), end=today, client_key=uuid4(),
            )  # fmt: skip
        report.refresh_from_db()
        assert report.state == "ready", report.job.error
        return report

    return make


def staff_of(schools: list[Any]) -> list[Any]:
    keys = {school.pk for school in schools}
    rows = [m for m in Membership.objects.all() if m.organisation_id in keys]
    return [m for m in rows if m.role in ("teacher", "support")]


def active() -> set[Any]:
    return {(p.organisation_id, p.person_id) for p in Participant.objects.all()}


def of_hours(m: Any) -> str:
    return "not_known" if m.fte is None else "full_time" if m.fte >= 1 else "part_time"


def check_cells(
    rows: list[Any], staff: list[Any], way: Callable[[Any], str], *, readers: bool
) -> int:
    """Each shown cell against the staff; how many are shown."""
    taking, seen = active(), 0
    assert {row["name"] for row in rows} == {way(m) for m in staff}
    for row in rows:
        if row["cell"] == HIDDEN:
            continue
        seen += 1
        mine = [m for m in staff if way(m) == row["name"]]
        came = [m for m in mine if (m.organisation_id, m.person_id) in taking]
        assert row["cell"] == {"count": len(came), "of": len(mine)}
        for school in (None, *{m.organisation_id for m in mine}) if readers else (None,):
            left = [m for m in mine if m.organisation_id != school]
            there = len([m for m in came if m.organisation_id != school])
            for n in (len(left), there, len(left) - there):
                assert n == 0 or n >= 5
    return seen


def sizes(m: Any) -> str:
    pupils = m.organisation.pupils
    if pupils is None:
        return ""
    return "100" if pupils <= 100 else "300" if pupils <= 300 else "1000"


@pytest.mark.parametrize("of", ["school", "alliance"])
def test_who_takes_part_again_from_the_rows(story, make, of) -> None:
    made = make(f"{of}_equality")
    found = made.snapshot["facts"]["people"]
    across = of == "alliance"
    staff = staff_of(story.schools if across else [story.schools[1]])
    taking = active()
    whole = {
        "count": sum((m.organisation_id, m.person_id) in taking for m in staff),
        "of": len(staff),
    }
    assert found["all"] == whole
    ways: dict[str, Callable[[Any], str]] = {
        "groups": lambda m: m.role,
        "hours": of_hours,
        "career_stages": lambda m: m.career_stage,
        "phases": (lambda m: m.organisation.phase) if across else (lambda m: m.phase),
    }
    if across:
        ways["sizes"] = sizes
    seen = {
        name: check_cells(found[name], staff, way, readers=across) for name, way in ways.items()
    }
    assert sum(seen.values()) >= 5 and seen["hours"]

    tables = {t["name"]: t for t in made.snapshot["sections"][0]["tables"]}
    for row, cell in zip(tables["hours"]["rows"], found["hours"], strict=False):
        if cell["cell"] != HIDDEN:
            count, of_group = cell["cell"]["count"], cell["cell"]["of"]
            part = f"{of_group} of {whole['of']} ({round(100 * of_group / whole['of'])}%)"
            share = f"{count} of {whole['count']} ({round(100 * count / whole['count'])}%)"
            assert row[1:3] == [part, share]


def few(rows: list[Any]) -> bool:
    """One to four people, all of them or without those of one school."""
    left = [{r.person_id for r in rows if r.organisation_id != school.organisation_id}
            for school in rows]  # fmt: skip
    return any(0 < len(people) < 5 for people in ({r.person_id for r in rows}, *left))


def pounds(rows: list[Any]) -> float:
    parts = ("cover", "travel", "extra_pay", "fee")
    return sum(getattr(r, f"{part}_pence") or 0 for r in rows for part in parts) / 100


@pytest.mark.parametrize("of", ["school", "alliance"])
def test_time_and_payers_again_from_the_rows(story, make, of) -> None:
    found = make(f"{of}_time").snapshot["facts"]["time"]
    keys = {s.pk for s in (story.schools if of == "alliance" else [story.schools[1]])}
    rows = [r for r in Release.objects.all() if r.organisation_id in keys]
    used = [r for r in rows if r.state == "used"]
    assert found["ledger"]["used"] == round(sum(r.actual_minutes for r in used) / 60, 1)
    lost = [r for r in rows if r.state == "not_used"]
    assert found["not_used"] == (
        HIDDEN if few(lost) else round(sum(r.planned_minutes for r in lost) / 60, 1)
    )

    fte = {(m.organisation_id, m.person_id): m.fte for m in staff_of(story.schools)}
    hours = {
        key: "not_known" if part is None else "full_time" if part >= 1 else "part_time"
        for key, part in fte.items()
    }
    ways = {
        "covers": ("cover", lambda r: r.cover),
        "payers": ("payer", lambda r: r.payer),
    }
    shown = 0
    for name, (key, way) in ways.items():
        sums: Counter[str] = Counter()
        for row in used:
            sums[way(row)] += row.actual_minutes
        assert {row[key] for row in found[name]} >= set(sums)
        for row in found[name]:
            if row["used"] != HIDDEN:
                shown += 1
                assert row["used"] == round(sums[row[key]] / 60, 1)
    assert shown >= (2 if of == "school" else 4)
    for row in found["payers"]:
        assert row["pounds"] in (HIDDEN, pounds([r for r in used if r.payer == row["payer"]]))
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for key, part in fte.items():
        if key[0] in keys and part is not None:
            whole[hours[key]] += part
    taken = Counter()
    for row in used:
        taken[hours[row.organisation_id, row.person_id]] += row.actual_minutes
    assert [row["hours"] for row in found["hours"]] == ["full_time", "part_time"]
    for row in found["hours"]:
        group = row["hours"]
        assert row["fte"] == float(round(whole[group], 1))
        each = round(taken[group] / 60 / float(whole[group]), 1)
        assert row["each"] in ((each,) if group == "full_time" else (each, HIDDEN))


def test_what_is_left_of_a_year_is_pro_rata_and_known_from_its_first_day(story) -> None:
    school, today = story.schools[1], clock.today()
    start = year_bounds(academic_year(today))[0]
    frame = SchoolFrame(school=school, start=start, end=today, at=clock.now())
    teachers = [m for m in staff_of([school]) if m.role == "teacher"]
    mine = {m.person_id for m in teachers}
    rows = [
        r
        for r in Release.objects.all()
        if r.person_id in mine and r.state == "used" and start <= r.day
    ]
    taken = sum(r.actual_minutes for r in rows) / 60
    aside = float(30 * sum(m.fte for m in teachers if m.fte is not None))
    found = time.budget(frame)
    if 0 < len({r.person_id for r in rows}) < 5:
        assert found["taken"] == HIDDEN
    else:
        assert found["set_aside"] == aside
        assert found["taken"] == round(taken, 1)
        assert found["left"] == round(aside - taken, 1)
    later = SchoolFrame(school=school, start=start + timedelta(1), end=today, at=clock.now())
    assert time.budget(later)["left"] in (None, HIDDEN)


@pytest.mark.parametrize(
    ("kind", "reader"),
    [("school_equality", "lead"), ("school_time", "governor"), ("alliance_equality", "head"),
     ("alliance_time", "governor")],
)  # fmt: skip
def test_page_and_paper_say_the_same_and_name_nobody(client, story, make, kind, reader) -> None:
    made = make(kind)
    client.force_login(getattr(story, reader), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/reports/{made.public_id}/").content.decode()
    data = client.get(f"/reports/{made.public_id}/pdf/").content
    assert PdfReader(io.BytesIO(data)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    paper = pdf_text(data)
    for answer in made.snapshot["answers"]:
        assert squeezed(answer["finding"]) in squeezed(paper)
    for text in (json.dumps(made.snapshot), paper, page.split("<main")[1]):
        for secret in (*NAMES, PRIVATE, "Given7"):
            assert squeezed(secret) not in squeezed(text)
    assert not Report.objects.visible_to(f.PersonFactory()).exists()


def test_what_cannot_be_shown_is_said_once_and_nothing_is_claimed_of_it() -> None:
    hidden = {"hidden": True}
    rows = [{"name": name, "cell": hidden} for name in (PART, FULL)]
    found = {"all": {"count": 11, "of": 41}, "hours": rows}
    found |= {key: [] for key in ("groups", "job_roles", "career_stages", "phases", "sizes")}
    assert equality.tables(found) == []
    assert equality.untold(found).startswith("Nothing can be shown by hours:")
    assert "large enough" in equality.least(found)
    special = {"name": "not_applicable", "cell": {"count": 2, "of": 40}}
    said = equality.least(found | {"phases": [special], "hours": []})
    assert said == "Least reached: Phase: Not applicable 2 of 40 (5%)."
    out = {"hidden": False, "planned": hidden, "used": 41.4}
    assert "out of class or off duty for 41.4 hours" in school_says.cost(out)
