"""Audits of an alliance's schools: each decides for itself, and how its small groups fare."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from apps.audits import actions, sweeps
from apps.audits.actions.audience import Sizes, sizes_at
from apps.audits.enums import AuditMode, AuditState, Grouping, SchoolState, SmallChoice
from apps.audits.models import Audit, AuditSchool
from apps.audits.permissions import can_read_answers_of, can_read_results
from apps.audits.rates import by_school
from apps.audits.readers import readers_across
from apps.audits.releasing import prepare
from apps.core import clock
from apps.core.permissions import Refused
from apps.schools.enums import AllianceMemberState, JobRole, Role
from tests import factories as f
from tests.audits.alliance import across, make_alliance, place_of, takes_part
from tests.audits.school import answer
from tests.support.clients import queries, signed_in
from tests.support.letters import send_all

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_sizes_name_the_groups_of_one_to_four() -> None:
    assert Sizes(9, 6, 3, 0).small == ["support"]
    assert Sizes(4, 4, 0, 2).small == ["everybody", "teaching", "leaders"]
    assert Sizes(20, 10, 10, 5).small == []


pytestmark = pytest.mark.django_db


def states(audit: Audit) -> list[str]:
    return list(audit.schools.order_by("organisation__name").values_list("state", flat=True))


def test_only_schools_that_accept_are_asked() -> None:
    with clock.frozen(MONDAY):
        made = make_alliance((6, 5), (1, 0), (1, 0))
        first, second, _third = made.schools
        audit = across(made)
        letters = {m.to[0]: m for m in send_all()}
        assert set(letters) == {p.email for s in made.schools for p in (s.lead, s.head)}
        client = signed_in(first.lead)
        url = reverse("audits:school", args=[audit.public_id, first.school.ref])
        assert url in letters[first.lead.email].body
        home = reverse("home:index")
        assert url in client.get(home).content.decode()
        page = client.get(url)
        assert page.context["sizes"] == Sizes(11, 6, 5, 0)
        assert "small" not in page.context["form"].fields
        assert client.post(url, {"part": "accept", "compare_ok": "on"}).status_code == 302
        assert url not in client.get(home).content.decode()
        actions.decline(by=second.head, place=place_of(audit, second))
        opened = signed_in(made.coordinator).post(reverse("audits:open", args=[audit.public_id]))
        assert opened.status_code == 302
        asked = {m.to[0]: m.body for m in send_all()}
    assert states(audit) == ["accepted", "declined", "lapsed"]
    assert set(asked) == {p.email for p in first.staff}
    assert "Heathland, the alliance that School 1 works in, asks you" in asked[first.staff[0].email]
    assert client.post(url, {"part": "decline"}).status_code == 403


def test_a_school_with_a_small_group_says_how_it_is_protected() -> None:
    made = make_alliance((6, 3))
    [school] = made.schools
    audit = across(made)
    client = signed_in(school.lead)
    url = reverse("audits:school", args=[audit.public_id, school.school.ref])
    page = client.post(url, {"part": "accept"})
    assert page.status_code == 422
    assert "Choose how your small groups are protected" in page.content.decode()
    assert client.post(url, {"part": "accept", "small": "pooled"}).status_code == 302
    place = place_of(audit, school)
    assert (place.small, place.is_by_name) == (SmallChoice.POOLED, False)
    with pytest.raises(Refused):
        actions.accept(by=school.lead, place=place)


def test_who_chose_names_is_told_so_and_read_by_the_own_lead_alone() -> None:
    made = make_alliance((6, 3), (6, 6))
    small, large = made.schools
    audit = across(made)
    takes_part(audit, small, small=SmallChoice.NAMED)
    takes_part(audit, large)
    actions.open_audit(by=made.coordinator, audit=audit)
    audit.refresh_from_db()
    told = {p.person_id: p.promised for p in audit.participations.select_related("audit")}
    assert {told[p.pk] for p in small.staff} == {AuditMode.NAMED}
    assert {told[p.pk] for p in large.staff} == {AuditMode.CONFIDENTIAL}
    assert can_read_answers_of(small.lead, audit, small.school.pk)
    for person, school in (
        (small.head, small),
        (large.lead, small),
        (large.lead, large),
        (made.coordinator, small),
    ):
        assert not can_read_answers_of(person, audit, school.school.pk)

    managed, *others = small.staff
    managed.memberships.get().delete()
    f.MembershipFactory(person=managed, organisation=small.school, line_manager=small.lead)
    for person in (managed, *others[:2], *large.staff):
        answer(audit, person, [("autism", 1, 4)])
    lead, url = signed_in(small.lead), reverse("audits:answers", args=[audit.public_id])
    assert {r.person for r in lead.get(url).context["page_obj"]} == set(others[:2])
    one = reverse("audits:answers_of", args=[audit.public_id, managed.public_id])
    assert lead.get(one).status_code == 404
    assert signed_in(large.lead).get(url).status_code == 403
    assert signed_in(made.coordinator).get(url).status_code == 403


def test_who_reads_names_at_one_school_finds_no_pooled_one_among_the_results() -> None:
    made = make_alliance((3, 0), (3, 0), (6, 0), (7, 0))
    read, pooled, *large = made.schools
    audit = across(made)
    takes_part(audit, read, small=SmallChoice.NAMED)
    takes_part(audit, pooled, small=SmallChoice.POOLED)
    for school in large:
        takes_part(audit, school, compare_ok=True)
    actions.open_audit(by=made.coordinator, audit=audit)
    audit.refresh_from_db()
    for school in made.schools:
        for person in school.staff:
            answer(audit, person, [("autism", 1, 4)])
    actions.close_audit(by=made.coordinator, audit=audit)
    tables = audit.tables.filter(grouping=Grouping.ALL)
    # Beside two large schools the lead would have the sum of the three who are pooled.
    assert set(tables.values_list("organisation", flat=True)) == {None, large[1].school.pk}


def test_nor_how_few_of_the_others_chose_an_answer() -> None:
    made = make_alliance((4, 0), (7, 0))
    read, other = made.schools
    audit = across(made)
    question = f.QuestionFactory(
        audit=audit, kind="choice", topic=None, text="?", choices=["a", "b"]
    )
    takes_part(audit, read, small=SmallChoice.NAMED)
    takes_part(audit, other)
    for school, chosen in ((read, ["a"]), (other, ["b"])):
        for n, person in enumerate(school.staff):
            response = f.ResponseFactory(audit=audit, person=person, organisation=school.school)
            both = ["a", "b"] if n < 4 and school is other else chosen
            values = {"confidence": None, "priority": None, "chosen": both}
            f.AnswerFactory(response=response, question=question, **values)
    tables = prepare(audit).tables
    # Eight chose "a"; the lead knows four of them.
    assert tables[None, Grouping.ALL]["questions"][question.code]["options"] == [
        ["a", None],
        ["b", 7],
    ]


def test_who_leads_two_schools_reads_both() -> None:
    made = make_alliance((3, 0), (3, 0), (6, 0))
    first, second, third = (school.school for school in made.schools)
    audit = across(made)
    for school, small in zip(made.schools, ("named", "named", ""), strict=True):
        takes_part(audit, school, small=small)
    assert readers_across(audit) == {frozenset({first.pk}), frozenset({second.pk})}
    both = made.schools[0].lead
    f.MembershipFactory(person=both, organisation=second, role=Role.CPD_LEAD)
    f.MembershipFactory(person=both, organisation=third, role=Role.CPD_LEAD)
    assert frozenset({first.pk, second.pk}) in readers_across(audit)


def test_one_agreed_answer_asks_the_lead_and_nobody_else() -> None:
    with clock.frozen(MONDAY):
        made = make_alliance((3, 1), (6, 6))
        small, large = made.schools
        audit = across(made)
        takes_part(audit, small, small=SmallChoice.AGREED)
        takes_part(audit, large)
        send_all()
        actions.open_audit(by=made.coordinator, audit=audit)
        letters = {m.to[0]: m.body for m in send_all()}
    [part] = audit.participations.filter(organisation=small.school)
    assert (part.person, part.for_school) == (small.lead, True)
    assert "School 1 gives one answer, on which its leaders agree" in letters[small.lead.email]
    assert (
        signed_in(small.lead).get(reverse("audits:answer", args=[audit.public_id])).status_code
        == 200
    )


def test_anonymous_answers_have_no_names_whatever_a_school_wants() -> None:
    made = make_alliance((6, 3))
    audit = across(made, mode=AuditMode.ANONYMOUS)
    with pytest.raises(Refused):
        takes_part(audit, made.schools[0], small=SmallChoice.NAMED)


def test_a_school_that_has_become_small_is_protected() -> None:
    made = make_alliance((6, 5), (6, 6), (5, 0))
    shrunk, _large, tiny = made.schools
    audit = across(made)
    for school in made.schools:
        takes_part(audit, school, compare_ok=True)
    shrunk.support[0].memberships.update(ends_on=clock.today() - timedelta(days=1))
    tiny.teachers[0].memberships.update(ends_on=clock.today() - timedelta(days=1))
    actions.open_audit(by=made.coordinator, audit=audit)
    assert place_of(audit, shrunk).small == SmallChoice.TOTAL
    assert place_of(audit, tiny).small == SmallChoice.POOLED
    assert AuditSchool.objects.by_name().count() == 2


def test_a_school_that_leaves_the_alliance_is_asked_no_more_and_keeps_what_it_gave() -> None:
    made = make_alliance((6, 5), (6, 6))
    leaving, staying = made.schools
    audit = across(made)
    for school in made.schools:
        takes_part(audit, school, compare_ok=True)
    actions.open_audit(by=made.coordinator, audit=audit)
    answer(audit, leaving.staff[0], [("autism", 1, 4)])
    made.alliance.members.filter(organisation=leaving.school).update(state=AllianceMemberState.LEFT)
    assert sweeps.forget_leavers(clock.now()) == 10
    place = place_of(audit, leaving)
    assert (place.state, place.compare_ok) == (SchoolState.LEFT, False)
    assert audit.participations.filter(organisation=leaving.school).count() == 1
    assert audit.participations.filter(organisation=staying.school).count() == 12


def test_what_schools_agreed_to_is_not_changed_behind_their_backs() -> None:
    made = make_alliance((6, 5))
    audit = across(made)
    client = signed_in(made.coordinator)
    edit = reverse("audits:edit", args=[audit.public_id])
    assert client.get(edit).status_code == 403
    client.post(reverse("audits:withdraw", args=[audit.public_id]))
    assert client.get(edit).status_code == 200


def test_the_coordinator_sees_numbers_in_steps_of_five_and_no_answers() -> None:
    made = make_alliance((8, 6), (6, 7), (6, 6))
    audit = across(made, mode=AuditMode.NAMED)
    for n, school in enumerate(made.schools):
        takes_part(audit, school, compare_ok=n == 0)
    client = signed_in(made.coordinator)
    page = client.get(reverse("audits:schools", args=[audit.public_id]))
    assert page.context["people"] == 35  # of 39
    client.post(reverse("audits:open", args=[audit.public_id]))
    audit.refresh_from_db()
    for person in made.schools[0].staff[:7]:
        answer(audit, person, [("autism", 1, 4)])
    page = client.get(reverse("audits:progress", args=[audit.public_id]) + "?by=school")
    assert page.context["rate"].words == "at least 5 of 39 (13%)"
    assert [(name, row.asked, row.answered) for name, row in page.context["groups"]] == [
        ("School 1", 14, 5),
        ("The other schools together", 25, 0),
    ]
    assert page.context["names"] is None
    for name in ("answers", "export"):
        assert client.get(reverse(f"audits:{name}", args=[audit.public_id])).status_code == 403
    assert not can_read_results(made.coordinator, audit)
    assert not can_read_results(made.schools[0].lead, audit)


def test_closing_tells_the_coordinator_and_the_schools_that_took_part() -> None:
    with clock.frozen(MONDAY):
        made = make_alliance((5, 5), (1, 0))
        audit = across(made)
        takes_part(audit, made.schools[0])
        actions.open_audit(by=made.coordinator, audit=audit)
        for person in made.schools[0].staff:
            answer(audit, person, [("autism", 1, 4)])
        send_all()
        actions.close_audit(by=made.coordinator, audit=audit)
        letters = {m.to[0]: m.body for m in send_all()}
    assert set(letters) == {made.coordinator.email, made.schools[0].lead.email}
    assert "Answered: at least 10 of 10" in letters[made.coordinator.email]
    audit.refresh_from_db()
    assert can_read_results(made.coordinator, audit)
    assert can_read_results(made.schools[0].lead, audit)
    assert not can_read_results(made.schools[1].lead, audit)


def test_the_audience_may_be_leaders_or_a_career_stage() -> None:
    made = make_alliance((6, 0))
    [school] = made.schools
    first, second = school.teachers[:2]
    first.memberships.update(job_role=JobRole.SENIOR_LEADER)
    second.memberships.update(career_stage="ect_1")
    audit = across(made, job_roles=["senior_leader"])
    assert sizes_at(audit, school.school.pk) == Sizes(1, 1, 0, 1)
    audit.job_roles, audit.career_stages = [], ["ect_1", "ect_2"]
    takes_part(audit, school, small=SmallChoice.POOLED)
    assert [held.person for held in actions.people_to_ask(audit)] == [second]


def test_the_schools_page_takes_as_many_queries_for_one_school_as_for_six() -> None:
    counts = []
    for n in (1, 6):
        made = make_alliance(*[(1, 0)] * n)
        audit = across(made)
        for school in made.schools:
            takes_part(audit, school, small=SmallChoice.POOLED)
        url = reverse("audits:schools", args=[audit.public_id])
        counts.append(queries(made.coordinator, url))
        place = reverse("audits:school", args=[audit.public_id, made.schools[0].school.ref])
        assert queries(made.schools[0].lead, place) <= 15
    assert counts[0] == counts[1] <= 15


def test_opening_takes_as_many_queries_for_two_schools_as_for_four(
    django_assert_max_num_queries,
) -> None:
    counts = set()
    for n in (2, 4):
        made = make_alliance(*[(1, 1)] * n)
        audit = across(made)
        for k, school in enumerate(made.schools):
            takes_part(audit, school, small=(SmallChoice.POOLED, SmallChoice.AGREED)[k % 2])
        with django_assert_max_num_queries(40) as seen:
            actions.open_audit(by=made.coordinator, audit=audit)
        counts.add(len(seen))
    assert len(counts) == 1
    assert by_school(audit)


def test_a_form_makes_it_and_schools_see_it_in_their_list() -> None:
    made = make_alliance((6, 6))
    [school] = made.schools
    client = signed_in(made.coordinator)
    page = client.get(reverse("audits:new_for_alliance") + "?template=whole-staff")
    data = {k: v for k, v in page.context["form"].initial.items() if k not in ("client_key",)}
    data |= {"client_key": page.context["form"]["client_key"].value()}
    data |= {"purpose": "chosen", "career_stages": [], "job_roles": []}
    made_it = client.post(page.request["PATH_INFO"] + "?template=whole-staff", data)
    assert made_it.status_code == 302, made_it.context["form"].errors
    audit = Audit.objects.get()
    assert (audit.alliance, audit.mode) == (made.alliance, AuditMode.CONFIDENTIAL)
    url = reverse("audits:schools", args=[audit.public_id])
    assert client.post(url, {"schools": [school.school.ref]}).status_code == 302
    listed = signed_in(school.lead).get(reverse("audits:list") + "?audits=all").content.decode()
    assert "Decide whether your school takes part" in listed
    assert audit.title in client.get(reverse("audits:list") + "?alliance=all").content.decode()
    teacher = signed_in(school.teachers[0])
    assert teacher.get(url).status_code == 404
    f.MembershipFactory(person=school.teachers[0], organisation=school.school, role=Role.GOVERNOR)
    assert audit.state == AuditState.DRAFT
