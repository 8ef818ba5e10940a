"""The guided choice: from five plain answers to kinds in order of fit."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import kinds
from apps.activities.choosing import Answers, hours, others, propose
from apps.activities.enums import Aim, Problem, Reach, Staff
from apps.activities.kinds.base import Choice, Kind, KindRole
from apps.activities.kinds.base import Stage as KindStage
from tests import factories as f
from tests.activities.triads import Stage

CHOICE = Choice(
    problems=frozenset({Problem.TEACHING}),
    staff=frozenset({Staff.SUPPORT}),
    reach=frozenset({Reach.NEAR}),
    aims=frozenset({Aim.REFINE}),
    minutes=480,
    evidence="A trial of 12 schools found nothing.",
)


def made(slug: str, choice: Choice | None) -> Kind:
    return Kind(
        slug=slug,
        name=slug.title(),
        purpose="For a test.",
        roles=(KindRole("walker", "Walker", 1, None),),
        stages=(KindStage("going", "Going", "They go.", needs_active=True),),
        rules=(),
        sessions=(),
        records=(),
        followups=(),
        criteria=(),
        choice=choice,
    )


def test_what_fits_all_answers_comes_first_and_says_so() -> None:
    near = made("near", CHOICE)
    far = made("far", replace(CHOICE, staff=frozenset({Staff.LEADERS})))
    answers = Answers("teaching", "support", 480, "near", "refine")
    first, second = propose(answers, [far, near])
    assert first.kind is near
    assert first.fit_words == "Fits all that you said"
    assert first.misses == []
    assert second.fit_words == "Fits 4 of your 5 answers"
    assert [v.words for v in second.misses] == ["is not made for support staff"]


def test_the_reason_names_both_times() -> None:
    (found,) = propose(Answers(minutes=180), [made("slow", CHOICE)])
    assert [v.words for v in found.misses] == [
        "takes about 8 hours a person; you said about 3 hours"
    ]


def test_a_little_too_long_fits_better_than_far_too_long() -> None:
    little = made("zz_little", replace(CHOICE, minutes=200))
    long = made("aa_long", replace(CHOICE, minutes=900))
    assert [p.kind.slug for p in propose(Answers(minutes=180), [long, little])] == [
        "zz_little",
        "aa_long",
    ]


def test_an_open_question_counts_for_nothing() -> None:
    (found,) = propose(Answers(staff="support"), [made("near", CHOICE)])
    assert [v.words for v in found.verdicts] == ["suits support staff"]


def test_a_kind_that_says_nothing_of_itself_is_among_the_others() -> None:
    silent = made("silent", None)
    assert propose(Answers(staff="support"), [silent]) == []
    assert others([silent, made("near", CHOICE)]) == [silent]


def test_equal_fit_puts_first_what_takes_less() -> None:
    slow, quick = made("a_slow", CHOICE), made("z_quick", replace(CHOICE, minutes=60))
    assert [p.kind.slug for p in propose(Answers(staff="support"), [slow, quick])] == [
        "z_quick",
        "a_slow",
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(15, "about 15 minutes"), (119, "about 119 minutes"), (480, "about 8 hours")],
)
def test_time_in_words(minutes: int, words: str) -> None:
    assert hours(minutes) == words


@pytest.mark.parametrize("problem", list(Problem))
@pytest.mark.parametrize("staff", list(Staff))
def test_every_answer_has_words_for_and_against(problem: Problem, staff: Staff) -> None:
    for reach in Reach:
        for aim in Aim:
            answers = Answers(problem, staff, 60, reach, aim)
            (found,) = propose(answers, [made("near", CHOICE)])
            assert len(found.verdicts) == 5
            assert all(verdict.words for verdict in found.verdicts)


# The page


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


def links(html: str) -> list[str]:
    parser = Links()
    parser.feed(html)
    return parser.found


def opened(client: Client, person: Any, **asked: str) -> str:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("activities:choose"), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_asks_five_questions_without_a_script(client: Client, stage: Stage) -> None:
    html = opened(client, stage.ann)
    assert html.count('<fieldset class=""') == 5
    assert 'method="get"' in html
    assert "proposal" not in html


def test_the_address_holds_the_answers(client: Client, stage: Stage) -> None:
    html = opened(client, stage.ann, problem="teaching", staff="support", minutes="180")
    chosen = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]* checked', html)
    assert chosen == [("problem", "teaching"), ("staff", "support"), ("minutes", "180")]
    assert "you said about 3 hours" in html


def test_every_kind_is_shown_with_its_evidence_and_caution(client: Client, stage: Stage) -> None:
    html = opened(client, stage.ann, aim="refine")
    for kind in kinds.all_kinds():
        assert f"kind={kind.slug}" in html
        if kind.choice is not None:
            assert str(kind.choice.evidence) in html.replace("&#x27;", "'")


def test_start_this_keeps_the_need_and_the_goal(client: Client, stage: Stage) -> None:
    goal = f.GoalFactory(organisation=stage.school, need=stage.need, person=stage.lead)
    html = opened(client, stage.lead, aim="refine", need=stage.need.public_id, goal=goal.public_id)
    starts = [link for link in links(html) if link.startswith("/activities/new/?")]
    assert starts
    for link in starts:
        asked = parse_qs(urlsplit(link).query)
        assert asked["need"] == [stage.need.public_id]
        assert asked["goal"] == [goal.public_id]
    page = client.get(starts[0]).content.decode()
    assert page.count("checked") >= 3  # the kind, the need and the goal


def test_a_need_that_i_may_not_see_is_not_kept(client: Client, stage: Stage) -> None:
    stranger = f.NeedFactory(statement="canary-need")
    html = opened(client, stage.ann, aim="refine", need=stranger.public_id)
    assert stranger.public_id not in html
    assert "canary-need" not in html


def test_an_answer_that_makes_no_sense_is_said_to_be_wrong(client: Client, stage: Stage) -> None:
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("activities:choose"), {"minutes": "many", "aim": "new"})
    assert response.status_code == 422
    assert "Error:" in response.content.decode()


@pytest.mark.parametrize("page", ["activities:new", "activities:list"])
def test_the_choice_is_one_press_away(client: Client, stage: Stage, page: str) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("activities:choose") in links(client.get(reverse(page)).content.decode())


def test_a_needs_page_leads_to_the_choice(client: Client, stage: Stage) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(reverse("audits:need", args=[stage.need.public_id])).content.decode()
    assert f"/activities/choose/?need={stage.need.public_id}" in links(html)


def test_the_page_asks_few_things_of_the_database(
    client: Client, stage: Stage, django_assert_max_num_queries: Any
) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    asked = {"aim": "refine", "need": stage.need.public_id}
    client.get(reverse("activities:choose"), asked)
    with django_assert_max_num_queries(12):
        client.get(reverse("activities:choose"), asked)
