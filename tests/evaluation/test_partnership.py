"""How the partnership works: each number again from the rows, and what is kept from whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.activities.models import Participant, Release
from apps.core import clock
from apps.core.permissions import Refused
from apps.evaluation.process import actions, figures, log, words
from apps.evaluation.process.forms import AdjustmentForm
from apps.evaluation.process.models import Adjustment, Afterwards, Review
from apps.evaluation.snapshot.frame import Frame
from apps.followups.models import FollowUp
from apps.schools.models import Membership, Organisation
from tests import factories as f
from tests.evaluation.halfterm import half, pulse_of, tell_half
from tests.evaluation.story import NAMES, PRIVATE, Story
from tests.support.clients import queries, signed_in
from tests.support.kept import for_the_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker) -> Iterator[Story]:
    """The story, all of it moved into the latest half-term that is over."""
    with for_the_module(django_db_blocker):
        found = tell_half()
        yield found


@pytest.fixture
def story(told: Story, db: None) -> Story:
    return deepcopy(told)


def frame(story: Story, **changed) -> Frame:
    return Frame(
        **{"alliance": story.alliance, "start": half().first, "end": half().last,
           "at": clock.now(), **changed}
    )  # fmt: skip


@pytest.fixture
def found(story) -> dict:
    return figures.facts(frame(story))


def verdict(**changed):
    return {
        "client_key": uuid4(),
        "communication": "Minutes came late.",
        "worked": "The visits.",
        "not_worked": "Cover on Fridays.",
        **changed,
    }


def adjusted(story, **changed):
    return actions.adjust(
        alliance=story.alliance,
        **{
            "by": story.coordinator,
            "client_key": uuid4(),
            "aspect": "plan",
            "what": "Meetings begin at four",
            "why": "Support staff could not come",
            "decided_by": "the heads' meeting",
            "decided_on": clock.today(),
            **changed,
        },
    )


def test_promised_and_given_again_from_the_rows(story, found) -> None:
    total = found["commitment"]["total"]
    assert (total["hours"], total["money"]) == (160, 1000.0)
    used = [r for r in Release.objects.all() if r.state == "used" and r.day <= half().last]
    used = [r for r in used if r.day >= half().first and r.in_class != "no"]
    assert total["given_hours"] == round(sum(r.actual_minutes or 0 for r in used) / 60, 1)
    by_school = Counter(r.organisation_id for r in used)
    for row, school in zip(found["commitment"]["rows"], story.schools, strict=True):
        if not by_school[school.pk] and not row["hidden"]:
            assert row["given_hours"] in (None, 0)
        if not row["hidden"] and by_school[school.pk]:
            mine = [r.actual_minutes or 0 for r in used if r.organisation_id == school.pk]
            assert row["given_hours"] == round(sum(mine) / 60, 1)
    assert found["commitment"]["rows"][4]["hours"] is None  # missing, not nought


def test_leaders_and_phases_again_from_the_rows(story, found) -> None:
    active = {(p.organisation_id, p.person_id) for p in Participant.objects.all()}
    leading = {
        (m.organisation_id, m.person_id)
        for m in Membership.objects.all()
        if m.organisation_id and (m.role == "head" or m.job_role == "senior_leader")
    }
    people = found["people"]
    expected = {"count": len(leading & active), "of": len(leading)}
    assert people["leaders"] in ({"hidden": True}, expected)
    secondary = next(row for row in people["by_phase"] if row["phase"] == "secondary")
    school = people["by_school"]["rows"][1]["cells"][-1]
    assert secondary == {"phase": "secondary", **school}


def test_too_few_people_are_never_worked_out(story) -> None:
    """Three leaders take part: neither they nor the rest of a sum that gives them away."""
    Membership.objects.filter(job_role="senior_leader").update(job_role="teacher")
    some = Participant.objects.filter(organisation=story.schools[0])[:3]
    Membership.objects.filter(
        organisation=story.schools[0], person__in=[p.person_id for p in some]
    ).update(job_role="senior_leader")
    people = figures.facts(frame(story))["people"]

    assert people["leaders"] == {"hidden": True}
    assert "Too few" in words.leaders(people["leaders"])


def test_a_phase_of_a_school_that_is_hidden_is_hidden(story) -> None:
    Organisation.objects.filter(pk=story.schools[2].pk).update(phase="nursery")
    people = figures.facts(frame(story))["people"]

    assert people["by_school"]["rows"][2]["cells"][-1] == {"hidden": True}
    assert {"phase": "nursery", "hidden": True} in people["by_phase"]
    assert sum(row.get("hidden", False) for row in people["by_phase"]) >= 1


def test_a_phase_tells_no_school_of_the_other_one_in_it() -> None:
    """Two schools in a phase: whoever knows the one has the other, and that is of three people."""
    alliance = f.AllianceFactory()
    activity = f.ActivityFactory(alliance=alliance, state="active", created_at=clock.now())
    for phase, staff, taking in (("primary", 20, 8), ("primary", 12, 3), ("secondary", 30, 10)):
        school = f.SchoolFactory(phase=phase)
        f.AllianceMemberFactory(alliance=alliance, organisation=school)
        for n in range(staff):
            one = f.MembershipFactory(organisation=school, role="teacher", fte=1).person
            if n < taking:
                f.ParticipantFactory(activity=activity, organisation=school, person=one)
    today = clock.today()
    people = figures.facts(Frame(alliance=alliance, start=today, end=today, at=clock.now()))
    assert people["people"]["by_school"]["total"][-1] == {"count": 21, "of": 62}
    assert people["people"]["by_phase"][0] == {"phase": "primary", "hidden": True}


def test_released_by_fewer_than_five_is_not_shown(story) -> None:
    school = story.schools[0]
    keep = Release.objects.filter(organisation=school).values_list("person_id", flat=True)[:3]
    Release.objects.filter(organisation=school).exclude(person_id__in=list(keep)).delete()
    rows = figures.facts(frame(story))["commitment"]["rows"]

    assert rows[0]["hidden"]
    assert sum(row["hidden"] for row in rows) >= 2  # or the total would tell


def test_no_agreement_and_nothing_done_is_said_and_not_nought() -> None:
    alliance = f.AllianceFactory()
    f.AllianceMemberFactory(alliance=alliance)
    found = figures.facts(
        Frame(alliance=alliance, start=half().first, end=half().last, at=clock.now())
    )

    assert "nothing has been promised" in words.commitment(found)
    assert found["commitment"]["rows"][0]["given_hours"] is None
    assert "No school has hosted" in words.give_and_take(found["exchange"])
    assert all(section["finding"] for section in words.sections(figures.with_texts(found)))


def test_it_holds_no_person(found) -> None:
    kept = json.dumps(found)
    assert PRIVATE not in kept
    assert not any(name in kept for name in NAMES)


def test_it_takes_at_most_fifteen_queries(story) -> None:
    with CaptureQueriesContext(connection) as asked:
        figures.facts(frame(story))
    assert len(asked) <= 15


def test_a_review_keeps_its_words_and_figures(story) -> None:
    first = verdict()
    for _again in range(2):
        row = actions.close_review(
            by=story.coordinator, alliance=story.alliance, half=half(), **first
        )
    Participant.objects.all().delete()
    with pytest.raises(Refused, match="stays as it is"):
        actions.close_review(
            by=story.coordinator, alliance=story.alliance, half=half(), **verdict()
        )

    assert Review.objects.get() == row
    page = signed_in(story.head).get(url(story)).content.decode()
    assert "Minutes came late." in page
    assert "59 of 161 (37%)" in page
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Review.objects.update(worked="All of it")


def test_readers_see_no_figures_before_the_review_is_closed(story) -> None:
    def reads(person) -> str:
        return signed_in(person).get(url(story)).content.decode()

    assert "59 of 161" in reads(story.coordinator)
    page = reads(story.head)
    assert "59 of 161" not in page
    assert "Not reviewed yet" in page
    assert "Close this review" not in page


def test_a_half_term_is_reviewed_when_it_is_over(story) -> None:
    ending = half()
    during = timezone.make_aware(datetime.combine(ending.last, time(9)))
    with clock.frozen(during), pytest.raises(Refused, match="not over yet"):
        actions.close_review(
            by=story.coordinator, alliance=story.alliance, half=ending, **verdict()
        )


def test_only_the_coordinator_closes_and_adjusts(story) -> None:
    with pytest.raises(Refused, match="Only a coordinator"):
        actions.close_review(by=story.head, alliance=story.alliance, half=half(), **verdict())
    with pytest.raises(Refused, match="Only a coordinator"):
        adjusted(story, by=story.head)
    assert not Review.objects.exists()


def test_an_adjustment_is_asked_about_six_weeks_later(story) -> None:
    row = adjusted(story)
    asked = FollowUp.objects.get(rule=actions.RULE)

    assert asked.owner == story.coordinator
    assert asked.due >= row.decided_on + timedelta(weeks=6)
    for _again in range(2):
        actions.add_afterwards(by=story.coordinator, adjustment=row, text="Nine more came.")
    asked.refresh_from_db()
    assert asked.state == "done"
    with pytest.raises(Refused, match="already"):
        actions.add_afterwards(by=story.coordinator, adjustment=row, text="Others.")
    assert Afterwards.objects.get().text == "Nine more came."


def test_the_log_is_never_changed(story) -> None:
    row = adjusted(story)
    actions.add_afterwards(by=story.coordinator, adjustment=row, text="Nine more came.")
    for change in (
        lambda: Adjustment.objects.update(why="Another reason"),
        lambda: Afterwards.objects.update(text="Nothing"),
        lambda: Afterwards.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()


def test_the_log_in_a_report_names_nobody(story) -> None:
    adjusted(story, what="Given7 Quillfeather hosts no more")
    adjusted(story, why="Because of the buses")
    adjusted(story, decided_on=half().first - timedelta(days=1))
    here = frame(story, end=clock.today())
    table = log.table(log.facts(here))

    assert len(table["rows"]) == 2
    assert "Quillfeather" not in json.dumps(table)
    assert "Because of the buses" in json.dumps(table)


@pytest.mark.parametrize(
    "text",
    ["Mrs Okonkwo", "OKONKWO, Barnaby", "Okonkwo’s class", "By Ana van Quill", "Dr Featherby-Li"],
)
def test_a_report_holds_no_family_name_of_the_alliance(story, text) -> None:
    """A head, the coordinator whose role is the alliance's, and an author without a role."""
    head = f.PersonFactory(given_name="Barnaby", family_name="Okonkwo")
    f.MembershipFactory(person=head, organisation=story.schools[0], role="head")
    leads = f.PersonFactory(family_name="van Quill")
    f.MembershipFactory(person=leads, alliance=story.alliance, organisation=None,
                        role="coordinator")  # fmt: skip
    author = f.PersonFactory(family_name="Featherby-Li")
    row = adjusted(story, decided_by=text)
    f.AdjustmentFactory(alliance=story.alliance, entered_by=author, decided_on=row.decided_on)
    found, other = log.facts(frame(story, end=clock.today()))

    assert (found["what"], found["decided_by"]) == (row.what, None)
    assert other["decided_by"] is not None


def test_words_of_a_criterion_are_for_those_who_see_its_activity(story) -> None:
    school = f.SchoolFactory()
    f.AllianceMemberFactory(alliance=story.alliance, organisation=school)
    other = f.MembershipFactory(organisation=school, role="cpd_lead").person
    activity = f.ActivityFactory(
        alliance=story.alliance, organisation=story.schools[0], state="active"
    )
    criterion = f.CriterionFactory(activity=activity, indicator="Pupils ask twice")
    adjusted(story, criterion=criterion)

    def reads(person) -> str:
        return signed_in(person).get(url(story)).content.decode()

    assert "Pupils ask twice" in reads(story.coordinator)
    page = reads(other)
    assert "Pupils ask twice" not in page
    assert "a success criterion" in page
    activity.__class__.objects.filter(pk=activity.pk).update(state="draft")
    assert "Pupils ask twice" not in reads(story.coordinator)
    form = AdjustmentForm(alliance=story.alliance)
    assert criterion.public_id not in form.criteria


def test_an_adjustment_may_be_about_one_obstacle(story) -> None:
    obstacle = story.alliance.agreements.get().obstacles.first()
    client = signed_in(story.coordinator)
    address = f"/alliances/{story.alliance.public_id}/partnership/adjust/"
    sent = {
        "client_key": str(uuid4()), "aspect": "obstacles", "about": obstacle.public_id,
        "what": "A shared supply list", "why": "Cover was hard to find",
        "decided_by": "the heads", "decided_on": clock.today().isoformat(),
    }  # fmt: skip
    for _again in range(2):
        page = client.post(address, sent, follow=True)

    assert Adjustment.objects.get().obstacle == obstacle
    assert "A shared supply list" in page.content.decode()
    late = client.post(address, sent | {"decided_on": "2999-01-01"})
    assert late.status_code == 422


# The pulse


def test_the_pulse_not_asked_yet_leads_to_asking_it(story) -> None:
    page = signed_in(story.coordinator).get(url(story)).content.decode()
    assert "Not asked yet" in page
    assert "template=partnership" in page
    link = "/needs/audits/new-for-alliance/?template=partnership"
    assert signed_in(story.coordinator).get(link).status_code == 200
    assert "template=partnership" not in signed_in(story.head).get(url(story)).content.decode()


def test_the_pulse_shows_what_was_released_and_its_change(story) -> None:
    pulse_of(story, closed_days_ago=60, mean=3.2)
    pulse_of(story, closed_days_ago=2, mean=3.7)
    page = signed_in(story.coordinator).get(url(story)).content.decode()

    assert "I should like to go on with it next term." in page
    assert "3.7" in page
    assert "+0.5" in page


def test_the_pulse_keeps_small_groups_hidden(story) -> None:
    pulse_of(story, closed_days_ago=2, mean=None)
    page = signed_in(story.coordinator).get(url(story)).content.decode()

    assert page.count("not shown") >= 2


def test_a_school_that_did_not_take_part_does_not_read_the_pulse(story) -> None:
    pulse_of(story, closed_days_ago=2, mean=3.7)
    page = signed_in(story.head).get(url(story)).content.decode()

    assert "I should like to go on with it next term." not in page
    assert "the schools that take part" in page


def test_the_page_costs_the_same_however_much_there_is(story) -> None:
    adjusted(story)
    few = queries(story.coordinator, url(story))
    for _more in range(8):
        adjusted(story)
    assert queries(story.coordinator, url(story)) == few <= 24


def url(story) -> str:
    return f"/alliances/{story.alliance.public_id}/partnership/"
