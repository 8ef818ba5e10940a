"""A school's report: every number again from the raw rows, and who makes and reads it."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from statistics import mean
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.activities.models import Activity, Participant, Release, Session
from apps.audits.models import Answer
from apps.audits.releasing.release import release
from apps.core import clock
from apps.core.dispatch import inline
from apps.core.permissions import Refused
from apps.evaluation import actions, pdf
from apps.evaluation.models import Report
from apps.evaluation.reports.governors import KIND
from apps.evaluation.snapshot.tables import lines
from apps.followups.models import FollowUp
from apps.schools.enums import JobRole, Role
from apps.schools.models import Membership
from tests import factories as f
from tests.evaluation.governors import chief_figures, in_words
from tests.evaluation.story import NAMES, PRIVATE, Story, tell
from tests.evaluation.test_snapshot import COSTS, hours, local, pdf_text, squeezed, tags_of
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db
DEPARTMENTS = ("Lower school", "Upper school", "")


def furnish(story: Story) -> Story:
    """The first school's CPD lead and governor, job roles, departments, a rate and an audit."""
    school = story.schools[0]
    story.lead = f.PersonFactory(username="lead", given_name="Zanthippe", family_name=NAMES[0])
    f.MembershipFactory(person=story.lead, organisation=school, role=Role.CPD_LEAD)
    f.MembershipFactory(person=story.governor, organisation=school, role=Role.GOVERNOR)
    for n, row in enumerate(Membership.objects.staff().at(school).order_by("pk")):
        support = row.role == Role.SUPPORT
        row.job_role = JobRole.TEACHING_ASSISTANT if support else JobRole.TEACHER
        row.job_role = JobRole.SENIOR_LEADER if n % 9 == 4 else row.job_role
        row.department = DEPARTMENTS[n % 3]
        row.save()
    f.SupplyRateFactory(organisation=school, pence=21_800, starts_on=clock.today() - timedelta(300))
    mine = Release.objects.filter(organisation=school, state="used").order_by("pk")
    for n, row in enumerate(mine):
        supply = {"supply_unit": "day", "supply_count": 1, "cover_pence": 21_800 if n else None}
        Release.objects.filter(pk=row.pk).update(
            **({"cover": "supply", **supply} if n < 4 else {"cover": "internal"})
        )
    audit = school.audits.get()
    audit.results = release(audit)
    audit.save()
    return story


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker) -> Iterator[Story]:
    with for_the_module(django_db_blocker):
        yield furnish(tell())


@pytest.fixture
def story(told: Story, db: None) -> Any:
    return deepcopy(told)


@pytest.fixture
def make(story, django_capture_on_commit_callbacks):
    def make(kind: str, by=None, **values) -> Report:
        today = clock.today()
        days = {"start": today - timedelta(days=80), "end": today} | values
        with inline(), django_capture_on_commit_callbacks(execute=True):
            report = actions.ask_for_report(
                by=by or story.lead, kind=kind, about=story.schools[0], client_key=uuid4(), **days
            )
        report.refresh_from_db()
        assert report.state == "ready", report.job.error
        return report

    return make


def shown(active: set[int], group: list[int]) -> dict[str, Any]:
    return {"count": len(active & set(group)), "of": len(group)}


def test_what_was_done_again_from_the_rows(story, make) -> None:
    made = make("school")
    facts, school = made.snapshot["facts"], story.schools[0]
    start, end, now = made.period_start, made.period_end, made.frozen_at
    here = {
        p.activity_id for p in Participant.objects.all()
        if p.organisation_id == school.pk and p.state == "accepted"
    }  # fmt: skip
    activities = [
        a for a in Activity.objects.all() if a.pk in here or a.organisation_id == school.pk
    ]

    assert facts["activities"]["total"] == len(activities) == 6
    by_state = {state: n for state, n in facts["activities"]["by_state"].items() if n}
    assert by_state == dict(Counter(a.state for a in activities))

    sessions = [
        s for s in Session.objects.all()
        if s.activity in activities and start <= local(s.starts_at) <= end
    ]  # fmt: skip
    held = [s for s in sessions if s.state == "held"]
    late = [s for s in sessions if s.state == "planned" and s.ends_at < now]
    assert facts["sessions"] == {
        "held": len(held),
        "not_marked": len(late),
        "to_come": len(sessions) - len(held) - len(late),
        "postponed": 0,
        "cancelled": 0,
        "hours_held": hours(held),
        "hours_planned": hours(sessions),
    }

    mine = [
        p for p in FollowUp.objects.all()
        if p.organisation_id == school.pk and p.shared and start <= p.due <= end
    ]  # fmt: skip
    states = Counter(p.state for p in mine)
    assert len({p.owner_id for p in mine}) >= 5
    assert facts["promises"] == {
        "hidden": False,
        "due": len(mine),
        "done": states["done"],
        "overdue": states["open"],
        "open": 0,
        "dropped": 0,
        "moved": 0,
    }


def test_time_and_money_again_from_the_rows(story, make) -> None:
    made = make("school")
    found, school = made.snapshot["facts"]["release"], story.schools[0]
    out = [
        r for r in Release.objects.all()
        if r.organisation_id == school.pk and made.period_start <= r.day <= made.period_end
        and r.in_class != "no" and r.state in ("asked", "approved", "used")
    ]  # fmt: skip
    takes = [r.planned_minutes if r.actual_minutes is None else r.actual_minutes for r in out]
    cash = {name: sum(getattr(r, f"{name}_pence") or 0 for r in out) for name in COSTS}

    def told(figure: float, *parts: list[Any]) -> Any:
        """Hidden where fewer than five stand behind one of ``parts``."""
        people = [len({r.person_id for r in part}) for part in parts]
        return {"hidden": True} if any(0 < n < 5 for n in people) else figure

    asked = [r for r in out if r.state == "asked"]
    decided = [r for r in out if r.state != "asked"]
    inside = [r for r in out if r.cover == "internal"]
    priced = {name: [r for r in out if getattr(r, f"{name}_pence")] for name in COSTS}
    every = [r for rows in priced.values() for r in rows]
    internal = sum(n for n, r in zip(takes, out, strict=True) if r.cover == "internal")
    waiting = sum(r.planned_minutes for r in asked)
    assert found["people"] == len({r.person_id for r in out}) >= 5
    assert found["planned"] == round(sum(r.planned_minutes for r in out) / 60, 1)
    assert found["used"] == told(
        round(sum(r.actual_minutes or 0 for r in out) / 60, 1),
        [r for r in out if r.actual_minutes],
    )
    assert found["waiting"] == told(round(waiting / 60, 1), asked, decided)
    assert found["internal"] == told(round(internal / 60, 1), inside)
    assert cash["cover"] / 100 == 3 * 218 and len(priced["cover"]) == 3
    for name in ("supply", "travel", "extra_pay", "fees"):  # all, where one would point at few
        assert found[name] == {"hidden": True}
    assert found["pounds"] == told(sum(cash.values()) / 100, every)
    assert found["unpriced"] == 1
    assert found["rate"] == 218
    assert made.snapshot["facts"]["promised"] == {"hours": 40, "money": 250.0}


def test_people_again_from_the_rows(story, make) -> None:
    people, school = make("school").snapshot["facts"]["people"], story.schools[0]
    active = {p.person_id for p in Participant.objects.all() if p.organisation_id == school.pk}
    held = [m for m in Membership.objects.all() if m.organisation_id == school.pk]
    held = [m for m in held if m.role in ("teacher", "support")]

    def group(wanted) -> dict[str, Any]:
        return shown(active, [m.person_id for m in held if wanted(m)])

    hidden = {"hidden": True}
    assert people["all"] == group(lambda m: True) == {"count": 16, "of": 32}
    for role, cell in people["groups"].items():
        assert cell in (hidden, group(lambda m, r=role: m.role == r))
    for row in people["job_roles"]:
        wanted = (row["group"], row["name"])
        assert row["cell"] in (hidden, group(lambda m, w=wanted: (m.role, m.job_role) == w))
    for row in people["departments"]:
        assert row["cell"] in (hidden, group(lambda m, r=row["name"]: m.department == r))
    tests = {
        "full_time": lambda m: m.fte is not None and m.fte >= 1,
        "part_time": lambda m: m.fte is not None and m.fte < 1,
        "not_known": lambda m: m.fte is None,
    }
    for name, test in tests.items():
        assert people["hours"][name] in (hidden, group(test))
    cells = [*people["groups"].values(), *people["hours"].values()]
    cells += [row["cell"] for row in (*people["job_roles"], *people["departments"])]
    known = [cell for cell in cells if cell != hidden]
    assert len(known) >= 4
    for cell in known:
        out = cell["of"] - cell["count"]
        assert cell["of"] >= 5
        assert min(n for n in (cell["count"], out, 99) if n) >= 5
    senior = [row["cell"] for row in people["job_roles"] if row["name"] == "senior_leader"]
    assert senior == [hidden, hidden]  # two or so of each group


def test_outcomes_and_needs_again_from_the_rows(story, make) -> None:
    facts = make("school").snapshot["facts"]
    expected = Counter()
    for activity in story.activities:
        people = activity.participants.count()
        for criterion in activity.criteria.all():
            rows = [m for m in criterion.measurements.all() if not hasattr(m, "corrected_by")]
            latest = max(rows, key=lambda m: (m.measured_on, m.pk), default=None)
            n = latest.n if latest and latest.n else people if criterion.level == "staff" else 99
            if min(n, criterion.baseline_n or 99) < 5:
                expected["too_few"] += 1
            elif criterion.baseline is None or latest is None:
                expected["not_evaluable"] += 1
            else:
                way = (latest.value - criterion.baseline) / (criterion.target - criterion.baseline)
                expected["met" if way >= 1 else "not_met" if way <= 0 else "partly_met"] += 1
    found = facts["outcomes"]["criteria"]
    assert found["agreed"] == sum(expected.values()) == 12
    for status in ("met", "partly_met", "not_met", "not_evaluable", "too_few"):
        assert found[status] == expected[status]

    (audit,) = facts["needs"]["released"]
    answers = Answer.objects.filter(response__audit__organisation=story.schools[0])
    needs: dict[str, list[int]] = {}
    for answer in answers:
        value = (5 - answer.confidence) * answer.priority
        needs.setdefault(answer.question.topic.name, []).append(value)
    assert {row["topic"]: (row["need"], row["people"]) for row in audit["topics"]} == {
        topic: (pytest.approx(mean(values), abs=0.06), len(values))
        for topic, values in needs.items()
    }
    assert audit["answered"] == "at least 15 of 16"
    assert (facts["needs"]["audits"], facts["needs"]["open"]) == (1, 0)


def test_page_paper_and_files_show_the_same(client, story, make) -> None:
    made = make("school")
    client.force_login(story.head, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/reports/{made.public_id}/"
    page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    data = client.get(f"{address}pdf/").content
    csv = b"".join(client.get(f"{address}csv/").streaming_content).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(f"{address}xlsx/").content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))

    expected = lines(made.snapshot)
    assert len(expected) > 80
    assert len(rows) == len(csv.splitlines()) - 1 == len(expected)
    for line, row in zip(expected, rows, strict=True):
        assert ["" if cell is None else cell for cell in row] == line
    for answer in made.snapshot["answers"]:
        for place in (page, pdf_text(data)):
            assert squeezed(answer["finding"]) in squeezed(place)
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    tags = Counter(tags_of(root["/StructTreeRoot"]))
    assert root["/MarkInfo"]["/Marked"]
    assert (tags["/H1"], tags["/Figure"]) == (1, 3)
    kept = json.dumps(made.snapshot, ensure_ascii=False)
    for text in (kept, pdf_text(data), csv):
        for secret in (*NAMES, PRIVATE, "Given7"):
            assert squeezed(secret) not in squeezed(text)


def test_the_term_before_stands_beside_it(make) -> None:
    today = clock.today()
    earlier = make("school", start=today - timedelta(days=200), end=today - timedelta(days=81))
    made = make("school")

    assert made.snapshot["before"]["report"] == earlier.public_id
    (table,) = made.snapshot["sections"][0]["tables"]
    for column, report in zip(table["columns"][1:], (made, earlier), strict=True):
        assert column["label"].endswith(f"{report.period_end:%Y}")
        assert column["label"].startswith(f"{report.period_start.day} ")
    hours_held = next(row for row in table["rows"] if row[0] == "Hours of sessions held")
    assert hours_held[1] == made.snapshot["facts"]["sessions"]["hours_held"]
    assert hours_held[2] == earlier.snapshot["facts"]["sessions"]["hours_held"] == 0


def test_reports_about_a_school_share_all_their_days_or_none(make) -> None:
    made = make("school")
    first, last, day = made.period_start, made.period_end, timedelta(days=1)
    for start, end in ((first, last - day), (first + day, last), (first - day, last + day)):
        for kind in ("school", "governors"):
            with pytest.raises(Refused, match="what one person did"):
                make(kind, start=start, end=end)
    assert make("governors").period_end == last
    assert make("governors", start=first - 40 * day, end=first - day)


def test_its_lead_and_head_make_and_correct_it(story, make) -> None:
    made = make("school", by=story.head)
    for person in (story.governor, story.coordinator):
        with pytest.raises(Refused, match="made by its CPD leads and its head"):
            make("school", by=person)
    with inline():
        new = actions.correct_report(
            by=story.lead, report=made, why="A cost was late", client_key=uuid4()
        )
    assert (new.organisation, new.kind, new.corrects) == (story.schools[0], "school", made)


def test_each_reader_finds_the_reports_they_may_read(client, story, make) -> None:
    made = make("school")
    for person, may in (
        (story.lead, True),
        (story.head, True),
        (story.governor, False),
        (story.coordinator, False),
    ):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        listed = made.public_id in client.get("/reports/").content.decode()
        page = client.get(f"/reports/{made.public_id}/").status_code
        assert (listed, page) == (may, 200 if may else 404)
    client.force_login(story.head, backend="django.contrib.auth.backends.ModelBackend")
    assert made.public_id in client.get("/").content.decode()


def test_governors_get_exactly_two_tagged_pages_without_a_name(client, story, make) -> None:
    made = make("governors", by=story.head)
    facts = make("school").snapshot["facts"]
    assert made.snapshot["facts"] == facts  # the same as the school's own report
    assert chief_figures(made) == in_words(facts)
    client.force_login(story.governor, backend="django.contrib.auth.backends.ModelBackend")
    home = client.get("/").content.decode()
    assert f"/reports/{made.public_id}/" in home
    data = client.get(f"/reports/{made.public_id}/pdf/").content
    paper, page = pdf_text(data), client.get(f"/reports/{made.public_id}/").content.decode()
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]

    assert len(reader.pages) == 2
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    tags = Counter(tags_of(root["/StructTreeRoot"]))
    assert (tags["/H1"], tags["/H2"], tags["/Table"]) == (1, 6, 4)
    for answer in made.snapshot["answers"]:
        for place in (paper, re.sub(r"<[^>]+>", " ", page)):
            assert squeezed(answer["finding"]) in squeezed(place)
    assert len(made.snapshot["questions"]) == 3
    given = [m.person.given_name for m in Membership.objects.at(story.schools[0])]
    for text in (json.dumps(made.snapshot, ensure_ascii=False), paper):
        words = set(re.findall(r"\w+", text.casefold()))
        assert words.isdisjoint(name.casefold() for name in (*NAMES, *given))
        assert squeezed(PRIVATE) not in squeezed(text)
    jargon = {"baseline", "release", "fte", "criteria", "criterion", "evaluable", "cpd", "guskey"}
    assert jargon.isdisjoint(re.findall(r"\w+", paper.casefold()))


def test_it_stays_two_pages_however_much_is_in_them(make) -> None:
    found = make("governors").snapshot
    found |= {"title": "St Mary and All Saints " * 9, "correction": "a cost " * 42, "is_demo": True}
    found["before"] = {"report": "x", "words": "", "headline": {}}
    found["questions"] = ["Why, and what would help? " * 12] * 3
    for answer in found["answers"]:
        answer |= {"finding": answer["finding"] * 3, "detail": answer["finding"] * 5}

    assert len(PdfReader(io.BytesIO(pdf.make(found, KIND.paper))).pages) == 2
