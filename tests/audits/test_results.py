"""The results page and its files: what each reader finds there, and that it is true."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audits import actions
from apps.audits.actions import closing
from apps.audits.enums import AuditMode, AuditState, Grouping, QuestionKind
from apps.audits.models import Answer, Audit, Participation, Question, ReleasedTable, Response
from apps.audits.results import files
from apps.audits.results import page as results_page
from apps.audits.results.charts import draw_once
from apps.audits.results.sources import released
from apps.audits.results.trend import trend
from apps.core import clock, jobs
from apps.core.models import Job
from apps.schools.enums import JobRole
from apps.schools.models import Membership
from tests import factories as f
from tests.audits.alliance import across, make_alliance, takes_part
from tests.audits.school import draft, make_school
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
TOPICS = ["autism", "eal", "disadvantage", "anti-racism"]


def page_of(person, audit, query: str = "") -> str:
    url = reverse("audits:detail", args=[audit.public_id]) + query
    return signed_in(person).get(url).content.decode()


def add_questions(audit: Audit) -> None:
    """One of each kind that has figures, and a text."""
    bank = f.BankQuestionFactory() if hasattr(f, "BankQuestionFactory") else None
    for n, (code, kind, more) in enumerate(
        (
            ("belong", QuestionKind.SCALE, {"steps": 5, "bank": bank}),
            ("when", QuestionKind.SINGLE, {"choices": ["morning", "noon", "evening"]}),
            ("barrier", QuestionKind.CHOICE, {"choices": ["cover", "cost", "distance"]}),
            ("order", QuestionKind.RANKING, {"choices": ["first-thing", "second-thing"]}),
            ("say", QuestionKind.LONG_TEXT, {}),
        )
    ):
        Question.objects.create(
            audit=audit, code=code, kind=kind, position=90 + n, section="More", text=code, **more
        )


def answer_all(audit: Audit, seed: int = 1) -> None:
    """Everybody who is asked answers everything, at random."""
    random = Random(seed)
    asked = list(Participation.objects.filter(audit=audit).order_by("pk"))
    standing = ("role", "phase", "department", "career_stage", "job_role")
    responses = Response.objects.bulk_create(
        Response(
            audit=audit,
            person_id=part.person_id,
            organisation_id=part.organisation_id,
            submitted_at=clock.now(),
            **{name: getattr(part, name) for name in standing},
        )
        for part in asked
    )
    questions = list(audit.questions.all())
    Answer.objects.bulk_create(
        Answer(response=response, question=question, **_given(question, random))
        for response in responses
        for question in questions
    )
    Participation.objects.filter(audit=audit).update(answered_at=clock.now())


def _given(question: Question, random: Random) -> dict:
    if question.kind == QuestionKind.GRID:
        return {"confidence": random.randint(1, 4), "priority": random.randint(1, 4)}
    if question.kind == QuestionKind.SCALE:
        return {"number": random.randint(1, 5)}
    if question.kind == QuestionKind.SINGLE:
        return {"chosen": [random.choice(question.choices)]}
    if question.kind in (QuestionKind.CHOICE, QuestionKind.RANKING):
        return {"chosen": random.sample(question.choices, 2)}
    return {"text": f"canary words {random.random()}"}


def closed_audit(teachers: int = 16, support: int = 9, **values) -> tuple:
    made = make_school(teachers, support)
    leading = [person.pk for person in made.teachers[:6]]
    Membership.objects.filter(person__in=leading).update(job_role=JobRole.MIDDLE_LEADER)
    audit = draft(made, topics=TOPICS, **{"mode": AuditMode.CONFIDENTIAL, **values})
    add_questions(audit)
    audit = actions.open_audit(by=made.lead, audit=audit)
    answer_all(audit)
    return made, actions.close_audit(by=made.lead, audit=audit)


def test_every_cell_of_every_table_is_true() -> None:
    _made, audit = closed_audit()
    tables = {row.grouping: row.data for row in ReleasedTable.objects.filter(audit=audit)}
    assert set(tables) == {Grouping.ALL, Grouping.ROLE, Grouping.LEADERS}
    expected = defaultdict(list)
    for row in Answer.objects.select_related("response", "question"):
        leads = row.response.job_role in ("middle_leader", "senior_leader")
        value = row.number
        if row.question.kind == QuestionKind.GRID:
            value = (5 - row.confidence) * row.priority
        for key in ("all", row.response.role, "leaders" if leads else "staff"):
            expected[row.question.code, key].append(value)
    cells = 0
    for table in tables.values():
        for code, question in table["questions"].items():
            for key, cell in question["cells"].items():
                values = expected[code, key]
                assert cell[0] == len(values)
                if len(cell) > 1:
                    assert cell[1] == pytest.approx(sum(values) / len(values), abs=0.0051)
                    cells += 1
    assert cells == 5 * 5  # questions with means, and groups


def test_the_page_shows_every_kind_of_question_and_one_grouping_at_a_time() -> None:
    made, audit = closed_audit()
    found = page_of(made.lead, audit)
    for words in ("Biggest need", "need = (5", "Side by side", "Leaders against staff", "canary"):
        assert words in found, words
    for label in ("morning", "cover", "first-thing", "belong"):
        assert label in found
    assert "Mean need by group" in found
    assert "Staff who do not lead" in page_of(made.lead, audit, "?by=leaders")
    assert "canary" not in page_of(made.head, audit)
    assert "School against individual" in found or audit.results["shared"]["balance"] is None


def test_files_hold_released_figures_only() -> None:
    made, audit = closed_audit(16, 3, mode=AuditMode.NAMED)
    for person in (made.lead, made.head):
        client = signed_in(person)
        csv = b"".join(client.get(_url("export", audit)).streaming_content).decode()
        assert csv.count("\r\n") == 1 + len(TOPICS)
        assert client.get(_url("export", audit) + "?by=role").status_code == 404
        assert client.get(_url("export", audit) + "?by=school").status_code == 404
        assert client.get(_url("export", audit) + "?chart=none").status_code == 404
        assert client.get(_url("workbook", audit)).content[:2] == b"PK"
        paper = client.get(_url("pdf", audit))
        assert paper.content[:5] == b"%PDF-"
        assert "no-store" in paper["Cache-Control"]
    assert "(n 3)" in page_of(made.lead, audit)  # who reads single answers sees small groups
    assert "(n 3)" not in page_of(made.head, audit)


def _url(name: str, audit: Audit) -> str:
    return reverse(f"audits:{name}", args=[audit.public_id])


def test_a_table_of_every_figure_says_which_group_and_never_guesses_how_large() -> None:
    _made, audit = closed_audit()
    source = released(audit)
    assert source is not None
    found = files.lines(source)
    of_people = [row[1:4] for row in found if row[0] == "Who has answered"]
    assert ["", "All staff", "Asked"] in of_people
    assert ["", "Teaching and support staff: Support staff", "Asked"] in of_people
    assert len(of_people) == len(set(map(tuple, of_people)))
    (code, *_) = [question.code for question in source.of_kind(QuestionKind.GRID)]
    source.tables[Grouping.ROLE]["questions"][code]["cells"]["teacher"] = None
    title = Grouping.ROLE.label
    hidden = [row for row in files.lines(source) if row[0] == title and row[4] == "not shown"]
    assert {row[2] for row in hidden} == {"Teaching staff"}


def test_an_audit_that_asks_about_no_topic_says_nothing_of_needs() -> None:
    made = make_school(9, 0)
    audit = draft(made, topics=TOPICS, mode=AuditMode.CONFIDENTIAL)
    audit.questions.all().delete()
    add_questions(audit)
    audit = actions.open_audit(by=made.lead, audit=audit)
    answer_all(audit)
    actions.close_audit(by=made.lead, audit=audit)
    shown = page_of(made.lead, audit)
    assert "belong" in shown and "Biggest need" not in shown
    beside = signed_in(made.lead).get(_url("heard_write", audit)).content.decode()
    assert "What we heard" in beside and "Biggest need" not in beside


def test_charts_are_drawn_once_and_stand_on_the_page() -> None:
    made, audit = closed_audit()
    assert Job.objects.filter(kind=closing.DRAW, params__audit=audit.pk).count() == 1
    assert draw_once(audit) > 4
    drawn = set(audit.charts.values_list("name", flat=True))
    assert drawn >= {"needs", "leaders", "statements", "choice-when", "choice-barrier"}
    assert draw_once(audit) == 0
    found = page_of(made.head, audit)
    assert len(re.findall(r'<svg[^>]* role="img"', found)) == len(drawn)
    csv = signed_in(made.head).get(_url("export", audit) + "?chart=needs")
    assert b"Mean need" in b"".join(csv.streaming_content)


def test_released_tables_never_change() -> None:
    _made, audit = closed_audit()
    for change in (
        lambda: audit.tables.update(data={}),
        lambda: audit.tables.all().delete(),
        lambda: audit.charts.create(name="x", data={}) and audit.charts.update(data={"a": 1}),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()


def test_a_large_audit_is_worked_out_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "LARGE", 3)
    made, audit = closed_audit()
    assert (audit.state, audit.results) == (AuditState.CLOSED, {})
    assert "being worked out" in page_of(made.lead, audit)
    job = Job.objects.get(kind=closing.RELEASE)
    for _ in range(2):  # a second worker finds nothing to do
        Job.objects.filter(pk=job.pk).update(state="waiting")
        assert jobs.run(job.pk, clock.now())
    audit.refresh_from_db()
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", job.total)
    assert audit.results["shared"]["answered"] == 25
    assert "Biggest need" in page_of(made.lead, audit)
    polled = signed_in(made.lead).get(_url("detail", audit), headers={"HX-Request": "true"})
    assert "The results are ready." in polled.content.decode()
    assert "<html" not in polled.content.decode()


def test_a_page_takes_as_many_queries_for_one_topic_as_for_thirty() -> None:
    counts = []
    for slugs in (["autism"], None):
        made = make_school(8, 6)
        audit = draft(made, mode=AuditMode.CONFIDENTIAL, topics=slugs or ())
        audit = actions.open_audit(by=made.lead, audit=audit)
        answer_all(audit)
        actions.close_audit(by=None, audit=audit)
        client = signed_in(made.lead)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(_url("detail", audit)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15


def test_the_same_questions_are_set_beside_earlier_audits() -> None:
    made, first = closed_audit()
    assert trend(first, made.lead) is None
    other = actions.open_audit(by=made.lead, audit=draft(made, topics=["workload"]))
    answer_all(other)
    actions.close_audit(by=made.lead, audit=other)
    again = draft(made, topics=["autism", "behaviour-routines"], mode=AuditMode.CONFIDENTIAL)
    again = actions.open_audit(by=made.lead, audit=again)
    answer_all(again, seed=2)
    again = actions.close_audit(by=made.lead, audit=again)
    found = trend(again, made.head)
    assert [line.label for line in found.lines] == [
        row["name"] for row in again.results["shared"]["topics"] if row["slug"] == "autism"
    ]
    then = {row["slug"]: row["all"] for row in first.results["shared"]["topics"]}["autism"]
    assert len(found.days) == len(found.lines[0].points) == 2  # without what asked none of it
    assert (found.lines[0].points[0].n, found.lines[0].points[0].mean) == (then["n"], then["need"])
    assert "The same questions before" in page_of(made.head, again)


class TestAcrossSchools:
    def world(self):
        made = make_alliance((9, 6), (8, 7), (9, 0), (3, 0))
        audit = across(made, topics=TOPICS)
        for n, school in enumerate(made.schools):
            small = {"small": "pooled"} if n > 2 else {}
            takes_part(audit, school, compare_ok=n in (0, 3), **small)
        audit = actions.open_audit(by=made.coordinator, audit=audit)
        answer_all(audit)
        return made, actions.close_audit(by=made.coordinator, audit=audit)

    def test_schools_are_named_only_with_their_agreement(self) -> None:
        made, audit = self.world()
        page = page_of(made.coordinator, audit)
        side = page[page.index('id="schools"') :]
        assert "School 1" in side
        assert "All other schools together" in side
        for name in ("School 2", "School 3", "School 4"):
            assert name not in side

    def test_of_many_schools_the_first_are_shown_and_the_rest_a_press_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made, audit = self.world()
        monkeypatch.setattr(results_page, "MOST_SCHOOLS", 0)
        first = page_of(made.coordinator, audit)
        more = page_of(made.coordinator, audit, "?schools=all")
        assert "Show 1 more school<" in first and "School 1" not in first[first.index('id="sch') :]
        assert "School 1" in more[more.index('id="sch') :] and "more school" not in more

    def test_a_school_reads_its_own_part_and_no_other(self) -> None:
        made, audit = self.world()
        own, other = made.schools[1], made.schools[0]
        found = page_of(own.lead, audit, f"?of={own.school.pk}")
        assert "(n 8)" in found
        assert page_of(own.lead, audit, f"?of={other.school.pk}").count("(n 9)") == 0
        last = made.schools[3]
        assert "No figures of this school alone" in page_of(
            last.lead, audit, f"?of={last.school.pk}"
        )
        assert not ReleasedTable.objects.filter(organisation=last.school).exists()

    def test_pooled_answers_count_among_all(self) -> None:
        _made, audit = self.world()
        assert audit.results["shared"]["answered"] == 15 + 15 + 9 + 3
