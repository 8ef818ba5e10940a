"""Pages of a lesson study: what they say, what they keep, and who sees none of it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Predicted
from apps.activities.kinds.lesson_study.models import CaseNote, Poster, Prediction, TalkNote
from apps.activities.models import Activity, Record
from apps.core import clock
from apps.core.letters import compose
from apps.core.models import OutboundEmail
from apps.core.permissions import Refused
from apps.schools.enums import Role
from tests import factories as f
from tests.activities import studies
from tests.activities.triads import Stage


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, activity: Activity, cycle: int = 1) -> str:
    return reverse(f"activities:lesson_study_{name}", args=[activity.public_id, cycle])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def taught(stage: Stage) -> Activity:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    return studies.to_discussion(stage, activity)


def test_a_cpd_lead_sees_that_lessons_took_place_and_nothing_of_what_was_said(
    stage: Stage, taught: Activity
) -> None:
    studies.discuss(stage, taught)
    for outside in (stage.lead, stage.other_lead):
        client = client_of(outside)
        page = text(client.get(reverse("activities:detail", args=[taught.public_id])))
        assert "Research lesson 1" in page
        assert "Discussed on" in page
        assert "canary" not in page
        assert client.get(url("lesson", taught)).status_code == 403
    inside = text(client_of(stage.bob).get(url("lesson", taught)))
    assert "canary note on A" in inside and "canary agreed interviews" in inside


def test_saving_predictions_goes_on_to_the_next_pupil(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    client = client_of(stage.bob)
    body = {"version_1": "0", "will_1": "Draws", "shows_1": "Says why", "version_2": "0"}
    answer = client.post(f"{url('predictions', activity)}?pupil=A", body)
    assert answer["Location"].endswith("predictions/?pupil=B")
    assert Prediction.objects.get().will_do == "Draws"


def test_two_people_predicting_see_both_texts(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    lesson = studies.lesson_of(activity)
    pupil, phase = lesson.pupils[0], lesson.phases[0]
    actions.predict(pupil, by=stage.cy, answers=[Predicted(phase.pk, 0, "Theirs", "T")])
    client = client_of(stage.bob)
    body = {"version_1": "0", "will_1": "Mine", "shows_1": "M", "version_2": "0"}
    address = f"{url('predictions', activity)}?pupil=A"
    answer = client.post(address, body)
    assert answer.status_code == 409
    assert "Theirs" in text(answer) and "Mine" in text(answer)
    assert Prediction.objects.get().will_do == "Theirs"
    body["version_1"] = str(answer.context["form"].data["version_1"])
    assert client.post(address, body).status_code == 302
    assert Prediction.objects.get().will_do == "Mine"


def test_two_scribes_see_both_notes(stage: Stage, taught: Activity) -> None:
    actions.begin_talk(taught, by=stage.ann)
    actions.write_part(taught, by=stage.cy, part="pupil-a", version=0, text="Theirs")
    address = f"{url('talk', taught)}?part=pupil-a"
    answer = client_of(stage.bob).post(address, {"version": "0", "text": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in text(answer) and "Mine" in text(answer)
    assert TalkNote.objects.get().text == "Theirs"


def test_a_pupils_name_in_a_note_is_warned_about_and_kept(stage: Stage, taught: Activity) -> None:
    client = client_of(stage.ann)
    address = f"{url('notes', taught)}?pupil=A"
    body = {
        "version_1": "0",
        "version_2": "0",
        "note_1": "Then Oliver Smithson drew.",
        "note_2": f"{stage.bob.name} waited.",
    }
    answer = client.post(address, body)
    assert answer.status_code == 422
    assert "Oliver Smithson" in text(answer) and "Save anyway" in text(answer)
    assert f"({stage.bob.name})" not in text(answer)
    assert client.post(address, {**body, "anyway": "1"}).status_code == 302
    assert CaseNote.objects.filter(author=stage.ann).count() == 2


def test_a_name_as_a_code_is_refused_on_the_page_with_what_was_typed(stage: Stage) -> None:
    activity = studies.planning(stage)
    body = {"code": "Tom", "typifies": "struggles with words"}
    answer = client_of(stage.ann).post(url("pupils", activity), body)
    assert answer.status_code == 422
    assert "could be a name" in text(answer) and 'value="Tom"' in text(answer)


def test_a_late_discussion_is_warned_about_and_begins_without_a_reason(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    studies.to_discussion(stage, activity, hours_ago=50)
    client = client_of(stage.ann)
    page = text(client.get(url("talk", activity)))
    assert "The lesson was 49 hours ago" in page
    assert client.post(url("talk", activity), {"begin": "1", "late_reason": ""}).status_code == 302
    page = text(client.get(url("talk", activity)))
    assert "Why is it later than 36 hours?" in page
    client.post(url("talk", activity), {"why": "1", "late_reason": "No cover"})
    assert "Why is it later" not in text(client.get(url("talk", activity)))
    assert "No cover" in text(client.get(url("lesson", activity)))


def test_a_locked_part_of_the_discussion_has_no_page(stage: Stage, taught: Activity) -> None:
    client = client_of(stage.ann)
    client.post(url("talk", taught), {"begin": "1"})
    assert client.get(f"{url('talk', taught)}?part=teaching").status_code == 404
    page = text(client.get(url("talk", taught)))
    assert "About 10 minutes" in page  # without scripts, too
    assert 'data-timer="10"' in page


def test_the_plan_of_the_next_lesson_begins_with_the_last_and_shows_what_differs(
    stage: Stage,
) -> None:
    activity = studies.one_lesson(stage, studies.planning(stage))
    engine.repeat(activity, by=stage.ann)
    client = client_of(stage.bob)
    page = text(client.get(url("lesson", activity, 2)))
    assert "Begin with the last lesson" in page
    client.post(url("copy_plan", activity, 2))
    plan = Record.objects.get(kind="lesson_plan", cycle=2)
    assert plan.text == "Draw, then compare"
    engine.edit_record(plan, by=stage.bob, version=1, text="Draw, then explain")
    page = text(client.get(url("lesson", activity, 2)))
    assert "<del>" in page and "<ins>" in page


def test_the_versions_of_the_joint_plan_are_shown(stage: Stage) -> None:
    activity = studies.planning(stage)
    plan = engine.record(by=stage.ann, kind="lesson_plan", text="Draw", activity=activity)
    engine.edit_record(plan, by=stage.cy, version=1, text="Draw first")
    page = text(client_of(stage.bob).get(f"/records/{plan.public_id}/versions/"))
    assert "From version 1 to version 2" in page and "<ins>" in page


# The poster


@pytest.fixture
def poster(stage: Stage) -> Poster:
    activity = studies.shared(stage)
    return actions.save_poster(activity, by=stage.bob, version=0, **studies.POSTER)


@pytest.mark.parametrize(
    "words", ["Case pupil B drew first", "We watched pupil A", "B explained", "B's drawing"]
)
def test_a_poster_without_case_pupil_details(stage: Stage, poster: Poster, words: str) -> None:
    client = client_of(stage.ann)
    address = reverse("activities:lesson_study_poster_write", args=[poster.activity.public_id])
    body = {**studies.POSTER, "version": "1", "found": words, "anyway": "1"}
    answer = client.post(address, body)
    assert answer.status_code == 422
    assert "nothing about a case pupil" in text(answer)
    poster.refresh_from_db()
    assert poster.found == studies.POSTER["found"]


def test_a_poster_may_say_a_pupil_in_general(stage: Stage, poster: Poster) -> None:
    words = {**studies.POSTER, "found": "A pupil who draws first says more. I was surprised."}
    assert actions.save_poster(poster.activity, by=stage.cy, version=1, **words).version == 2


def test_host_approves_before_the_alliance_sees_it(stage: Stage, poster: Poster) -> None:
    address = reverse("activities:lesson_study_poster", args=[poster.public_id])
    colleague, head = f.PersonFactory(), f.PersonFactory()
    f.MembershipFactory(person=colleague, organisation=stage.partner, role=Role.TEACHER)
    f.MembershipFactory(person=head, organisation=stage.school, role=Role.HEAD)

    def seen_by(person: Any) -> bool:
        return client_of(person).get(address).status_code == 200

    assert [seen_by(p) for p in (stage.ann, head, colleague)] == [True, False, False]
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    assert [seen_by(p) for p in (stage.ann, head, colleague)] == [True, True, False]
    answer = client_of(head).post(f"{address}answer/", {"version": "1", "approve": "1"})
    assert answer["Location"] == address
    assert [seen_by(p) for p in (stage.ann, head, colleague, stage.dee)] == [True] * 4
    listed = client_of(colleague).get(reverse("activities:lesson_study_posters"))
    assert poster.title in text(listed)


def test_nobody_approves_their_own_group_s_poster_where_another_can(
    stage: Stage, poster: Poster
) -> None:
    """In a nine-staff school there may be nobody else."""
    f.MembershipFactory(person=stage.ann, organisation=stage.school, role=Role.HEAD)
    head = Person.objects.get(pk=stage.ann.pk)
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    with pytest.raises(Refused, match="somebody who does not"):
        actions.answer_poster(poster, by=head, version=1, approve=True)
    stage.lead.memberships.all().delete()
    assert actions.answer_poster(poster, by=head, version=1, approve=True).state == "approved"


def test_what_was_changed_is_approved_anew(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    address = reverse("activities:lesson_study_poster", args=[poster.public_id])
    actions.save_poster(
        poster.activity, by=stage.ann, version=1, **{**studies.POSTER, "keep": "Else"}
    )
    poster.refresh_from_db()
    assert poster.state == "draft"
    assert client_of(stage.lead).get(address).status_code == 404


def test_the_host_gives_a_poster_back_with_a_wish(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    address = reverse("activities:lesson_study_poster_answer", args=[poster.public_id])
    client = client_of(stage.lead)
    assert client.post(address, {"version": "1", "wish": ""}).status_code == 422
    assert client.post(address, {"version": "1", "wish": "Say which year"}).status_code == 302
    page = text(client_of(stage.bob).get(reverse("activities:lesson_study_poster", args=[
        poster.public_id])))  # fmt: skip
    assert "Say which year" in page


def test_the_host_is_told_and_so_is_the_group(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    notices = client_of(stage.lead).get(reverse("followups:notices"))
    assert f"A poster waits for your approval: {poster.title}" in text(notices)
    mail = letter_to(stage.lead, "activities.poster_waits")
    assert f"/lesson-studies/posters/{poster.public_id}/" in mail.body
    assert studies.POSTER["found"] not in mail.body
    actions.answer_poster(poster, by=stage.lead, version=1, approve=True)
    notices = client_of(stage.bob).get(reverse("followups:notices"))
    assert "The host school has answered about the poster" in text(notices)
    assert "is approved" in letter_to(stage.bob, "activities.poster_answered").subject
    assert letter_to(stage.lead, "activities.poster_waits") is None  # it waits no longer


def letter_to(person: Any, template: str) -> Any:
    return compose(OutboundEmail.objects.get(person=person, template=template))


def test_the_poster_on_paper_is_tagged_and_says_what_the_page_says(
    stage: Stage, poster: Poster
) -> None:
    answer = client_of(stage.bob).get(
        reverse("activities:lesson_study_poster_pdf", args=[poster.public_id])
    )
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    assert len(paper.pages) == 1
    assert "pdfuaid" in paper.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    words = " ".join(paper.pages[0].extract_text().split())
    for said in (*studies.POSTER.values(), stage.school.name, "Not approved yet"):
        assert said in words
    assert "canary" not in words
    for person in (stage.ann, stage.bob, stage.cy):
        assert person.name not in words


# What the pages cost


def count(person: Any, address: str) -> int:
    client = client_of(person)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    statements = [q["sql"] for q in asked.captured_queries]
    repeated = {s for s in statements if statements.count(s) > 1}
    assert not repeated, "\n".join(repeated)
    return len(statements)


def test_pages_stay_within_their_budget(stage: Stage, taught: Activity) -> None:
    actions.begin_talk(taught, by=stage.ann)
    assert count(stage.ann, url("lesson", taught)) <= 16
    for name in ("planning", "pupils", "notes", "interviews", "talk"):
        assert count(stage.ann, url(name, taught)) <= 15, name
    address = reverse("activities:detail", args=[taught.public_id])
    assert count(stage.ann, address) <= 22


def test_pages_cost_the_same_with_more_pupils_and_notes(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    studies.predict(stage, activity)
    address = url("lesson", activity)
    few = count(stage.ann, address)
    for code in ("D", "E", "F", "G", "H", "J"):
        actions.add_case_pupil(activity, by=stage.ann, code=code, typifies="needs time")
    studies.predict(stage, activity, only="D")
    assert count(stage.ann, address) == few
    assert count(stage.ann, f"{url('predictions', activity)}?pupil=E") <= 15


def test_the_list_of_posters_costs_the_same_with_thirty(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    actions.answer_poster(poster, by=stage.lead, version=1, approve=True)
    address = reverse("activities:lesson_study_posters")
    few = count(stage.dee, address)
    for n in range(29):
        activity = f.ActivityFactory(
            kind="lesson_study", stage="shared", organisation=stage.school, alliance=stage.alliance
        )
        Poster.objects.create(
            activity=activity,
            state="approved",
            asked_by=stage.ann,
            answered_by=stage.lead,
            answered_at=clock.now() - timedelta(days=n),
            **studies.POSTER,
        )
    assert count(stage.dee, address) == few <= 12


def test_the_plan_of_a_taught_lesson_does_not_offer_other_words(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    plan = Record.objects.get(activity=activity, kind="lesson_plan")
    page = reverse("activities:record", args=[plan.public_id])
    edit = reverse("activities:record_edit", args=[plan.public_id])
    assert edit in client_of(stage.ann).get(page).content.decode()
    studies.teach(stage, activity)
    assert edit not in client_of(stage.ann).get(page).content.decode()
