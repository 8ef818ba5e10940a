"""From criteria to a verdict: measure, correct, review, report, look at it, have it mailed."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from apps.activities.enums import ActivityState
from apps.audits.enums import AuditState
from apps.core import clock, jobs
from apps.core.dispatch import inline
from apps.core.models import Job
from apps.evaluation.models import Report, ReportSchedule
from tests import factories as f
from tests.evaluation.story import NAMES, PRIVATE, at, tell
from tests.support.pages import on_a_phone

SAID = "Two of our classes began in May."

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@on_a_phone
def test_from_criteria_to_a_mailed_verdict(page: Page, sign_in, look) -> None:
    story = tell(is_demo=True)
    sign_in(story.coordinator)

    agree(page, story)
    measure(page, story, look)
    measure_from_a_file(page, story, look)
    take_from_an_audit(page, story, look)
    review(page, story, look)
    report = make_report(page, look)
    read_on_paper(page, report)
    schedule(page, look)
    made = previewed(page, story, look)
    say(page, made, story, sign_in, look)
    mailed(story, made)

    sign_in(story.governor)
    page.goto("/reports/")
    look("governor-list")
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", name="Three questions to ask")).to_be_visible()
    assert page.get_by_role("link", name="Correct this report").count() == 0
    look("governor-report")


def agree(page: Page, story) -> None:
    """A criterion is agreed, and measured."""
    activity = f.ActivityFactory(
        title="Asking more",
        alliance=story.alliance,
        organisation=story.schools[0],
        organiser=story.coordinator,
        state=ActivityState.AGREED,
    )
    page.goto(f"/activities/{activity.public_id}/criteria/")
    chosen = {"level": "pupil", "guskey": "5", "source": "work", "direction": "up"}
    for name, value in chosen.items():
        page.locator(f"select#id_{name}").select_option(value)
    typed = {
        "indicator": "Pupils ask questions of their own",
        "measure": "Tally in three lessons",
        "unit": "pupils",
        "baseline": "2",
        "target": "12",
        "weight": "100",
    }
    for name, value in typed.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="Add the criterion").click()
    expect(page.get_by_text("The criterion is added.")).to_be_visible()
    page.goto(f"/activities/{activity.public_id}/evaluation/")
    page.get_by_role("link", name="Enter a measurement").first.click()
    page.get_by_label("Value").fill("7")
    page.get_by_label("How many people or pupils").fill("28")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("50%", exact=True)).to_be_visible()


def measure(page: Page, story, look) -> None:
    """An empty form keeps its place; a value that looks odd is kept and questioned."""
    activity = story.activities[4]
    page.goto(f"/activities/{activity.public_id}/evaluation/")
    expect(page.get_by_text("Not evaluable yet").first).to_be_visible()
    page.get_by_role("link", name="Enter a measurement Pupils explain their reasoning 4").click()
    page.get_by_label("Where it comes from").fill("Reading test")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Enter a measurement – cpdhub")
    expect(page.get_by_label("Where it comes from")).to_have_value("Reading test")
    look("measure-error")
    page.get_by_label("Value").fill("8")
    page.get_by_label("How many people or pupils").fill("28")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("moved away from the target").first).to_be_visible()
    look("verdict")

    page.locator("summary", has_text="measurement").first.click()
    page.get_by_role("link", name="Correct").first.click()
    page.get_by_label("Value").fill("25")
    look("correct-measurement")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("65 of 100 points that can be judged")).to_be_visible()
    page.locator("summary", has_text="2 measurements").first.click()
    expect(page.locator("del", has_text="8")).to_be_visible()
    look("verdict-corrected")


def measure_from_a_file(page: Page, story, look) -> None:
    """What is wrong is named; then all of it is stored."""
    activity = story.activities[4]
    page.goto(f"/activities/{activity.public_id}/evaluation/")
    page.get_by_role("link", name="Measurements from a file").click()
    header = "Indicator,Measured on,Value,How many\n"
    send(page, header + "Staff plan questions 4,01/09/2026,5,12\nStaff plan,01/09/2026,x,\n")
    expect(page.get_by_text("No criterion here has these words")).to_be_visible()
    look("measurements-file-wrong")
    send(page, header + "Staff plan questions 4,01/09/2026,5,12\n")
    look("measurements-file")
    page.get_by_role("button", name="Store them").click()
    expect(page.get_by_text("1 measurement is stored.")).to_be_visible()


def send(page: Page, text: str) -> None:
    file = {"name": "values.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File of measurements").set_input_files(files=[file])
    page.get_by_role("button", name="Look at it").click()


def take_from_an_audit(page: Page, story, look) -> None:
    for days, need in ((90, 7.4), (5, 6.1)):
        topic = {"topic": 1, "name": "Reading fluency", "all": {"n": 40, "need": need}}
        f.AuditFactory(
            organisation=None,
            alliance=story.alliance,
            title="What we need",
            state=AuditState.CLOSED,
            closed_at=at(-days),
            results={"shared": {"topics": [topic]}},
        )
    activity = story.activities[2]
    f.CriterionFactory(
        activity=activity, indicator="Staff need", baseline=None, target=5, direction="down"
    )
    for button in ("As the baseline", "As a measurement"):
        page.goto(f"/activities/{activity.public_id}/evaluation/")
        page.get_by_role("link", name="Take it from an audit Staff need").click()
        look(f"audit-{button.lower().replace(' ', '-')}")
        page.get_by_role("button", name=button).first.click()
    expect(page.get_by_text("From 7.4")).to_be_visible()
    look("verdict-from-audit")


def review(page: Page, story, look) -> None:
    """The half-term's verdict, closed and then corrected: both stay to be read."""
    page.goto(f"/alliances/{story.alliance.public_id}/partnership/")
    page.get_by_role("link", name="Close this review").click()
    for label, words in (
        ("Communication", "The minutes came late."),
        ("What worked", "The visits."),
        ("What did not work", "Cover on Mondays."),
    ):
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Close the review").click()
    page.get_by_role("link", name="Correct this review").click()
    expect(page.get_by_label("What worked")).to_have_value("The visits.")
    page.get_by_label("What did not work").fill("Cover on Fridays.")
    page.get_by_role("button", name="Close the corrected review").click()
    expect(page).to_have_title("Error: Correct this review – cpdhub")
    page.get_by_label("What was wrong?").fill("It was another day.")
    look("review-correct")
    page.get_by_role("button", name="Close the corrected review").click()
    expect(page.get_by_text("Cover on Fridays.")).to_be_visible()
    page.locator("summary", has_text="What it said before").click()
    expect(page.get_by_text("Cover on Mondays.")).to_be_visible()
    look("review-corrected")


def make_report(page: Page, look) -> Report:
    page.goto("/reports/")
    look("list-empty")
    page.get_by_role("link", name="Make Evaluation of the alliance").click()
    look("new")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("heading", name="The report is being made")).to_be_visible()
    Job.objects.update(state="running", done=4, total=11)
    page.reload()
    expect(page.get_by_text("4 of 11")).to_be_visible()
    look("making")
    Job.objects.update(state="waiting", done=0, total=0)
    job = Job.objects.get()
    assert jobs.run(job.pk, clock.now())
    page.get_by_role("link", name="Read the report").click()  # htmx has noticed
    expect(page.get_by_role("heading", name="Evaluation of Five Rivers Alliance")).to_be_visible()
    expect(page.locator("svg[role=img]")).to_have_count(3)
    look("report")
    return Report.objects.get()


def read_on_paper(page: Page, report: Report) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.startswith("evaluation-five-rivers-alliance-")
    assert PdfReader(download.value.path()).pages


def schedule(page: Page, look) -> None:
    page.goto("/reports/")
    page.get_by_role("link", name="Schedule Evaluation of the alliance").click()
    page.get_by_label("Next report on").fill("2020-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose today or a later day.").first).to_be_visible()
    look("schedule-error")
    page.get_by_label("Every term").check()
    page.get_by_label("Next report on").fill(a_friday().isoformat())
    page.get_by_label("Days to look at it first").fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Made and mailed every term")).to_be_visible()
    look("list")


def previewed(page: Page, story, look) -> Report:
    """Made on the day; its owner is told, its readers not yet."""
    due = ReportSchedule.objects.get().next_on
    mail.outbox.clear()
    with inline():
        call_command("run_due", at=f"{due}T12:00")
        made = Report.objects.get(state="preview")
        for day in range(1, (timezone.localdate(made.goes_at) - due).days):
            call_command("run_due", at=f"{due + timedelta(days=day)}T12:00")
    assert report_letters() == []
    told = [letter.to[0] for letter in mail.outbox if "Look at it before" in letter.subject]
    assert told == [story.coordinator.email]
    page.goto(f"/reports/{made.public_id}/")
    expect(page.get_by_role("button", name="Send it now")).to_be_visible()
    look("preview")
    page.goto("/reports/")
    look("list-preview")
    return made


def say(page: Page, made: Report, story, sign_in, look) -> None:
    """A school sees its own line first and says something about it."""
    school = story.schools[0]
    sign_in(story.head)
    page.goto(f"/reports/{made.public_id}/schools/{school.ref}/")
    expect(page.get_by_role("heading", name="Staff taking part")).to_be_visible()
    page.get_by_label("What the school says").first.fill(SAID)
    look("lines")
    page.get_by_role("button", name="Save what the school says").click()
    expect(page.get_by_text("You can change it until the report goes out.")).to_be_visible()
    sign_in(story.coordinator)
    page.goto(f"/reports/{made.public_id}/")
    expect(page.get_by_text(SAID)).to_be_visible()


def mailed(story, made: Report) -> None:
    """Mailed once to each reader on the morning when it goes out, with the paper."""
    day = timezone.localdate(made.goes_at)
    with inline():
        for hour in ("07:00", "12:00", "12:10"):
            call_command("run_due", at=f"{day}T{hour}")
    letters = report_letters()
    readers = {story.coordinator.email, story.head.email, story.governor.email}
    assert {letter.to[0] for letter in letters} == readers
    assert len(letters) == 3
    for letter in letters:
        assert "/reports/" in letter.body
        assert PRIVATE not in letter.body
        assert NAMES[0] not in letter.body
        check_paper(letter)


def check_paper(letter: mail.EmailMessage) -> None:
    """The mailed PDF is tagged, in English, titled, and has what the school says."""
    ((name, data, sort),) = letter.attachments
    assert (name.startswith("evaluation-five-rivers"), sort) == (True, "application/pdf")
    paper = PdfReader(io.BytesIO(data))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert paper.metadata.title == "Evaluation of Five Rivers Alliance"
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert SAID in text
    assert PRIVATE not in text
    assert NAMES[0] not in text


def report_letters() -> list[mail.EmailMessage]:
    return [letter for letter in mail.outbox if "Report: Evaluation of" in letter.subject]


def a_friday() -> date:
    """Weeks after any report that can have been made by now."""
    today = clock.today()
    return today + timedelta(days=(4 - today.weekday()) % 7 + 28)
