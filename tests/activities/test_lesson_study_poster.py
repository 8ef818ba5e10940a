"""The poster of a lesson study: without case pupils, approved by its host."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from apps.accounts.models import Person
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.models import Poster
from apps.activities.models import Activity
from apps.core import clock
from apps.core.letters import compose
from apps.core.models import OutboundEmail
from apps.core.permissions import Refused
from apps.schools.enums import Role
from tests import factories as f
from tests.activities import studies
from tests.activities.triads import Stage, build
from tests.support.clients import queries, signed_in
from tests.support.kept import for_the_module


def url(name: str, activity: Activity, cycle: int = 1) -> str:
    return reverse(f"activities:lesson_study_{name}", args=[activity.public_id, cycle])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Stage, Poster]]:
    with for_the_module(django_db_blocker):
        stage = build()
        activity = studies.shared(stage)
        yield stage, actions.save_poster(activity, by=stage.bob, version=0, **studies.POSTER)


@pytest.fixture
def both(made: tuple[Stage, Poster], db: None) -> tuple[Stage, Poster]:
    return deepcopy(made)


@pytest.fixture
def stage(both: tuple[Stage, Poster]) -> Stage:
    return both[0]


@pytest.fixture
def poster(both: tuple[Stage, Poster]) -> Poster:
    return both[1]


@pytest.mark.parametrize(
    "words", ["Case pupil B drew first", "We watched pupil A", "B explained", "B's drawing"]
)
def test_a_poster_without_case_pupil_details(stage: Stage, poster: Poster, words: str) -> None:
    client = signed_in(stage.ann)
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
        return signed_in(person).get(address).status_code == 200

    assert [seen_by(p) for p in (stage.ann, head, colleague)] == [True, False, False]
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    assert [seen_by(p) for p in (stage.ann, head, colleague)] == [True, True, False]
    answer = signed_in(head).post(f"{address}answer/", {"version": "1", "approve": "1"})
    assert answer["Location"] == address
    assert [seen_by(p) for p in (stage.ann, head, colleague, stage.dee)] == [True] * 4
    listed = signed_in(colleague).get(reverse("activities:lesson_study_posters"))
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
    assert signed_in(stage.lead).get(address).status_code == 404


def test_the_host_gives_a_poster_back_with_a_wish(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    address = reverse("activities:lesson_study_poster_answer", args=[poster.public_id])
    client = signed_in(stage.lead)
    assert client.post(address, {"version": "1", "wish": ""}).status_code == 422
    assert client.post(address, {"version": "1", "wish": "Say which year"}).status_code == 302
    page = text(signed_in(stage.bob).get(reverse("activities:lesson_study_poster", args=[
        poster.public_id])))  # fmt: skip
    assert "Say which year" in page


def test_the_host_is_told_and_so_is_the_group(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    notices = signed_in(stage.lead).get(reverse("followups:notices"))
    assert f"A poster waits for your approval: {poster.title}" in text(notices)
    mail = letter_to(stage.lead, "activities.poster_waits")
    assert f"/lesson-studies/posters/{poster.public_id}/" in mail.body
    assert studies.POSTER["found"] not in mail.body
    actions.answer_poster(poster, by=stage.lead, version=1, approve=True)
    notices = signed_in(stage.bob).get(reverse("followups:notices"))
    assert "The host school has answered about the poster" in text(notices)
    assert "is approved" in letter_to(stage.bob, "activities.poster_answered").subject
    assert letter_to(stage.lead, "activities.poster_waits") is None  # it waits no longer


def letter_to(person: Any, template: str) -> Any:
    return compose(OutboundEmail.objects.get(person=person, template=template))


def test_the_poster_on_paper_is_tagged_and_says_what_the_page_says(
    stage: Stage, poster: Poster
) -> None:
    answer = signed_in(stage.bob).get(
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


def test_the_list_of_posters_costs_the_same_with_thirty(stage: Stage, poster: Poster) -> None:
    actions.ask_for_approval(poster, by=stage.cy, version=1)
    actions.answer_poster(poster, by=stage.lead, version=1, approve=True)
    address = reverse("activities:lesson_study_posters")
    few = queries(stage.dee, address)
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
    assert queries(stage.dee, address) == few <= 12
