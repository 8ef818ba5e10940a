"""Reports: made once, frozen for good, corrected by another, scheduled and mailed once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import MailFrequency, MailPreference
from apps.core import charts, clock, jobs
from apps.core.dispatch import inline
from apps.core.models import Job, OutboundEmail
from apps.core.permissions import Refused
from apps.evaluation import actions
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import next_date, term_start
from apps.evaluation.sweeps import run_schedules
from apps.schools.enums import Role, TermDateKind
from apps.schools.models import Membership, TermDate
from tests import factories as f
from tests.world import make_world

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 12, 7, 6, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """``with at_once():`` jobs run here, as soon as their cause is committed."""

    def run():
        return django_capture_on_commit_callbacks(execute=True)

    with inline():
        yield run


def ask(world, by=None, **changed):
    values = {
        "kind": "alliance",
        "about": world.own.alliance,
        "start": clock.today() - timedelta(days=30),
        "end": clock.today(),
        "client_key": uuid4(),
        **changed,
    }
    return actions.ask_for_report(by=by or world.coordinator, **values)


def made(world, at_once, **changed) -> Report:
    with at_once():
        report = ask(world, **changed)
    report.refresh_from_db()
    assert report.state == "ready", report.job.error
    return report


def scheduled(world, day, *, roles=("coordinator", "cpd_lead", "head", "governor"), **changed):
    return f.ReportScheduleFactory(
        subject_id=world.own.alliance.pk, next_on=day, roles=list(roles),
        created_by=world.coordinator, **changed,
    )  # fmt: skip


def test_asked_for_twice_it_is_made_once(world) -> None:
    key = uuid4()
    first = ask(world, client_key=key)

    assert ask(world, client_key=key) == first
    assert ask(world) == first  # another press while it is being made
    assert Job.objects.filter(kind=actions.MAKE).count() == 1


def test_days_of_ones_own_choice_are_refused(client, world) -> None:
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/reports/new/{world.own.alliance.public_id}/alliance/"
    before = Report.objects.count()
    for sent in (
        {"period": "2026-01-01/2026-02-01"},
        {"start": "2026-01-01", "end": "2026-02-01"},
        {"period": f"{term_start(clock.today())}/{clock.today()}"},
    ):
        assert client.post(url, sent | {"client_key": uuid4()}).status_code == 422
    assert Report.objects.count() == before


def test_the_report_of_a_period_is_made_once(client, world, at_once) -> None:
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/reports/new/{world.own.alliance.public_id}/alliance/"
    period = client.get(url).context["form"].fields["period"].initial
    pages = []
    for _press in range(2):
        with at_once():
            sent = {"period": period, "client_key": uuid4()}
            pages.append(client.post(url, sent, follow=True))
    assert pages[0].redirect_chain == pages[1].redirect_chain
    assert "has been made already" in pages[1].content.decode()


def test_only_the_coordinator_makes_reports(world) -> None:
    for person in (world.lead, world.head, world.governor, world.outsider, world.operator):
        with pytest.raises(Refused, match="made by the coordinator"):
            ask(world, by=person)


def test_progress_is_seen_and_a_second_run_changes_nothing(world, at_once) -> None:
    report = made(world, at_once)
    before = (report.snapshot, report.pdf.name, report.frozen_at)

    assert report.job.done == report.job.total > 8
    Job.objects.filter(pk=report.job_id).update(state="waiting")
    for _again in range(2):
        jobs.run(report.job_id, clock.now())
    report.refresh_from_db()
    assert (report.snapshot, report.pdf.name, report.frozen_at) == before


def test_a_finished_report_cannot_be_changed(world, at_once) -> None:
    report = made(world, at_once)
    mine = Report.objects.filter(pk=report.pk)

    for change in (
        {"snapshot": {}},
        {"pdf": "x"},
        {"state": "waiting"},
        {"period_end": "2020-01-01"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.delete()
    f.MeasurementFactory(criterion=world.own.criterion, value=12)
    report.refresh_from_db()
    assert report.snapshot["headline"]["pupil_met"] == 0


def test_a_correction_supersedes_and_both_can_be_read(client, world, at_once) -> None:
    report = made(world, at_once)
    f.MeasurementFactory(criterion=world.own.criterion, value=12, n=20)
    key = uuid4()
    with at_once():
        new = actions.correct_report(
            by=world.coordinator, report=report, why="A value was late", client_key=key
        )
    with at_once():
        same = actions.correct_report(
            by=world.coordinator, report=report, why="A value was late", client_key=key
        )
    new.refresh_from_db()
    report.refresh_from_db()

    assert same == new
    assert (report.state, new.state) == ("superseded", "ready")
    assert report.snapshot["headline"]["pupil_met"] == 0
    assert new.snapshot["headline"]["pupil_met"] == 1
    # It is not compared with what it corrects.
    assert new.snapshot["before"]["report"] == world.own.ready_report.public_id
    client.force_login(world.governor, backend="django.contrib.auth.backends.ModelBackend")
    assert b"has been corrected" in client.get(f"/reports/{report.public_id}/").content
    assert b"A value was late" in client.get(f"/reports/{new.public_id}/").content
    with pytest.raises(Refused):
        actions.correct_report(by=world.coordinator, report=report, why="Again", client_key=uuid4())


def test_what_failed_can_be_tried_again(client, world, at_once, monkeypatch) -> None:
    monkeypatch.setattr(charts, "TIMEOUT", 0.001)
    with at_once():
        report = ask(world)
    report.refresh_from_db()
    assert report.has_failed
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/reports/{report.public_id}/").content.decode()
    assert "could not be drawn" in page
    assert list(Report.objects.failed()) == [report]

    monkeypatch.undo()
    with at_once():
        client.post(f"/reports/{report.public_id}/retry/")
    report.refresh_from_db()
    assert report.state == "ready"


@pytest.mark.parametrize("times", [1, 3])
def test_a_schedule_runs_once(world, at_once, times) -> None:
    row = scheduled(world, MONDAY.date())
    for _again in range(times):
        with clock.frozen(MONDAY), at_once():
            run_schedules(MONDAY)

    report = Report.objects.get(schedule=row)
    assert (report.period_start.isoformat(), report.period_end) == ("2026-09-01", MONDAY.date())
    row.refresh_from_db()
    assert row.next_on.isoformat() == "2027-03-26"
    letters = OutboundEmail.objects.filter(template="evaluation.report_ready")
    readers = {world.coordinator, world.lead, world.other_lead, world.head, world.governor}
    assert {letter.person for letter in letters} == readers
    assert letters.count() == 5


def test_what_was_missed_is_caught_up_once(world, at_once) -> None:
    row = scheduled(world, MONDAY.date() - timedelta(days=200), frequency="monthly")
    with clock.frozen(MONDAY), at_once():
        assert run_schedules(MONDAY) == 1
    with clock.frozen(MONDAY), at_once():
        assert run_schedules(MONDAY) == 0

    first = Report.objects.get(schedule=row)
    later = MONDAY + timedelta(days=31)
    with clock.frozen(later), at_once():
        run_schedules(later)
    second = Report.objects.filter(schedule=row).exclude(pk=first.pk).get()
    assert first.period_end <= MONDAY.date()
    assert second.period_start == first.period_end + timedelta(days=1)


def test_letters_wait_for_the_next_open_morning(world, at_once) -> None:
    day = MONDAY.date()
    for kind, start, end in (
        (TermDateKind.TERM, day - timedelta(days=90), day + timedelta(days=11)),
        (TermDateKind.CLOSURE, day, day + timedelta(days=1)),
    ):
        TermDate.objects.create(
            organisation=world.own.school, kind=kind, starts_on=start, ends_on=end
        )
    Membership.objects.filter(person=world.governor).update(working_days=[4])
    scheduled(world, day, roles=("head", "governor", "cpd_lead"))
    with clock.frozen(MONDAY), at_once():
        run_schedules(MONDAY)

    due = {
        letter.person: timezone.localtime(letter.due_at).strftime("%a %H:%M")
        for letter in OutboundEmail.objects.filter(template="evaluation.report_ready")
    }
    assert due == {
        world.head: "Wed 07:30",
        world.lead: "Wed 07:30",
        world.governor: "Fri 07:30",
        world.other_lead: "Mon 07:30",
    }


def test_who_left_or_opted_out_gets_nothing(world, at_once) -> None:
    MailPreference.objects.create(person=world.head, kind="reports", frequency=MailFrequency.OFF)
    scheduled(world, MONDAY.date())
    with clock.frozen(MONDAY), at_once():
        run_schedules(MONDAY)
    letters = OutboundEmail.objects.filter(template="evaluation.report_ready")
    assert world.head not in {letter.person for letter in letters}

    Membership.objects.filter(person=world.governor).update(ends_on=MONDAY.date())
    mail.outbox.clear()
    with clock.frozen(MONDAY + timedelta(days=1)), at_once():
        from apps.core import letters as core_letters

        sent = {row.person: core_letters.compose(row) for row in letters}
    assert sent[world.governor] is None
    text = sent[world.lead].body
    assert "Done as promised?" in text
    assert f"/reports/{Report.objects.get(schedule__isnull=False).public_id}/" in text
    for secret in ("canary", *(str(p) for p in world.people.values() if p != world.lead)):
        assert secret not in text


def test_an_ended_schedule_makes_no_more(client, world) -> None:
    scheduled(world, clock.today())
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/reports/schedule/{world.own.alliance.public_id}/alliance/", {"end": "1"})

    assert run_schedules(clock.now()) == 0
    assert not ReportSchedule.objects.running().exists()


def test_one_schedule_an_alliance(client, world) -> None:
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/reports/schedule/{world.own.alliance.public_id}/alliance/"
    day = next_date(clock.today(), "half_termly")
    for frequency in ("half_termly", "monthly"):
        sent = {"frequency": frequency, "next_on": day, "preview_days": 0}
        sent["roles"] = ["governor", "head"]
        assert client.post(url, sent).status_code == 302
    row = ReportSchedule.objects.get()
    assert (row.frequency, row.roles) == ("monthly", [Role.HEAD, Role.GOVERNOR])
    assert row.created_by == world.coordinator
    bad = client.post(url, {"frequency": "hourly", "next_on": "2020-01-01", "roles": ["teacher"]})
    assert bad.status_code == 422


def test_a_rollback_enqueues_nothing(world, django_capture_on_commit_callbacks) -> None:
    with (
        django_capture_on_commit_callbacks() as callbacks,
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        ask(world)
        raise RuntimeError
    assert callbacks == []


@pytest.mark.parametrize("role", ["coordinator", "lead", "governor"])
@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_list(client, world, role, rows, django_assert_max_num_queries) -> None:
    f.FrozenReportFactory.create_batch(rows, alliance=world.own.alliance)
    f.FrozenReportFactory.create_batch(
        rows, kind="governors", alliance=None, organisation=world.own.school
    )
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(12):
        client.get("/reports/")
    with django_assert_max_num_queries(12):
        client.get(f"/reports/{world.own.ready_report.public_id}/")


def test_the_list_filters(client, world) -> None:
    client.force_login(world.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    ready, waiting = world.own.ready_report.public_id, world.own.report.public_id
    for query, shown, hidden in (
        ("?state=ready", ready, waiting),
        ("?state=being_made", waiting, ready),
        ("?kind=alliance&state=ready", ready, waiting),
    ):
        page = client.get(f"/reports/{query}").content.decode()
        assert shown in page
        assert hidden not in page
    page = client.get("/reports/?kind=another%00&state=nonsense%00").content.decode()
    assert ready not in page


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_it(celery_worker_process, eventually) -> None:
    world = make_world()
    report = ask(world)

    eventually(lambda: Report.objects.filter(pk=report.pk, state="ready").exists(), seconds=60)
    report.refresh_from_db()
    with report.pdf.open("rb") as file:
        assert file.read(5) == b"%PDF-"
    assert set(report.snapshot["charts"]) == {"activities", "reach", "evidence"}


@pytest.mark.django_db(transaction=True)
def test_run_due_makes_and_mails_it(world) -> None:
    scheduled(world, MONDAY.date(), roles=("governor",))
    mail.outbox.clear()
    for moment in (MONDAY, MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3)):
        call_command("run_due", at=moment.isoformat())

    letters = [letter for letter in mail.outbox if letter.to == [world.governor.email]]
    assert [letter.subject for letter in letters] == ["Report: Evaluation of Own alliance"]
    assert "List-Unsubscribe" in letters[0].extra_headers


def test_a_school_schedules_each_of_its_reports(client, world, at_once) -> None:
    """Both on one day are of the same days; each goes to those who may read it; once is once."""
    client.force_login(world.head, backend="django.contrib.auth.backends.ModelBackend")
    day = MONDAY.date()
    sent = {"next_on": day, "preview_days": 0, "roles": ["governor", "head", "cpd_lead"]}
    with clock.frozen(MONDAY):
        for kind, often, status in (("school", "once", 422), ("governors", "termly", 302)):
            url = f"/reports/schedule/{world.own.school.ref}/{kind}/"
            assert client.post(url, sent | {"frequency": often}).status_code == status
            sent["roles"] = ["governor"] if kind == "school" else sent["roles"]
        sent["roles"] = ["head"]
        school = f"/reports/schedule/{world.own.school.ref}/school/"
        assert client.post(school, sent | {"frequency": "once"}).status_code == 302
        page = client.get("/reports/").content.decode()
        assert "Made and mailed on Mon 7 Dec 2026." in page
        assert "Made and mailed every term; the next on Mon 7 Dec 2026." in page
    for _again in range(2):
        with clock.frozen(MONDAY), at_once():
            run_schedules(MONDAY)

    made = Report.objects.filter(schedule__isnull=False).order_by("kind")
    assert [row.kind for row in made] == ["governors", "school"]
    assert len({(row.period_start, row.period_end) for row in made}) == 1
    assert [row.kind for row in ReportSchedule.objects.running()] == ["governors"]
    letters = OutboundEmail.objects.filter(template="evaluation.report_ready")
    assert {(row.keys["report"], row.person) for row in letters} == {
        (made[0].pk, world.governor),
        (made[1].pk, world.head),
    }
