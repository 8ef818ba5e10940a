"""Every number of a report, counted again from the raw rows, one by one, in plain Python."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.activities.models import Activity, Participant, Release, Session
from apps.audits.enums import AuditState
from apps.audits.models import Answer, Audit, Participation
from apps.core import clock
from apps.core.dispatch import inline
from apps.evaluation import actions
from apps.evaluation.models import Report
from apps.evaluation.snapshot import needs, work
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.snapshot.tables import lines
from apps.followups.models import FollowUp
from apps.schools.calendars import LONDON
from apps.schools.models import Membership
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, SCHOOLS, Story, tell
from tests.support.kept import for_the_module

COSTS = ("cover", "travel", "extra_pay", "fee")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker) -> Iterator[Story]:
    with for_the_module(django_db_blocker):
        story = tell(is_demo=True)
        used = Release.objects.filter(state="used").order_by("pk").values_list("pk", flat=True)
        in_their_own_time = Release.objects.filter(pk__in=list(used)[::4])
        in_their_own_time.update(in_class="no", fee_pence=750)
        yield story


@pytest.fixture
def story(told: Story, db: None) -> Story:
    return deepcopy(told)


@pytest.fixture
def made(story, django_capture_on_commit_callbacks) -> Report:
    with inline(), django_capture_on_commit_callbacks(execute=True):
        report = actions.ask_for_report(
            by=story.coordinator,
            kind="alliance",
            about=story.alliance,
            start=clock.today() - timedelta(days=80),
            end=clock.today(),
            client_key=uuid4(),
        )
    report.refresh_from_db()
    assert report.state == "ready", report.job.error
    return report


def local(moment):
    return timezone.localdate(moment)


def hours(rows) -> float:
    return round(sum((s.ends_at - s.starts_at).total_seconds() for s in rows) / 3600, 1)


def test_every_number_again_from_the_rows(story, made) -> None:
    facts = made.snapshot["facts"]
    start, end, now = made.period_start, made.period_end, made.frozen_at
    activities = [a for a in Activity.objects.all() if a.alliance_id == story.alliance.pk]

    # activities
    assert facts["activities"]["total"] == len(activities)
    by_state = Counter(a.state for a in activities)
    assert {k: n for k, n in facts["activities"]["by_state"].items() if n} == dict(by_state)
    assert {
        (kind, state): n
        for kind, row in facts["activities"]["by_kind"].items()
        for state, n in row.items()
        if n
    } == dict(Counter((a.kind, a.state) for a in activities))

    # sessions and time
    sessions = [s for s in Session.objects.all() if start <= local(s.starts_at) <= end]
    held = [s for s in sessions if s.state == "held"]
    late = [s for s in sessions if s.state == "planned" and s.ends_at < now]
    assert facts["sessions"]["held"] == len(held) == 12
    assert facts["sessions"]["not_marked"] == len(late)
    assert facts["sessions"]["to_come"] == len(sessions) - len(held) - len(late)
    assert facts["sessions"]["hours_held"] == hours(held)
    assert facts["sessions"]["hours_planned"] == hours(sessions)

    # release
    live = [
        r
        for r in Release.objects.all()
        if r.activity in activities
        and r.day
        and start <= r.day <= end
        and r.state in ("asked", "approved", "used")
    ]
    out = [r for r in live if r.in_class != "no"]
    assert 5 <= len({r.person_id for r in out}) < len(live)
    cash = [getattr(r, f"{name}_pence") or 0 for r in live for name in COSTS]
    assert facts["release"] == {
        "hidden": False,
        "unknown": sum(r.planned_minutes is None and r.actual_minutes is None for r in out),
        "hours_planned": round(sum(r.planned_minutes or 0 for r in out) / 60, 1),
        "hours_used": round(sum(r.actual_minutes or 0 for r in out if r.state == "used") / 60, 1),
        "hours_waiting": round(
            sum(r.planned_minutes or 0 for r in out if r.state == "asked") / 60, 1
        ),
        "pounds": sum(cash) / 100 or None,
    }

    # promises
    mine = [p for p in FollowUp.objects.all() if p.shared and start <= p.due <= end]
    states = Counter(p.state for p in mine)
    assert facts["promises"] == {
        "hidden": False,
        "due": len(mine),
        "done": states["done"],
        "overdue": sum(p.state == "open" and p.due < clock.today() for p in mine),
        "open": 0,
        "dropped": 0,
        "moved": 0,
    }

    # partnership
    assert facts["partnership"]["invited"] == 6
    assert (facts["partnership"]["joined"], facts["partnership"]["signed"]) == (5, 4)
    assert facts["partnership"]["waiting_for"] == ["Eashing Juniors"]
    assert facts["promised"] == {
        "hours": 160, "say_hours": 4, "money": 1000.0, "say_money": 4, "parties": 5,
    }  # fmt: skip


def test_people_again_from_the_rows(story, made) -> None:
    found = made.snapshot["facts"]["people"]
    active = {(p.organisation_id, p.person_id) for p in Participant.objects.all()}
    for row, school in zip(found["by_school"]["rows"], story.schools, strict=True):
        held = Membership.objects.filter(organisation=school)
        for cell, roles in zip(
            row["cells"], (["teacher"], ["support"], ["teacher", "support"]), strict=True
        ):
            group = [m for m in held if m.role in roles]
            count = sum((m.organisation_id, m.person_id) in active for m in group)
            assert cell in ({"hidden": True}, {"count": count, "of": len(group)})
    assert found["by_school"]["total"] == [
        {"count": sum(s[3] for s in SCHOOLS), "of": sum(s[1] for s in SCHOOLS)},
        {"count": sum(s[4] for s in SCHOOLS), "of": sum(s[2] for s in SCHOOLS)},
        {"count": sum(s[3] + s[4] for s in SCHOOLS), "of": sum(s[1] + s[2] for s in SCHOOLS)},
    ]
    names = [row["school"] for row in found["by_school"]["rows"]]
    small = found["by_school"]["rows"][names.index("Chalk Hill Infants")]
    assert small["cells"][1] == {"hidden": True}
    shown = [cell for cell in found["by_hours"]["cells"][:-1] if "count" in cell]
    assert sum(cell["count"] for cell in shown) == found["by_hours"]["cells"][-1]["count"]


def test_outcomes_again_from_the_rows(story, made) -> None:
    found = made.snapshot["facts"]["outcomes"]
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
    statuses = ("met", "partly_met", "not_met", "not_evaluable", "too_few")
    assert {key: found["criteria"][key] for key in statuses} == {
        key: expected[key] for key in statuses
    }
    assert found["criteria"]["agreed"] == sum(expected.values()) == 12
    for key in ("agreed", *statuses):
        assert sum(row[key] for row in found["evidence"]) == found["criteria"][key]
    for activity in found["activities"]:
        judged = [p for p in activity["parts"] if p["progress"] is not None]
        assert activity["evaluable_weight"] == sum(p["weight"] for p in judged)
        total = sum(p["weight"] * p["progress"] for p in judged)
        assert activity["score"] == (round(total, 1) if judged else None)
    pupils, staff = found["overall"]["parts"]
    assert (pupils["weight"], staff["weight"]) == (60, 40)
    assert pupils["progress"] == 0.5  # of 1, 0.5 and 0; the fourth has four pupils
    assert found["overall"]["score"] == round(60 * pupils["progress"] + 40 * staff["progress"], 1)


def test_needs_again_from_the_rows(story, made) -> None:
    found = made.snapshot["facts"]["needs"]
    assert found["audits"] == Audit.objects.count() == 3
    asked = Participation.objects.count()
    assert found["people"] == {"count": asked, "of": asked}
    needs: dict[str, dict[int, list[int]]] = {}
    for answer in Answer.objects.select_related("question__topic", "response"):
        schools = needs.setdefault(answer.question.topic.name, {})
        value = (5 - answer.confidence) * answer.priority
        schools.setdefault(answer.response.organisation_id, []).append(value)
    expected = []
    for topic, schools in needs.items():
        large = [values for values in schools.values() if len(values) >= 5]
        if len(large) > 2:  # of two schools each could work out the other's
            everybody = [value for values in large for value in values]
            expected.append((topic, round(sum(everybody) / len(everybody), 1), len(everybody)))
    assert {(t["topic"], t["need"], t["people"]) for t in found["biggest"]} == set(expected)
    assert "Assessment" not in {t["topic"] for t in found["biggest"]}  # one school alone


def test_page_paper_and_files_show_the_same_figures(client, story, made) -> None:
    client.force_login(story.head, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/reports/{made.public_id}/"
    page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    paper = pdf_text(client.get(f"{address}pdf/").content)
    csv = b"".join(client.get(f"{address}csv/").streaming_content).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(f"{address}xlsx/").content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))

    expected = lines(made.snapshot)
    assert len(expected) > 80
    assert len(rows) == len(csv.splitlines()) - 1 == len(expected)
    for line, row in zip(expected, rows, strict=True):
        assert ["" if cell is None else cell for cell in row] == line
    for answer in made.snapshot["answers"]:
        for place in (page, paper):
            assert squeezed(answer["finding"]) in squeezed(place)
    for finding in ("43 of 91 (47%)", "16 of 70 (23%)", "59 of 161 (37%)", "21 of 58 (36%)"):
        assert finding in page
        assert squeezed(finding) in squeezed(paper)
        assert finding in csv
    assert "invented" in page
    assert squeezed("people and figures are invented") in squeezed(paper)


def test_the_paper_is_tagged_and_short(made) -> None:
    with made.pdf.open("rb") as file:
        reader = PdfReader(io.BytesIO(file.read()))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "Evaluation of Five Rivers Alliance"
    assert 2 <= len(reader.pages) <= 4
    tags = Counter(tags_of(root["/StructTreeRoot"]))
    assert tags["/Figure"] == 3
    assert tags["/H1"] == 1
    assert tags["/H2"] >= 10
    assert tags["/Table"] >= 8
    assert tags["/TH"] > 20
    xmp = reader.xmp_metadata.stream.get_data().decode()
    assert "pdfuaid" in xmp


def test_charts_say_what_they_show(made) -> None:
    charts = made.snapshot["charts"]
    assert len(charts) == 3
    for chart in charts.values():
        assert chart["svg"].startswith("<svg")
        assert f'<title id="chart-{chart["name"]}-title">' in chart["svg"]
        assert chart["title"]
        assert len(chart["alt"]) > 20
        assert len(chart["rows"][0]) == len(chart["columns"])
        assert "style=" not in chart["svg"]


def test_nobody_and_nothing_private_is_in_it(story, made) -> None:
    with made.pdf.open("rb") as file:
        paper = pdf_text(file.read())
    kept = json.dumps(made.snapshot, ensure_ascii=False)
    for text in (kept, paper):
        for secret in (*NAMES, PRIVATE, "Given7"):
            assert squeezed(secret) not in squeezed(text)
    assert "Training event led by Abbey Road Primary" in kept  # its title named somebody


def test_the_report_before_stands_beside_it(
    story, made, django_capture_on_commit_callbacks
) -> None:
    earlier = made
    with inline(), django_capture_on_commit_callbacks(execute=True):
        frozen = f.FrozenReportFactory(
            alliance=story.alliance, period_start=earlier.period_start - timedelta(days=90),
            period_end=earlier.period_start - timedelta(days=1),
        )  # fmt: skip
        again = actions.correct_report(
            by=story.coordinator, report=earlier, why="A value was late", client_key=uuid4()
        )
    again.refresh_from_db()

    assert again.snapshot["before"]["report"] == frozen.public_id
    assert again.snapshot["answers"][0]["before"] == "Promises kept in the last report: 9."


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(text: str) -> str:
    """Without spaces: a PDF breaks lines where it likes."""
    return "".join(text.split()).casefold()


def tags_of(node) -> list[str]:
    found = [node["/S"]] if "/S" in node else []
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    for child in children:
        node = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(node, dict):
            found += tags_of(node)
    return found


def test_how_many_answered_tells_no_school_of_the_other() -> None:
    """Of the ten asked in the other school three have not answered."""
    alliance = f.AllianceFactory()
    today = clock.today()
    days = {"opened_at": clock.now(), "opens_on": today, "closes_on": today}
    audit = f.AuditFactory(organisation=None, alliance=alliance, state=AuditState.OPEN, **days)
    for answered, asked in ((20, 30), (7, 10)):
        school = f.SchoolFactory()
        f.AllianceMemberFactory(alliance=alliance, organisation=school)
        for n in range(asked):
            f.ParticipationFactory(
                audit=audit, organisation=school, answered_at=clock.now() if n < answered else None
            )
    frame = Frame(alliance=alliance, start=today, end=today, at=clock.now())

    assert needs.people(frame, needs.asked(frame)) == {"hidden": True}
    Participation.objects.filter(organisation=school).update(answered_at=clock.now())
    assert needs.people(frame, needs.asked(frame)) == {"count": 30, "of": 40}


def test_what_fell_due_yesterday_is_overdue_just_after_midnight_in_summer() -> None:
    """When it is still yesterday in Greenwich."""
    alliance, school = f.AllianceFactory(), f.SchoolFactory()
    for _ in range(5):
        f.FollowUpFactory(alliance=alliance, organisation=school, due=date(2026, 6, 30))
    midnight = datetime(2026, 7, 1, 0, 20, tzinfo=LONDON)
    frame = Frame(
        alliance=alliance, start=date(2026, 6, 1), end=date(2026, 7, 1), at=midnight.astimezone(UTC)
    )

    assert work.promises(frame)["overdue"] == 5
