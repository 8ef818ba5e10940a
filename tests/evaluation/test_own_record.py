"""One's own record: every number again from the rows, only for the one it is about, deletable."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.activities.models import Attendance, Participant, Session
from apps.core import clock
from apps.core.dispatch import inline
from apps.core.models import Job
from apps.core.permissions import Refused
from apps.evaluation import actions
from apps.evaluation.models import Report
from apps.evaluation.reports import kind_of
from apps.evaluation.snapshot.tables import lines
from apps.followups.models import FollowUp
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, Story, tell
from tests.evaluation.test_snapshot import pdf_text, squeezed
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db
TICKED, NOT_TICKED = "I slowed down and they explained more.", "canary-reflection-not-ticked"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def furnish(story: Story) -> Any:
    """Somebody of two activities: one with recorded attendance, one of which nothing is known."""
    place = story.activities[0].participants.order_by("pk").first()
    me, school = place.person, place.organisation
    me.given_name, me.family_name = "Ada", "Okafor"
    me.save()
    first, second = story.activities[0], story.activities[4]
    first.details = {"hours": "1.5", "provider": "A firm", "form": "twilight"}
    first.save()
    Session.objects.filter(activity__in=(first, second)).update(observer=None, observed=None)
    f.ParticipantFactory(activity=second, person=me, organisation=school, role="member")
    held = list(first.sessions.filter(state="held"))
    for n, session in enumerate(held):
        Attendance.objects.create(
            session=session, person=me, present=n == 0, recorded_at=clock.now()
        )
    FollowUp.objects.filter(owner=me).update(promise="Try wait time", outcome="It worked")
    f.FollowUpFactory(
        owner=me, organisation=school, due=clock.today(), shared=False, promise="canary-mine-alone"
    )
    values = {"author": me, "organisation": school, "activity": first, "form": "reflection"}
    story.ticked = f.RecordFactory(**values, kind="reflection", text=TICKED)
    f.RecordFactory(**values, kind="reflection", text=NOT_TICKED)
    observer = story.activities[0].participants.order_by("pk")[1].person
    f.RecordFactory(
        author=observer, owner=me, organisation=school, activity=first, form="observation",
        kind="observation", audience="pair", text=PRIVATE,
    )  # fmt: skip
    story.me = me
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
    def make(**asked: Any) -> Report:
        ((_all, (period,)), _years) = kind_of("record").periods(story.me)
        with inline(), django_capture_on_commit_callbacks(execute=True):
            report = actions.ask_for_report(
                by=story.me, kind="record", about=story.me, start=period.first, end=period.last,
                client_key=uuid4(), asked=asked,
            )  # fmt: skip
        report.refresh_from_db()
        assert report.state == "ready", report.job.error
        return report

    return make


def test_every_number_again_from_the_rows(story, make) -> None:
    facts = make().snapshot["facts"]
    mine = {p.activity_id for p in Participant.objects.all() if p.person_id == story.me.pk}
    came = Counter()
    unknown = Counter()
    for session in Session.objects.all():
        if session.activity_id not in mine or session.state != "held":
            continue
        said = [a for a in session.attendance.all() if a.person_id == story.me.pk]
        came[session.activity_id] += sum(a.present for a in said)
        unknown[session.activity_id] += not said
    assert len(facts["activities"]) == len(mine) == 2
    training, other = sorted(facts["activities"], key=lambda row: -row["sessions"])
    first, second = story.activities[0], story.activities[4]
    assert (training["sessions"], training["unknown"]) == (came[first.pk], 0) == (1, 0)
    assert training["hours"] == float(first.details["hours"]) == 1.5
    assert (other["sessions"], other["unknown"]) == (0, unknown[second.pk]) == (0, 2)
    assert other["hours"] is None  # nobody recorded who came: not known, never nothing
    assert training["title"] is None  # "Zanthippe and friends" names another

    due = [p for p in FollowUp.objects.all() if p.owner_id == story.me.pk and p.shared]
    assert Counter(row["state"] for row in facts["promises"]) == Counter(p.state for p in due)
    assert facts["places"][0]["school"] == story.schools[0].name
    held = {row["role"] for row in facts["places"]}
    assert held == {m.role for m in story.me.memberships.all()}


def test_page_paper_and_files_say_the_same_and_nothing_of_others(client, story, make) -> None:
    made = make(private=False, words=False, reflections=[story.ticked.public_id])
    client.force_login(story.me, backend=BACKEND)
    address = f"/reports/{made.public_id}/"
    page = client.get(address).content.decode()
    data = client.get(f"{address}pdf/").content
    csv = b"".join(client.get(f"{address}csv/").streaming_content).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(f"{address}xlsx/").content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    expected = lines(made.snapshot)
    for row, line in zip(rows, expected, strict=True):
        assert [squeezed(str("" if c is None else c)) for c in row] == [
            squeezed(str(c)) for c in line
        ]
    plain = re.sub(r"<[^>]+>", " ", page)
    for place in (plain, pdf_text(data), csv):
        for words in ("Try wait time", TICKED):
            assert squeezed(words) in squeezed(place)
        for secret in (*NAMES, PRIVATE, NOT_TICKED, "canary-mine-alone", "It worked"):
            assert squeezed(secret) not in squeezed(place)
    assert PdfReader(io.BytesIO(data)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    for path, words in (("certificate/", "2"), ("certificate/1/", "1.5 hours")):
        paper = client.get(address + path).content
        assert PdfReader(io.BytesIO(paper)).trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert squeezed("Ada Okafor") in squeezed(pdf_text(paper))
        assert squeezed(words) in squeezed(pdf_text(paper))
        assert len(PdfReader(io.BytesIO(paper)).pages) == 1
    # Of the second nobody has recorded that they came.
    for row in (2, 3):
        assert client.get(f"{address}certificate/{row}/").status_code == 404


def test_nothing_is_ticked_unless_they_tick_it(client, story) -> None:
    client.force_login(story.me, backend=BACKEND)
    address = f"/reports/new/{story.me.public_id}/record/"
    page = client.get(address).content.decode()
    assert TICKED in page and "checked" not in page
    key = {"client_key": uuid4(), "period": kind_of("record").periods(story.me)[0][1][0].key}
    other = f.RecordFactory(form="reflection", kind="reflection", text="x")
    assert client.post(address, key | {"reflections": [other.public_id]}).status_code == 422
    with inline():
        sent = client.post(address, key | {"private": "on"})
    assert sent.status_code == 302
    report = Report.objects.get(person=story.me)
    assert report.asked == {"private": True, "words": False, "reflections": []}
    kept = json.dumps(kind_of("record").sources["promises"](
        kind_of("record").frame(report, clock.now())
    ))  # fmt: skip
    assert "canary-mine-alone" in kept


def test_only_the_one_it_is_about_makes_sees_and_deletes_it(client, story, make) -> None:
    made = make()
    lead = f.PersonFactory()
    for role in ("cpd_lead", "head"):
        f.MembershipFactory(person=lead, organisation=story.schools[0], role=role)
    operator = f.PersonFactory(is_staff=True, is_superuser=True)
    for person in (lead, story.head, story.coordinator, story.governor, operator):
        assert not Report.objects.visible_to(person).filter(pk=made.pk).exists()
        with pytest.raises(Refused):
            actions.ask_for_report(
                by=person, kind="record", about=story.me, start=made.period_start,
                end=made.period_end, client_key=uuid4(),
            )  # fmt: skip
        with pytest.raises(Refused):
            actions.delete_report(by=person, report=made)
    client.force_login(story.head, backend=BACKEND)
    for path in ("", "pdf/", "csv/", "xlsx/", "certificate/", "certificate/1/"):
        assert client.get(f"/reports/{made.public_id}/{path}").status_code == 404
    with pytest.raises(Refused, match="Make a new record"):
        actions.correct_report(by=story.me, report=made, why="x", client_key=uuid4())


def test_deleted_is_gone_from_database_and_files(
    client, story, make, django_capture_on_commit_callbacks
) -> None:
    made = make()
    storage, name = made.pdf.storage, made.pdf.name
    assert storage.exists(name)
    client.force_login(story.me, backend=BACKEND)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/reports/{made.public_id}/delete/").status_code == 302
    assert not Report.objects.filter(pk=made.pk).exists()
    assert not Job.objects.filter(pk=made.job_id).exists()
    assert not storage.exists(name)


def test_a_year_later_another_one_may_share_its_days(make) -> None:
    first = make()
    with clock.frozen(clock.now() + timedelta(days=1)):
        second = make()
    assert first.period_end < second.period_end
    assert first.period_start == second.period_start
