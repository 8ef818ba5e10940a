"""Scheduled reports wait for their owner and the schools, and go out once, whoever dies."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from apps.core import clock, letters
from apps.core.models import Notice, OutboundEmail
from apps.core.notices import told
from apps.core.permissions import Refused
from apps.evaluation import actions, pdf
from apps.evaluation.models import Report
from apps.evaluation.posting import lines, sending
from apps.evaluation.posting.models import SchoolComment
from apps.evaluation.sweeps import run_schedules, send_previewed
from tests import factories as f
from tests.evaluation.previews import LINE, NAMED, previewed, snapshot
from tests.evaluation.test_reports import MONDAY, at_once, made, scheduled  # noqa: F401
from tests.world import make_world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
READY = OutboundEmail.objects.filter(template="evaluation.report_ready")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def report(world) -> Report:
    row = scheduled(world, MONDAY.date(), preview_days=4)
    return previewed(row, [world.own.school, world.own.partner_school], MONDAY)


def sweep(at) -> int:
    with clock.frozen(at):
        return send_previewed(at)


def test_its_owner_is_told_and_its_readers_wait(client, world, report) -> None:
    assert report.state == "preview"
    # Four open days: Tuesday to Friday; it goes on the Monday after.
    assert timezone.localtime(report.goes_at).strftime("%a %d") == "Mon 14"
    (notice,) = told(Notice.objects.filter(kind=sending.PREVIEW))
    assert notice.notice.person == world.coordinator
    assert notice.words == "Look at it before it goes out: Evaluation of Own alliance"
    letter = letters.compose(OutboundEmail.objects.get(template=sending.PREVIEW))
    assert f"/reports/{report.public_id}/" in letter.body
    assert "Mon 14 Dec 2026" in letter.body
    assert not READY.exists()
    for person in (world.head, world.lead, world.governor):
        assert not Report.objects.visible_to(person).filter(pk=report.pk).exists()
    client.force_login(world.coordinator, backend=BACKEND)
    page = client.get(f"/reports/{report.public_id}/").content.decode()
    assert "It goes out on Mon 14 Dec 2026 unless you send it now or hold it back." in page


def test_it_goes_out_once_when_the_days_are_over(world, report) -> None:
    assert sweep(report.goes_at - timedelta(seconds=1)) == 0
    assert [sweep(report.goes_at) for _again in range(3)] == [1, 0, 0]

    report.refresh_from_db()
    assert report.state == "ready"
    readers = {world.coordinator, world.lead, world.other_lead, world.head, world.governor}
    assert {row.person for row in READY} == readers
    assert READY.count() == 5
    # In the morning of the day that its owner was told.
    assert {timezone.localtime(row.due_at).strftime("%a %d %H:%M") for row in READY} == {
        "Mon 14 07:30"
    }
    paper = letters.compose(READY.get(person=world.governor)).attachments[-1]
    assert (paper[0][-4:], paper[2]) == (".pdf", "application/pdf")


def test_nothing_is_lost_when_a_worker_dies_in_between(world, report, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sending.outbox, "queue_many", _dies)
        with pytest.raises(SystemExit):
            sweep(report.goes_at)
        with pytest.raises(SystemExit):  # and while one is being frozen
            previewed(
                report.schedule,
                [world.own.school],
                MONDAY,
                period_end=MONDAY.date() - timedelta(days=90),
            )
    report.refresh_from_db()
    assert report.state == "preview"
    half_made = report.schedule.reports.exclude(pk=report.pk).get()
    assert (half_made.state, half_made.frozen_at) == ("waiting", None)
    assert Notice.objects.filter(kind=sending.PREVIEW).count() == 1

    assert sweep(report.goes_at + timedelta(days=2)) == 1
    assert READY.count() == 5


def test_one_that_cannot_go_out_keeps_no_other_back(world, report, monkeypatch) -> None:
    later = previewed(
        scheduled(world, MONDAY.date(), kind="alliance_time", preview_days=4),
        [world.own.school],
        MONDAY,
        kind="alliance_time",
    )
    go_out = sending._go_out

    def fails(row: Report, *args: object) -> None:
        if row.pk == report.pk:
            raise RuntimeError("its paper cannot be set")
        go_out(row, *args)

    monkeypatch.setattr(sending, "_go_out", fails)
    with pytest.raises(RuntimeError, match="its paper"):
        sweep(report.goes_at)
    assert [Report.objects.get(pk=row.pk).state for row in (report, later)] == ["preview", "ready"]


def _dies(*_args):
    raise SystemExit


def test_its_owner_sends_it_now_or_holds_it_back(client, world, report) -> None:
    client.force_login(world.coordinator, backend=BACKEND)
    with clock.frozen(MONDAY):
        for _again in range(2):
            client.post(f"/reports/{report.public_id}/stop/")
        assert "Its readers do not get it." in _page(client, report)
    assert sweep(report.goes_at + timedelta(days=9)) == 0
    assert not Report.objects.visible_to(world.head).filter(pk=report.pk).exists()

    with clock.frozen(MONDAY):
        for _again in range(2):
            assert client.post(f"/reports/{report.public_id}/send/").status_code == 302
        assert client.post(f"/reports/{report.public_id}/stop/").status_code == 403
    assert READY.count() == 5
    assert sweep(report.goes_at) == 0


def test_what_is_made_again_in_a_preview_is_no_correction_to_its_readers(
    client, world, report
) -> None:
    sent = {"by": world.coordinator, "why": "A value was late"}
    again = actions.correct_report(report=report, client_key=uuid4(), **sent)
    report.refresh_from_db()
    assert (report.state, again.replaces, again.why_corrected) == ("stopped", None, "")
    with pytest.raises(Refused, match="made again"):
        sending.send(by=world.coordinator, report=report)
    actions.freeze(report=again, snapshot=snapshot(world.own.school), pdf=b"%PDF-", at=MONDAY)
    again.refresh_from_db()
    assert again.state == "preview"  # the schools can comment on it anew
    assert sweep(again.goes_at) == 1
    report.refresh_from_db()
    assert report.state == "stopped"
    assert letters.compose(READY.first()).subject.startswith("Report:")
    client.force_login(world.head, backend=BACKEND)
    assert "Ready, corrected" not in client.get("/reports/").content.decode()

    late = actions.correct_report(
        report=Report.objects.get(pk=again.pk), client_key=uuid4(), **sent
    )
    actions.freeze(report=late, snapshot=snapshot(world.own.school), pdf=b"%PDF-", at=MONDAY)
    again.refresh_from_db()
    assert again.state == "ready"  # until the corrected one goes out
    late.refresh_from_db()
    assert sweep(late.goes_at) == 1
    assert "Ready, corrected" in client.get("/reports/").content.decode()
    again.refresh_from_db()
    late.refresh_from_db()
    assert (again.state, again.successor, late.why_corrected) == (
        "superseded", late, "A value was late",
    )  # fmt: skip


def test_a_school_sees_its_lines_first_and_says_something(client, world, report) -> None:
    url = f"/reports/{report.public_id}/schools/{world.own.school.ref}/"
    told_of_own = Notice.objects.filter(kind=sending.LINES, url=url)
    assert {row.person for row in told_of_own} == {world.head, world.lead}
    letter = letters.compose(OutboundEmail.objects.get(template=sending.LINES, person=world.head))
    assert url in letter.body
    client.force_login(world.head, backend=BACKEND)
    with clock.frozen(MONDAY):
        page = client.get(url).content.decode()
        assert "9 of 20 (45%)" in page
        assert "It is among them." in page
        assert world.own.partner_school.name not in page
        client.post(url, {"line_0": "Two classes began in May.", "line_1": "We signed on Friday."})
        client.post(url, {"line_0": "Three classes began in May.", "line_1": ""})
        assert "Three classes began in May." in client.get(url).content.decode()
    assert [(row.line, row.role) for row in SchoolComment.objects.all()] == [(LINE, "head")]

    said = "The school says: “Three classes began in May.” (Head, Mon 7 Dec 2026)"
    client.force_login(world.coordinator, backend=BACKEND)
    assert said in _page(client, report)
    other = SchoolComment.objects.visible_to(world.other_lead)
    assert not other.exists()
    with clock.frozen(MONDAY), pytest.raises(Refused):
        sending.comment(
            by=world.other_lead, report=report, school=world.own.school, texts={LINE: "No"}
        )


def test_after_it_has_gone_out_nothing_more_is_said(client, world, report, monkeypatch) -> None:
    printed = []
    monkeypatch.setattr(pdf, "make", lambda found, paper: printed.append(found) or b"%PDF-said")
    school = world.own.school
    with clock.frozen(MONDAY):
        sending.comment(by=world.lead, report=report, school=school, texts={NAMED: "Soon."})
    before = report.snapshot
    sweep(report.goes_at)
    report.refresh_from_db()
    assert report.snapshot == before
    words = f"{school.name} says: “Soon.” (CPD lead, Mon 7 Dec 2026)"
    assert printed[0]["sections"][1]["said"] == [words]
    with report.paper.open() as file:
        assert file.read() == b"%PDF-said"
    client.force_login(world.governor, backend=BACKEND)
    assert words in _page(client, report)
    file = client.get(f"/reports/{report.public_id}/csv/").getvalue().decode()
    assert words in file
    with pytest.raises(Refused, match="When it is corrected"):
        sending.comment(by=world.lead, report=report, school=school, texts={NAMED: "Never."})
    row = SchoolComment.objects.get()
    for change in ({"text": "Never."}, {"role": "head"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SchoolComment.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    assert SchoolComment.objects.update(text="") == 1  # erased


def test_a_real_report_has_lines_and_prints_what_schools_say(
    client,
    world,
    at_once,  # noqa: F811
) -> None:
    row = scheduled(world, MONDAY.date(), preview_days=1)
    with clock.frozen(MONDAY), at_once():
        run_schedules(MONDAY)
    report = Report.objects.get(schedule=row)
    assert world.own.school.pk in lines.schools_in(report.snapshot)
    shown = lines.about(report.snapshot, world.own.school.pk)
    assert LINE in {line.slug for line in shown}
    said = {line.slug: f"We say of it: {line.slug}." for line in shown}
    with clock.frozen(MONDAY):
        sending.comment(by=world.head, report=report, school=world.own.school, texts=said)
    client.force_login(world.coordinator, backend=BACKEND)
    seen_first = _printed(client.get(f"/reports/{report.public_id}/pdf/").content)
    assert all(words in seen_first for words in said.values())
    sweep(report.goes_at)
    report.refresh_from_db()
    with report.paper.open() as file:
        text = _printed(file.read())
    assert all(words in text for words in said.values())
    with report.pdf.open() as file:
        assert "We say of it" not in _printed(file.read())


def test_a_programme_is_scheduled_and_its_schools_see_their_lines(
    client,
    world,
    at_once,  # noqa: F811
) -> None:
    of = f.ProgrammeFactory(alliance=world.own.alliance)
    over = {
        "starts_on": MONDAY.date() - timedelta(days=99),
        "ends_on": MONDAY.date() - timedelta(9),
    }
    f.ProgrammeFactory(alliance=world.own.alliance, name="Over and done", **over)
    client.force_login(world.coordinator, backend=BACKEND)
    url = f"/reports/schedule/{of.public_id}/programme/"
    with clock.frozen(MONDAY):
        assert url in client.get("/programmes/").content.decode()
        assert url in (page := client.get("/reports/").content.decode())
        assert "Over and done" not in page
        of.starts_on = MONDAY.date() - timedelta(days=7)
        of.save()
        offered = client.get(f"/reports/new/{of.public_id}/programme/").content.decode()
        assert "No half-term of it is over yet." in offered
        of.starts_on = MONDAY.date().replace(month=10)
        of.save()
        offered = client.get(f"/reports/new/{of.public_id}/programme/").content.decode()
        assert "Autumn term 2026, first half: 1 Sep to 23 Oct</strong>" in offered
        sent = {"frequency": "termly", "next_on": "2026-12-07", "preview_days": 1, "roles": "head"}
        assert client.post(url, sent).status_code == 302, client.post(url, sent).content
        with at_once():
            assert run_schedules(MONDAY) == 1
    report = Report.objects.get(programme=of)
    client.force_login(world.head, backend=BACKEND)
    (notice,) = Notice.objects.filter(kind=sending.LINES, person=world.head)
    with clock.frozen(MONDAY):
        assert "Staff taking part" in client.get(notice.url).content.decode()
        assert client.post(notice.url, {"line_0": "It is early days."}).status_code == 302
    assert sweep(report.goes_at) == 1
    assert "It is early days." in _page(client, report)
    mailed = READY.filter(keys__report=report.pk)
    assert (report.schedule.roles, {row.person for row in mailed}) == (["head"], {world.head})


def test_a_schedule_ends_with_the_report_that_covers_the_last_day(client, world, at_once) -> None:  # noqa: F811
    days = {"starts_on": MONDAY.date() - timedelta(days=300), "ends_on": MONDAY.date()}
    of = f.ProgrammeFactory(alliance=world.own.alliance, **days)
    every = {"kind": "programme", "subject_id": of.pk, "frequency": "monthly"}
    row = f.ReportScheduleFactory(
        **every, next_on=MONDAY.date() - timedelta(days=5), created_by=world.coordinator
    )
    moments = [MONDAY, MONDAY + timedelta(days=30), MONDAY + timedelta(days=90)]
    goes_on = []
    for at in moments:
        with clock.frozen(at), at_once():
            run_schedules(at)
        row.refresh_from_db()
        goes_on.append(row.ended_at is None)
    assert goes_on == [True, False, False]
    ends = Report.objects.filter(schedule=row).values_list("period_end", flat=True)
    assert [day < of.ends_on for day in sorted(ends)] == [True, False]

    client.force_login(world.coordinator, backend=BACKEND)
    with clock.frozen(moments[-1]):
        later = (moments[-1] + timedelta(days=40)).date().isoformat()
        sent = {"frequency": "once", "next_on": later, "preview_days": 0, "roles": "head"}
        said = client.post(f"/reports/schedule/{of.public_id}/programme/", sent)
    assert said.status_code == 422
    assert "It ended on Mon 7 Dec 2026, and the next report would begin" in said.content.decode()


def _printed(paper: bytes) -> str:
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def _page(client, report) -> str:
    return client.get(f"/reports/{report.public_id}/").content.decode()
