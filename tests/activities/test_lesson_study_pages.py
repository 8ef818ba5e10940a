"""Pages of a lesson study: what they say, what they keep, and who sees none of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from apps.activities import engine
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Predicted
from apps.activities.kinds.lesson_study.models import CaseNote, Prediction, TalkNote
from apps.activities.models import Activity, Record
from tests.activities import studies
from tests.activities.triads import Stage
from tests.support.clients import queries, signed_in


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
        client = signed_in(outside)
        page = text(client.get(reverse("activities:detail", args=[taught.public_id])))
        assert "Research lesson 1" in page
        assert "Discussed on" in page
        assert "canary" not in page
        assert client.get(url("lesson", taught)).status_code == 403
    inside = text(signed_in(stage.bob).get(url("lesson", taught)))
    assert "canary note on A" in inside and "canary agreed interviews" in inside


def test_saving_predictions_goes_on_to_the_next_pupil(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    client = signed_in(stage.bob)
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
    client = signed_in(stage.bob)
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
    answer = signed_in(stage.bob).post(address, {"version": "0", "text": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in text(answer) and "Mine" in text(answer)
    assert TalkNote.objects.get().text == "Theirs"


def test_a_pupils_name_in_a_note_is_warned_about_and_kept(stage: Stage, taught: Activity) -> None:
    client = signed_in(stage.ann)
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
    answer = signed_in(stage.ann).post(url("pupils", activity), body)
    assert answer.status_code == 422
    assert "could be a name" in text(answer) and 'value="Tom"' in text(answer)


def test_a_late_discussion_is_warned_about_and_begins_without_a_reason(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    studies.to_discussion(stage, activity, hours_ago=50)
    client = signed_in(stage.ann)
    page = text(client.get(url("talk", activity)))
    assert "The lesson was 49 hours ago" in page
    assert client.post(url("talk", activity), {"begin": "1", "late_reason": ""}).status_code == 302
    page = text(client.get(url("talk", activity)))
    assert "Why is it later than 36 hours?" in page
    client.post(url("talk", activity), {"why": "1", "late_reason": "No cover"})
    assert "Why is it later" not in text(client.get(url("talk", activity)))
    assert "No cover" in text(client.get(url("lesson", activity)))


def test_a_locked_part_of_the_discussion_has_no_page(stage: Stage, taught: Activity) -> None:
    client = signed_in(stage.ann)
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
    client = signed_in(stage.bob)
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
    page = text(signed_in(stage.bob).get(f"/records/{plan.public_id}/versions/"))
    assert "From version 1 to version 2" in page and "<ins>" in page


# What the pages cost


def test_pages_stay_within_their_budget(stage: Stage, taught: Activity) -> None:
    actions.begin_talk(taught, by=stage.ann)
    assert queries(stage.ann, url("lesson", taught)) <= 15
    for name in ("planning", "pupils", "notes", "interviews", "talk"):
        assert queries(stage.ann, url(name, taught)) <= 15, name
    address = reverse("activities:detail", args=[taught.public_id])
    assert queries(stage.ann, address) <= 15


def test_pages_cost_the_same_with_more_pupils_and_notes(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    studies.predict(stage, activity)
    address = url("lesson", activity)
    few = queries(stage.ann, address)
    for code in ("D", "E", "F", "G", "H", "J"):
        actions.add_case_pupil(activity, by=stage.ann, code=code, typifies="needs time")
    studies.predict(stage, activity, only="D")
    assert queries(stage.ann, address) == few
    assert queries(stage.ann, f"{url('predictions', activity)}?pupil=E") <= 15


def test_the_plan_of_a_taught_lesson_does_not_offer_other_words(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    plan = Record.objects.get(activity=activity, kind="lesson_plan")
    page = reverse("activities:record", args=[plan.public_id])
    edit = reverse("activities:record_edit", args=[plan.public_id])
    assert edit in signed_in(stage.ann).get(page).content.decode()
    studies.teach(stage, activity)
    assert edit not in signed_in(stage.ann).get(page).content.decode()
