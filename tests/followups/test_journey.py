"""A promise: made, reminded of on the right morning, read in the mail, and kept."""

import re
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.core import clock, jobs
from apps.core.models import Job, JobState, MailState, Notice, OutboundEmail
from apps.followups.models import FollowUp
from apps.schools.calendars import Calendar
from apps.schools.enums import Role
from tests import factories as f
from tests.factories.accounts import PASSWORD
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def run_due(at: datetime) -> None:
    call_command("run_due", "--at", at.isoformat(), stdout=StringIO())


def a_saturday() -> date:
    today = clock.today()
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


@on_a_phone
def test_a_promise_from_mail_to_done(page: Page, look: Any, live_server: Any) -> None:
    school = f.SchoolFactory(name="Ashley Road Primary School")
    owner = f.MembershipFactory(organisation=school).person
    lead = f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person
    row = f.FollowUpFactory(
        owner=owner,
        organiser=lead,
        organisation=school,
        promise="Try cold calling with 4P and bring two pupils' books",
        due=a_saturday(),
    )
    morning = Calendar().first_open_morning(row.due)

    run_due(morning - timedelta(minutes=1))
    assert mail.outbox == []
    run_due(morning)
    run_due(morning)
    (message,) = mail.outbox
    assert Notice.objects.get().person == owner

    link = next(line for line in message.body.splitlines() if line.endswith("/done/"))
    page.goto(link.removeprefix("http://testserver"))
    page.get_by_label("E-mail address or username").fill(owner.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What happened?")
    look("asked")
    page.get_by_role("button", name="Mark as done").click()
    expect(page).to_have_title("Error: What happened? – cpdhub")
    look("error")
    page.get_by_label("What happened?").fill("Twelve pupils answered instead of four.")
    page.get_by_role("button", name="Mark as done").click()

    expect(page.get_by_text("Thank you for saying what happened")).to_be_visible()
    expect(page.get_by_text("Twelve pupils answered")).to_be_visible()
    look("done")
    row.refresh_from_db()
    assert row.state == "done"

    page.goto("/notices/")
    look("notices")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Everything is marked as read")).to_be_visible()
    assert not owner.notices.unread().exists()


@on_a_phone
def test_list_add_move_and_drop(page: Page, look: Any, sign_in: Any) -> None:
    school = f.SchoolFactory(name="Ashley Road Primary School")
    owner = f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person
    other = f.MembershipFactory(organisation=school).person
    today = clock.today()
    for who, days, promise in (
        (owner, -4, "Give feedback on Tuesday's visit"),
        (other, -1, "Share the lesson plan for fractions"),
        (owner, 3, "Ask Year 4 whether think-alouds help them"),
        (other, 20, "Say what changed for pupils"),
    ):
        f.FollowUpFactory(
            owner=who, organisation=school, promise=promise, due=today + timedelta(days=days)
        )
    sign_in(owner)

    page.goto("/follow-ups/")
    expect(page.get_by_text("4 open follow-ups")).to_be_visible()
    look("list")
    page.goto("/follow-ups/?due=overdue&whose=mine")
    expect(page.get_by_text("1 open follow-up")).to_be_visible()

    page.goto("/follow-ups/new/")
    page.get_by_label("What do you promise to do?").fill("Model a think-aloud in two lessons")
    page.get_by_label("By when?").fill((today + timedelta(days=10)).isoformat())
    page.get_by_label("My CPD lead may see this").check()
    look("new")
    page.get_by_role("button", name="Promise it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Model a think-aloud in two lessons")

    page.get_by_role("link", name="Move it").click()
    look("move")
    page.get_by_label("New date").fill((today + timedelta(days=17)).isoformat())
    page.get_by_label("Why does it move?").fill("A trip that week.")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("A trip that week.")).to_be_visible()
    look("moved")

    page.get_by_role("link", name="Drop it").click()
    page.get_by_label("Why is it dropped?").fill("The class has a new teacher.")
    page.get_by_role("button", name="Drop it").click()
    expect(page.get_by_text("Dropped. The reason is kept with it.")).to_be_visible()
    look("dropped")
    assert FollowUp.objects.filter(state="dropped").count() == 1

    page.goto("/follow-ups/?state=done")
    expect(page.get_by_text("No follow-up matches")).to_be_visible()
    look("none")


@on_a_phone
def test_term_dates(page: Page, look: Any, sign_in: Any) -> None:
    school = f.SchoolFactory(name="Ashley Road Primary School")
    sign_in(f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person)
    year = clock.today().year - (clock.today().month < 9)

    page.goto(f"/schools/{school.ref}/calendar/")
    page.get_by_label(re.compile("^Term 1, first day")).fill(f"{year}-09-02")
    page.get_by_label(re.compile("^Half-term 1, first day")).fill(f"{year}-10-26")
    page.get_by_role("button", name="Save the term dates").click()
    expect(page.get_by_text("Fill in this day too.").first).to_be_visible()
    look("error")
    page.get_by_label(re.compile("^Term 1, last day")).fill(f"{year}-12-18")
    page.get_by_label(re.compile("^Half-term 1, last day")).fill(f"{year}-10-30")
    page.get_by_label(re.compile("^INSET 1, first day")).fill(f"{year}-09-02")
    page.get_by_role("button", name="Save the term dates").click()
    expect(page.get_by_text("are saved.")).to_be_visible()
    look("saved")
    assert school.term_dates.count() == 3


@on_a_phone
def test_jobs_and_the_operators_mail(page: Page, look: Any, sign_in: Any) -> None:
    operator = f.PersonFactory(is_staff=True)
    job = Job.objects.create(
        kind="none", owner=operator, state=JobState.RUNNING, done=40, total=200
    )
    for n in range(3):
        OutboundEmail.objects.create(
            key=str(n),
            template="followups.due",
            address=f"p{n}@school.example",
            state=MailState.FAILED,
            last_error="SMTPRecipientsRefused 550",
            attempts=1,
            message_id=f"<{n}@testserver>",
            due_at=timezone.now(),
        )
    sign_in(operator)

    page.goto(f"/jobs/{job.public_id}/")
    expect(page.get_by_text("40 of 200")).to_be_visible()
    look("running")
    Job.objects.update(state=JobState.FAILED, error="The file has no column called URN.")
    expect(page.locator("#main").get_by_text("no column called URN")).to_be_visible()
    look("failed")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Waiting")).to_be_visible()
    assert not jobs.retry(job)

    page.goto("/operator/mail/")
    look("mail")
    page.locator("tr", has_text="p1@school.example").get_by_role("button").click()
    expect(page.get_by_text("It is queued again")).to_be_visible()
    assert OutboundEmail.objects.filter(state=MailState.FAILED).count() == 2


def test_the_letter_itself(page: Page, axe: Any, shot: Any, settings: Any) -> None:
    """The HTML part in a browser: readable, nothing for axe to find."""
    school = f.SchoolFactory(name="Ashley Road Primary School")
    owner = f.PersonFactory(given_name="Priya", is_demo=True)
    saturday = a_saturday()
    for n, promise in enumerate(("Try cold calling with 4P", "Share the lesson plan & notes")):
        f.FollowUpFactory(
            owner=owner, organisation=school, promise=promise, due=saturday - timedelta(days=n)
        )
    run_due(Calendar().first_open_morning(saturday))
    message = mail.outbox[-1]
    (shot("text").parent / "letter.txt").write_text(message.body)

    page.set_content(message.alternatives[0].content)

    axe()
    shot("html")
