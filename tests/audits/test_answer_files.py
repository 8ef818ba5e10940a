"""A file of answers on the web: columns, codes, preview, confirm."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.audits import actions
from apps.audits.actions.collecting import import_answers
from apps.audits.collecting.guessing import AS_WRITTEN, MISSING, Codes, guess, mapping_of
from apps.audits.models import Answer, AnswersFile, Audit, Question, Response, Topic
from apps.core import clock, jobs
from apps.core.models import AuditEvent
from tests.audits.school import draft, make_school
from tests.support.clients import signed_in

GOOGLE = (
    "Timestamp,Name,How confident are you? [Autistic pupils],"
    "How much would it help? [Autistic pupils],Role\n"
    "10:01,Ada,Not yet,4,teacher\n"
    "10:02,Ben,2,k.A.,teacher\n"
    "10:03,Cat,3,3,support\n"
)


def test_columns_are_guessed_by_their_words() -> None:
    topic = Topic(name="Autistic pupils", slug="autism")
    grid = Question(code="topic-autism", kind="grid", topic=topic, text="Autism")
    words = Question(code="comment", kind="long_text", text="What would help?")
    audit = Audit()
    audit.__dict__["asked_questions"] = [grid, words]
    headers = [*GOOGLE.splitlines()[0].split(","), "What would help?", "Autistic pupils"]
    assert guess(headers, audit) == {
        "How confident are you? [Autistic pupils]": "topic-autism.confidence",
        "How much would it help? [Autistic pupils]": "topic-autism.priority",
        "Autistic pupils": "topic-autism.need",
        "What would help?": "comment",
        "Role": "@role",
    }


def test_what_was_chosen_becomes_a_map() -> None:
    group = Codes("Need", ("A", "B"), (("1", 4), ("9", 2)), (), frozenset("1"))
    chosen = {(0, "1"): AS_WRITTEN, (0, "9"): MISSING}
    assert mapping_of({"A": "a", "B": "b", "C": "@school"}, [group], chosen) == {
        "columns": {"A": "a", "B": "b"},
        "values": {"A": {"9": ""}, "B": {"9": ""}},
        "missing": [],
        "school": "C",
    }


@pytest.fixture
def made(db, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return make_school(0, 0)


def test_a_form_of_google_comes_in(made) -> None:
    audit = draft(made, topics=["autism"])
    lead = signed_in(made.lead)
    url = reverse("audits:import_answers", args=[audit.public_id])
    empty = SimpleUploadedFile("a.csv", b"a,b\n")
    key = "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d"
    assert lead.post(url, {"file": empty, "client_key": key}).status_code == 422
    there = lead.post(url, {"file": io.BytesIO(GOOGLE.encode()), "client_key": key})
    known = AnswersFile.objects.get()
    assert there.url == reverse("audits:answers_columns", args=[known.public_id])
    page = lead.get(there.url)
    given = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert (given["c0"], given["c1"]) == ("", "")
    twice = lead.post(there.url, given | {"c0": given["c2"]})
    assert twice.status_code == 422 and "answer the same question" in twice.content.decode()
    there = lead.post(there.url, given)
    page = lead.get(there.url)
    fields = page.context["form"].fields
    unsettled = [name for name, field in fields.items() if not field.initial]
    assert [fields[name].label for name in unsettled] == ["k.A."]
    codes = {name: field.initial for name, field in fields.items()}
    assert lead.post(there.url, codes).status_code == 422
    there = lead.post(there.url, codes | {unsettled[0]: MISSING})
    page = lead.get(there.url).content.decode()
    assert "rows come in" in page and not Response.objects.exists()
    lead.post(there.url)
    known.refresh_from_db()
    assert jobs.run(known.job_id, clock.now())
    assert not jobs.run(known.job_id, clock.now())
    known.refresh_from_db()
    assert not known.table
    assert (known.result["imported"], known.result["missing_values"]) == (3, 1)
    assert "rows came in" in lead.get(there.url).content.decode()
    assert list(Answer.objects.order_by("pk").values_list("confidence", "priority")) == [
        (1, 4),
        (2, None),
        (3, 3),
    ]
    assert sorted(audit.responses.values_list("role", flat=True)) == [
        "support",
        "teacher",
        "teacher",
    ]
    assert lead.get(reverse("audits:detail", args=[audit.public_id])).status_code == 200
    assert lead.get(reverse("audits:answers", args=[audit.public_id])).status_code == 200


def test_a_map_of_questions_that_have_gone_leads_back_to_the_columns(made) -> None:
    audit = draft(made, topics=["autism"])
    lead = signed_in(made.lead)
    url = reverse("audits:import_answers", args=[audit.public_id])
    key = "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d"
    columns = lead.post(url, {"file": io.BytesIO(GOOGLE.encode()), "client_key": key}).url
    given = {n: field.initial for n, field in lead.get(columns).context["form"].fields.items()}
    codes = lead.post(columns, given).url
    audit.questions.filter(topic__slug="autism").delete()
    for answered in (lead.get(codes), lead.post(codes, {})):
        assert answered["Location"] == columns
    assert "has no question" in lead.get(columns).content.decode()


def test_a_file_is_let_go_and_is_nobody_elses(made) -> None:
    audit = draft(made, topics=["autism"])
    lead = signed_in(made.lead)
    url = reverse("audits:import_answers", args=[audit.public_id])
    key = "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d"
    lead.post(url, {"file": io.BytesIO(GOOGLE.encode()), "client_key": key})
    known = AnswersFile.objects.get()
    page = reverse("audits:answers_columns", args=[known.public_id])
    assert signed_in(made.head).get(page).status_code == 404
    lead.post(reverse("audits:answers_drop", args=[known.public_id]))
    assert not AnswersFile.objects.exists()


def test_an_import_is_taken_back_until_its_results_are_released(made) -> None:
    audit = draft(made, topics=["autism"])
    code = audit.questions.get(topic__slug="autism").code
    mapping = {"columns": {"How": f"{code}.need"}}
    files = [b"How,Who\n1,a\n4,b\n", b"How,Who\n3,c\n"]
    for n, file in enumerate(files):
        args = {"source": io.BytesIO(file), "mapping": mapping, "filename": f"{n}.csv"}
        import_answers(by=made.lead, audit=audit, **args)
    wrong, right = AnswersFile.objects.order_by("pk")
    lead = signed_in(made.lead)
    url = reverse("audits:answers_take_back", args=[wrong.public_id])
    assert url in lead.get(reverse("audits:answers_file", args=[wrong.public_id])).content.decode()
    assert "answers of 2 people" in lead.get(url).content.decode()
    assert Response.objects.count() == 3  # looking changes nothing
    assert lead.post(url, follow=True).status_code == 200
    assert list(Answer.objects.values_list("number", flat=True)) == [3]
    assert AnswersFile.objects.get() == right
    row = AuditEvent.objects.get(action="audits.import_taken_back")
    assert (row.actor, row.data["responses"]) == (made.lead, 2)
    again = import_answers(by=made.lead, audit=audit, source=io.BytesIO(files[0]), mapping=mapping)
    assert (again.imported, again.skipped) == (2, 0)

    actions.close_audit(by=made.lead, audit=Audit.objects.get())
    url = reverse("audits:answers_take_back", args=[right.public_id])
    assert lead.post(url).status_code == 403
    assert Response.objects.count() == 3
