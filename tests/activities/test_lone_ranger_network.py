"""Lone-ranger networks: every rule of theirs, named after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.choosing import Answers, propose
from apps.activities.engine import Blocked, Situation, Slot, checks
from apps.activities.engine.polls import open_poll
from apps.activities.enums import ActivityState, Audience
from apps.activities.kinds import all_kinds, kind_of
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.followups.models import FollowUp
from apps.followups.policies import open_day
from apps.schools.enums import Role
from apps.schools.models import Organisation
from tests import factories as f
from tests.activities.triads import Stage, home_of, signed

KIND = "lone_ranger_network"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a third school, and Una, who works in its library."""
    third = signed(stage, "Cedar School")
    una = f.PersonFactory(given_name="Una", family_name="Exampleton")
    f.MembershipFactory(person=una, organisation=third, role=Role.SUPPORT)
    stage.extra |= {"third": third, "una": una}
    return stage


def drafted(stage: Stage, *people: Any) -> Activity:
    """The first of them convenes."""
    activity = stage.planned(kind=KIND, title="Librarians", details={"post": "Librarian"})
    for number, person in enumerate(people or (stage.ann, stage.cy, stage.extra["una"])):
        role = "member" if number else "convenor"
        place = engine.invite(
            activity, by=stage.lead, person=person, organisation=home_of(person), role=role
        )
        engine.answer_invitation(place, by=person, accept=True)
    stage.criterion(activity)
    return activity


def begun(stage: Stage) -> Activity:
    activity = engine.agree(drafted(stage), by=stage.lead)
    return engine.activate(activity, by=stage.lead)


def planned(
    stage: Stage, activity: Activity, school: Organisation | None, days: float = -1
) -> Session:
    start = clock.now() + timedelta(days=days, hours=-2)
    link = "" if school else "https://meet.example.org/librarians"
    slot = Slot(start, start + timedelta(minutes=90), school, link)
    return engine.plan_session(
        activity, by=stage.ann, kind="meeting", slot=slot, despite_conflicts=True
    )


def write(activity: Activity, person: Any, kind: str, **values: Any) -> Record:
    text = f"{kind} of the quiet readers"
    return engine.record(by=person, kind=kind, text=text, activity=activity, **values)


def met(stage: Stage, activity: Activity, school: Organisation | None = None) -> Session:
    write(activity, stage.cy, "pupil_issue")
    return engine.mark_held(planned(stage, activity, school, days=0), by=stage.ann)


def half_term(stage: Stage, activity: Activity, school: Organisation) -> Activity:
    """A meeting, and one idea of it tested."""
    met(stage, activity, school)
    write(activity, stage.cy, "action")
    activity = engine.advance(activity, by=stage.ann)
    write(activity, stage.cy, "tested")
    return activity


def reasons(blocks: list[Any]) -> str:
    return " ".join(str(block.reason) for block in blocks)


def test_the_stages_are_forming_meetings_tests_review(stage: Stage) -> None:
    """Three half-terms at three schools, what each tested, and a look back before it closes."""
    schools = [stage.school, stage.partner, stage.extra["third"]]
    start = clock.now() - timedelta(days=120)
    with clock.frozen(start):
        activity = begun(stage)
    for number, school in enumerate(schools):
        with clock.frozen(start + timedelta(days=7 + 40 * number)):
            activity = half_term(stage, activity, school)
            if number < 2:
                with pytest.raises(Blocked, match="three half-terms at least"):
                    engine.advance(activity, by=stage.ann)
                activity = engine.repeat(activity, by=stage.ann)
    activity = engine.advance(activity, by=stage.ann)
    assert (activity.stage, activity.cycle) == ("review", 3)
    due = clock.today() + timedelta(days=42)
    with pytest.raises(Blocked, match="What the network found is not written yet"):
        engine.close(activity, by=stage.lead, promise="Ask", due=due)
    write(activity, stage.extra["una"], "found")
    activity = engine.close(activity, by=stage.lead, promise="Ask", due=due)
    assert activity.state == ActivityState.CLOSED
    trail = list(activity.changes.values_list("to_stage", flat=True))
    assert list(dict.fromkeys(trail)) == ["forming", "meetings", "tests", "review"]


def test_a_convenor_and_two_more(stage: Stage) -> None:
    activity = drafted(stage, stage.ann, stage.cy)
    with pytest.raises(Blocked, match="1 more person has to take part"):
        engine.agree(activity, by=stage.lead)
    convenor = {"person": stage.bob, "organisation": stage.school, "role": "convenor"}
    with pytest.raises(Blocked, match="room for 1 person only"):  # room at the table
        engine.invite(activity, by=stage.lead, **convenor)


def test_three_schools(stage: Stage) -> None:
    activity = drafted(stage, stage.ann, stage.cy, stage.dee)
    with pytest.raises(Blocked, match="at least three schools") as refused:
        engine.agree(activity, by=stage.lead)
    assert refused.value.blocks[0].who == stage.lead.name
    place = engine.invite(
        activity,
        by=stage.lead,
        person=stage.extra["una"],
        organisation=stage.extra["third"],
        role="member",
    )
    engine.answer_invitation(place, by=stage.extra["una"], accept=True)
    engine.agree(activity, by=stage.lead)
    activity = engine.activate(activity, by=stage.lead)
    engine.withdraw(place, by=stage.extra["una"])  # three people are left, of two schools
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED
    with pytest.raises(Blocked, match="at least three schools"):
        engine.resume(activity, by=stage.lead)


def test_nobody_judges_another(stage: Stage) -> None:
    stage.ann.memberships.update(appraiser=stage.cy)
    with pytest.raises(Blocked, match="cannot take part together"):
        drafted(stage)


def test_rotating_host(stage: Stage) -> None:
    """At planning, moving and polling; a meeting online changes nobody’s turn."""
    activity = begun(stage)
    first = planned(stage, activity, stage.school, days=5)
    with pytest.raises(Blocked) as refused:
        planned(stage, activity, stage.school, days=9)
    (block,) = refused.value.blocks
    assert block.who == stage.lead.name
    assert "is at Ash School, too. Others who could host: Beech School and Cedar" in block.reason
    times = [
        (first.starts_at + timedelta(days=n), first.ends_at + timedelta(days=n)) for n in (2, 9)
    ]
    with pytest.raises(Blocked, match="at Ash School, too"):
        open_poll(activity, by=stage.ann, kind="meeting", times=times, organisation=stage.school)
    planned(stage, activity, None, days=9)
    with pytest.raises(Blocked, match="at Ash School, too"):
        planned(stage, activity, stage.school, days=2)
    second = planned(stage, activity, stage.partner, days=20)
    planned(stage, activity, stage.school, days=40)
    with pytest.raises(Blocked, match=r"Others who could host: Cedar School\."):  # nor Beech
        planned(stage, activity, stage.school, days=30)
    to_ash = Slot(second.starts_at, second.ends_at, stage.school)
    with pytest.raises(Blocked, match="at Ash School, too"):
        engine.change_session(second, by=stage.ann, sequence=0, slot=to_ash, despite_conflicts=True)
    day = timedelta(days=1)
    slot = Slot(first.starts_at + day, first.ends_at + day, stage.school)
    engine.change_session(first, by=stage.ann, sequence=0, slot=slot, despite_conflicts=True)


def test_pupils_at_every_meeting(stage: Stage) -> None:
    activity = begun(stage)
    session = planned(stage, activity, stage.school)
    with pytest.raises(Blocked, match="No pupil issue is written for this meeting yet") as refused:
        engine.mark_held(session, by=stage.ann)
    assert "Una Exampleton" in refused.value.blocks[0].who
    write(activity, stage.cy, "pupil_issue")
    engine.mark_held(session, by=stage.ann)
    another = planned(stage, activity, None, days=0)
    with pytest.raises(Blocked, match="One belongs to every meeting"):
        engine.mark_held(another, by=stage.ann)


def test_pupil_issues_stay_in_the_network_and_names_are_warned_of(
    stage: Stage, client: Client
) -> None:
    stage.active()  # a triad, whose notes can be shared
    activity = begun(stage)
    issue = write(activity, stage.cy, "pupil_issue")
    assert issue.audience == Audience.PARTICIPANTS
    with pytest.raises(Blocked, match="cannot be shared"):
        engine.share_record(issue, by=stage.cy, audience=Audience.SCHOOLS)
    client.force_login(stage.cy, backend="django.contrib.auth.backends.ModelBackend")
    key = f"{activity.public_id}.pupil_issue"
    url = reverse("activities:log") + f"?form=note&about={key}"
    page = client.get(url).content.decode()
    assert "Only those who take part can see this" in page
    assert "unless you share it further" not in page
    sent = {
        "target": key,
        "text": "Pupil Oliver Smith reads nothing",
        "happened_on": clock.today().isoformat(),
        "client_key": "7f9619ff-8b86-4d01-b42d-00cf4fc964aa",
    }
    answer = client.post(url, sent)
    assert "Use codes such as “Pupil A”" in answer.content.decode()
    assert Record.objects.count() == 1


def test_reflections_stay_private_and_nothing_is_graded(stage: Stage) -> None:
    activity = begun(stage)
    mine = write(activity, stage.cy, "reflection")
    with pytest.raises(Blocked):
        engine.share_record(mine, by=stage.cy, audience=Audience.PARTICIPANTS)
    with pytest.raises(Blocked, match="Nothing here is graded"):
        write(activity, stage.cy, "pupil_issue", data={"grade": "2"})


def open_on(days: int, owner: Any) -> Any:
    return open_day(clock.today() + timedelta(days=days), home_of(owner), owner)


def test_what_is_promised_and_when(stage: Stage) -> None:
    """Everybody tests before the next meeting; who wrote it is asked again at 6 and 12 weeks."""
    activity = begun(stage)
    met(stage, activity)
    promised = FollowUp.objects.filter(rule=f"{KIND}.test")
    assert {row.due for row in promised} == {open_on(35, row.owner) for row in promised}
    assert {row.owner for row in promised} == {stage.ann, stage.cy, stage.extra["una"]}
    with pytest.raises(Blocked, match="Nobody has written yet what they will test"):
        engine.advance(activity, by=stage.ann)
    write(activity, stage.cy, "action")
    activity = engine.advance(activity, by=stage.ann)
    with pytest.raises(Blocked, match="Nobody has written yet what they tested"):
        engine.repeat(activity, by=stage.ann)
    tested = write(activity, stage.cy, "tested")
    assert {row.owner for row in promised.open()} == {stage.ann, stage.extra["una"]}
    asked = FollowUp.objects.filter(owner=stage.cy).open().order_by("due")
    assert [(row.rule, row.due) for row in asked] == [
        (f"{KIND}.still_in_use", open_on(42, stage.cy)),
        (f"{KIND}.changed_for_pupils", open_on(84, stage.cy)),
    ]
    assert tested.text not in asked[0].promise
    engine.share_record(tested, by=stage.cy, audience=Audience.ALLIANCE)
    assert tested.text in asked.all()[0].promise


def test_the_page_says_who_has_hosted_and_asks_for_a_pupil_issue(
    stage: Stage, client: Client
) -> None:
    activity = begun(stage)
    planned(stage, activity, stage.partner, days=3)
    url = reverse("activities:detail", args=[activity.public_id])
    client.force_login(stage.extra["una"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(url).content.decode()
    assert "No meeting held or planned yet at: Ash School, Cedar School." in page
    asks = "No pupil issue is written for the next meeting yet."
    assert asks in page
    write(activity, stage.extra["una"], "pupil_issue")
    assert asks not in client.get(url).content.decode()


def test_criteria_reach_pupils_and_whether_people_are_alone() -> None:
    usual = {c.slug: c for c in kind_of(KIND).criteria}
    assert sum(c.weight for c in usual.values()) == 100
    assert usual["pupil_outcome"].source.strength == "stronger"
    assert (usual["less_alone"].level, usual["less_alone"].source.strength) == ("staff", "weak")


def test_the_guided_choice_proposes_it_to_support_staff_who_need_to_know_more() -> None:
    answers = Answers("knowledge", "support", 450, "far", "new")
    found = next(p for p in propose(answers, all_kinds()) if p.kind.slug == KIND)
    assert found.misses == []


def test_within_one_school_there_is_none(stage: Stage) -> None:
    activity = stage.planned(kind=KIND, alliance=None)
    assert "at least three schools" in reasons(checks.people_missing(Situation.of(activity)))
