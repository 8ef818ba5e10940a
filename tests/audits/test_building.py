"""Writing questions: order, sections, topics, the bank, versions; one small school throughout."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.audits import actions, taxonomy
from apps.audits.actions.building import parts_of
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.models import Audit, BankQuestion, Question, Topic
from apps.audits.reading import minutes_to_answer
from apps.audits.templates_data import TEMPLATES, every_question, wording
from apps.core import clock
from apps.core.permissions import Refused
from tests import factories as f
from tests.audits.school import draft, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return make_school(5, 0)


def fresh(made, template: str = "", **values) -> Audit:
    taxonomy.load(Topic)
    taxonomy.load_bank(BankQuestion)
    return actions.create_draft(
        by=made.lead,
        organisation=made.school,
        template=template,
        title="What we need",
        closes_on=clock.today() + timedelta(days=14),
        **values,
    )


def asked(audit: Audit) -> dict[str, list[str]]:
    return {part[0].section: [q.text for q in part] for part in parts_of(audit)}


def write(made, audit: Audit, text: str, section: str = "One", **values):
    values = {"kind": "short_text", "section": section, "text": text} | values
    return actions.add_question(by=made.lead, audit=audit, values=values)


def test_questions_and_sections_are_put_in_order(made) -> None:
    audit = fresh(made)
    rows = {text: write(made, audit, text, "One" if text < "d" else "Two") for text in "abcde"}
    by = made.lead

    assert actions.move_question(by=by, question=rows["c"], way=actions.UP) == (2, 3)
    assert actions.move_question(by=by, question=rows["a"], way=actions.UP) == (1, 3)
    assert actions.move_question(by=by, question=rows["e"], way=actions.DOWN) == (2, 2)
    assert asked(audit) == {"One": ["a", "c", "b"], "Two": ["d", "e"]}

    assert actions.move_section(by=by, question=rows["d"], way=actions.UP) == (1, 2)
    assert list(asked(audit)) == ["Two", "One"]
    assert list(audit.questions.values_list("position", flat=True)) == [1, 2, 3, 4, 5]

    values = {"section": "Two", "text": "c", "required": True}
    actions.change_question(by=by, question=rows["c"], values=values)
    actions.remove_question(by=by, question=rows["d"])
    assert asked(audit) == {"Two": ["e", "c"], "One": ["a", "b"]}

    with pytest.raises(Refused, match="title already"):
        actions.change_section(by=by, question=rows["a"], title="Two", for_roles=None)
    actions.change_section(by=by, question=rows["a"], title="Three", for_roles=["support"])
    assert actions.remove_section(by=by, question=rows["e"]) == 2
    assert asked(audit) == {"Three": ["a", "b"]}
    assert {tuple(q.for_roles) for q in audit.questions.all()} == {("support",)}


def test_topics_are_ticked_and_unticked_without_touching_the_rest(made) -> None:
    audit = fresh(made, "whole-staff")
    write(made, audit, "Anything else?", "Curriculum")
    before = asked(audit)
    own = actions.add_topic(
        by=made.lead, organisation=made.school, name="Forest school", description=""
    )
    assert own == actions.add_topic(
        by=made.lead, organisation=made.school, name="Forest school", description="x"
    )
    slugs = set(TEMPLATES["whole-staff"].topics)

    actions.choose_topics(by=made.lead, audit=audit, slugs=slugs - {"transition"} | {own.slug})
    now = asked(audit)
    assert len(now["Curriculum"]) == len(before["Curriculum"])  # one gone, the own one there
    assert "Anything else?" in now["Curriculum"]
    assert now["How and when"] == before["How and when"]

    actions.choose_topics(by=made.lead, audit=audit, slugs=slugs)
    again = audit.questions.get(topic__slug="transition")
    assert (again.section, again.for_roles) == ("Curriculum", ["teacher"])
    assert not audit.questions.filter(topic=own).exists()


def test_another_schools_own_topic_is_nothing_to_us(made) -> None:
    theirs = f.TopicFactory(slug="own-theirs", organisation=f.SchoolFactory())
    audit = fresh(made)
    actions.choose_topics(by=made.lead, audit=audit, slugs=[theirs.slug, "autism"])
    assert [q.topic.slug for q in audit.questions.all()] == ["autism"]


def test_a_kept_question_is_the_same_question_until_its_words_change(made) -> None:
    first, second = fresh(made), fresh(made)
    question = write(made, first, "What held you up?")
    kept = actions.keep_in_bank(by=made.lead, question=question)
    assert actions.keep_in_bank(by=made.lead, question=question) == kept

    for _ in range(2):  # a second time it is there already
        actions.add_from_bank(by=made.lead, audit=second, section="Two", kept=[kept])
    again = second.questions.get()
    assert (again.bank, again.text, again.section) == (kept, "What held you up?", "Two")

    values = {"required": True, "section": "Three", "text": again.text}
    assert actions.change_question(by=made.lead, question=again, values=values).bank == kept
    other = actions.change_question(by=made.lead, question=again, values={"text": "What helped?"})
    assert other.bank is None
    assert other.code != kept.code
    kept.refresh_from_db()
    assert kept.text == "What held you up?"

    rival = actions.keep_in_bank(by=made.lead, question=other)
    assert rival != kept
    actions.retire(by=made.lead, kept=kept)
    assert list(BankQuestion.objects.kept_by(made.lead).offered()) == [rival]
    assert not BankQuestion.objects.visible_to(make_school(0, 0).lead).filter(pk=rival.pk)


def test_the_ready_questions_are_in_the_bank_as_they_are_asked(made) -> None:
    audit = fresh(made, "culture")
    rows = list(audit.questions.all())
    assert rows
    assert all(row.bank.text == row.text for row in rows)
    with override("en-gb"):
        wanted = {code: wording(q) for code, q in every_question().items()}
    assert wanted
    for row in BankQuestion.objects.of_the_product():
        assert {name: getattr(row, name) for name in wanted[row.code]} == wanted.pop(row.code)
    assert not wanted


def test_a_code_means_one_question_in_all_templates() -> None:
    seen = {}
    for template in TEMPLATES.values():
        for q in (q for section in template.sections for q in section.asked):
            assert seen.setdefault(q.code, q) == q


@pytest.mark.parametrize("slug", TEMPLATES)
def test_every_template_is_ready_and_short(made, slug: str) -> None:
    audit = fresh(made, slug)
    assert audit.questions.count() == len(TEMPLATES[slug].kinds)
    assert all(minutes_to_answer(audit, role) < 10 for role in ("teacher", "support"))
    assert not actions.blocks_to_opening(audit, actions.people_to_ask(audit))


def test_offers_need_topics(made) -> None:
    audit = fresh(made)
    write(made, audit, "Where can you help?", kind="offer")
    (block,) = actions.blocks_to_opening(audit, actions.people_to_ask(audit))
    assert "there are none" in block
    actions.choose_topics(by=made.lead, audit=audit, slugs=["autism"])
    assert not actions.blocks_to_opening(audit, actions.people_to_ask(audit))


def test_an_earlier_audit_is_copied_word_for_word(made) -> None:
    source = fresh(made, "early-career")
    copy = fresh(made, source=source)
    names = ("code", "section", "text", "bank_id", "topic_id", "for_roles", "steps")
    assert list(copy.questions.values(*names)) == list(source.questions.values(*names))


def test_a_new_version_takes_the_place_of_the_old_one_when_it_opens(made) -> None:
    audit = actions.open_audit(by=made.lead, audit=draft(made, topics=["autism"]))
    version = actions.make_version(by=made.lead, audit=audit)
    assert actions.make_version(by=made.lead, audit=audit) == version
    assert (version.version, version.replaces, version.state) == (2, audit, AuditState.DRAFT)
    write(made, version, "And what else?")

    audit.refresh_from_db()
    assert audit.state == AuditState.OPEN
    with pytest.raises(Refused, match="not been opened"):
        actions.make_version(by=made.lead, audit=version)
    actions.open_audit(by=made.lead, audit=version)
    audit.refresh_from_db()
    assert audit.state == AuditState.CLOSED
    assert version.questions.count() == audit.questions.count() + 1


@pytest.fixture
def lead(client: Client, made) -> Client:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(audit: Audit, name: str, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.public_id, *args])


def test_the_focus_stays_on_the_button_that_was_pressed(lead, made) -> None:
    audit = fresh(made)
    first, second = (write(made, audit, text) for text in "ab")
    there = lead.post(url(audit, "arrange"), {"down": first.pk})
    assert there.url.endswith(f"?at=down-{first.pk}#down-{first.pk}")
    page = lead.get(there.url).content.decode()
    assert f'id="down-{first.pk}" aria-disabled="true" autofocus' in page
    assert "Now 2 of 2." in page

    part = lead.post(url(audit, "arrange"), {"remove": first.pk}, headers={"HX-Request": "true"})
    assert f'id="remove-{second.pk}" autofocus' in part.content.decode()
    assert "<html" not in part.content.decode()
    for nothing in ("9" * 30, "²", "-1", ""):
        assert lead.post(url(audit, "arrange"), {"up": nothing}).status_code == 404


def test_each_kind_is_written_and_changed_through_its_form(lead, made) -> None:
    audit = fresh(made)
    topic = Topic.objects.get(slug="autism")
    sent = {
        "grid": {"topic": topic.pk},
        "scale": {"text": "How sure?", "steps": "7", "low": "Not", "high": "Very"},
        "single": {"text": "Which?", "choices": "Ash\n\n Oak \nAsh"},
        "choice": {"text": "Which ones?", "choices": "Ash\nOak"},
        "ranking": {"text": "In which order?", "choices": "Ash\nOak\nElm"},
        "short_text": {"text": "In a word?"},
        "long_text": {"text": "Tell us", "hint": "No names"},
        "offer": {"text": "Where can you help?", "keep": "on"},
    }
    assert set(sent) == set(QuestionKind.values)
    for kind, values in sent.items():
        address = url(audit, "add_question") + f"?kind={kind}"
        there = lead.post(address, {"section": "+", "new_section": "All", **values})
        assert there.status_code == 302, there.context["form"].errors
    rows = {q.kind: q for q in audit.questions.all()}
    assert rows["grid"].text == topic.description
    assert rows["single"].choices == ["Ash", "Oak"]
    assert (rows["scale"].steps, rows["scale"].low) == (7, "Not")
    assert rows["offer"].bank is not None

    page = lead.get(url(audit, "question", rows["single"].pk)).content.decode()
    assert "Ash\nOak" in page
    values = {"section": "All", "text": "Which tree?", "choices": "Ash\nOak", "required": "on"}
    lead.post(url(audit, "question", rows["single"].pk), values)
    row = audit.questions.get(kind="single")
    assert (row.text, row.required) == ("Which tree?", True)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("single", {"choices": "Only one"}, "Give at least two answers"),
        ("ranking", {"choices": "\n".join("abcdefghi")}, "Give at most 8 answers"),
        ("choice", {"choices": "a\n" + "b" * 121}, "at most 120 characters"),
        ("scale", {"steps": "12", "low": "a", "high": "b"}, "Select a valid choice"),
        ("short_text", {"new_section": ""}, "Title of the new section"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_kept_in_the_form(
    lead, made, kind: str, values: dict, words: str
) -> None:
    audit = fresh(made)
    sent = {"section": "+", "new_section": "All", "text": "Which tree?"} | values
    page = lead.post(url(audit, "add_question") + f"?kind={kind}", sent)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Which tree?" in page.content.decode()
    assert not audit.questions.exists()


def test_the_builder_asks_the_database_as_often_for_one_question_as_for_thirty(
    lead, made, django_assert_max_num_queries
) -> None:
    audit = fresh(made)
    counts = set()
    for n in (1, 30):
        Question.objects.bulk_create(
            Question(audit=audit, code=f"q{n}-{m}", position=m, section="One", kind="short_text")
            for m in range(n)
        )
        for name in ("questions", "bank", "topics", "preview", "check"):
            with django_assert_max_num_queries(15) as found:
                lead.get(url(audit, name))
            counts.add((name, len(found)))
    assert len(counts) == 5


def test_a_preview_goes_page_by_page_for_a_role_and_keeps_nothing(lead, made) -> None:
    audit = fresh(made)
    write(made, audit, "Only for us", "For teachers", for_roles=["teacher"], required=True)
    write(made, audit, "Only for TAs", "For TAs", for_roles=["teaching_assistant"])
    outer = lead.get(url(audit, "preview") + "?role=teaching_assistant&width=phone")
    assert "1 page of questions" in outer.content.decode()
    inner = lead.get(url(audit, "preview_page", 1) + "?role=teaching_assistant")
    assert "Only for TAs" in inner.content.decode()
    assert inner.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in inner.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]

    address = url(audit, "preview_page", 1) + "?role=teacher"
    assert lead.post(address, {}).status_code == 422  # it must be answered
    key = f"q{audit.questions.first().pk}-text"
    assert lead.post(address, {key: "x"}).url == url(audit, "preview_page", 2) + "?role=teacher"
    assert "Check and send" in lead.get(url(audit, "preview_page", 2)).content.decode()
    assert lead.get(url(audit, "preview_page", 3)).status_code == 404
    assert not audit.responses.exists()
