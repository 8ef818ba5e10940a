"""Lists, filters and the alliance's view; query counts do not grow with rows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.audits import actions
from apps.audits.alliances import needs_across
from apps.audits.enums import AuditState
from apps.audits.models import Audit, Need
from apps.core import clock
from tests import factories as f
from tests.audits.school import answer, make_school, opened
from tests.support.clients import queries, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tab", ["audits=all", "needs=all", "answer=all"])
def test_as_many_queries_for_one_row_as_for_thirty(tab: str) -> None:
    made = make_school(2, 0)
    person = made.teachers[0] if tab.startswith("answer") else made.lead
    counts = []
    for rows in (1, 29):
        for _ in range(rows):
            audit = f.AuditFactory(organisation=made.school, created_by=made.lead)
            f.ParticipationFactory(audit=audit, person=made.teachers[0])
            f.NeedFactory(organisation=made.school, audit=audit, created_by=made.lead)
        counts.append(queries(person, reverse("audits:list") + f"?{tab}"))
    assert counts[0] == counts[1] <= 12


def test_results_take_as_many_queries_for_six_people_as_for_thirty() -> None:
    counts = []
    for people in (6, 30):
        made = make_school(people, 0)
        audit = opened(made, topics=["autism", "eal"])
        for person in made.teachers:
            answer(audit, person, [("autism", 1, 4)], comment="words", offers=["eal"])
        url = reverse("audits:detail", args=[audit.public_id])
        counts.append(queries(made.lead, url))
    assert counts[0] == counts[1]


def test_who_answered_and_what_it_says_of_me_repeat_no_query() -> None:
    made = make_school(6, 0)
    audit = opened(made, topics=["autism", "eal", "transition", "attention-memory"])
    rated = [("autism", 1, 4), ("eal", 2, 4), ("transition", 3, 4), ("attention-memory", 4, 4)]
    for person in made.teachers:
        answer(audit, person, rated)
    answers = reverse("audits:answers", args=[audit.public_id])
    assert queries(made.lead, answers) <= 12
    done = reverse("audits:done", args=[audit.public_id])
    assert queries(made.teachers[0], done) <= 15
    page = signed_in(made.lead).get(answers).context["page_obj"]
    assert [[row.need for row in response.rated] for response in page] == [[16, 12, 8]] * 6


def test_filters_list_what_the_queryset_counts() -> None:
    made = make_school(1, 0)
    for state, times in ((AuditState.DRAFT, {"opened_at": None}), (AuditState.OPEN, {})):
        f.AuditFactory(organisation=made.school, state=state, title=f"one {state}", **times)
    f.NeedFactory(organisation=made.school, state="met", statement="a met one")
    f.NeedFactory(organisation=made.school, statement="an open one")
    foreign = f.NeedFactory(statement="foreign")
    client = signed_in(made.lead)
    base = reverse("audits:list")

    page = client.get(f"{base}?audits=open").content.decode()
    assert ("one open" in page, "one draft" in page) == (True, False)
    page = client.get(f"{base}?needs=unplanned&school={made.school.ref}").content.decode()
    assert ("an open one" in page, "a met one" in page, "foreign" in page) == (True, False, False)
    assert Need.objects.visible_to(made.lead).without_activity().count() == 1
    page = client.get(f"{base}?needs=all&school={foreign.organisation.ref}").content.decode()
    assert "foreign" not in page


def test_what_waits_for_me() -> None:
    made = make_school(2, 0)
    audit = opened(made, topics=["autism"])
    me, colleague = made.teachers
    assert [a.pk for a in Audit.objects.waiting_for(me)] == [audit.pk]
    answer(audit, me, [("autism", 1, 4)])
    assert not Audit.objects.waiting_for(me)
    assert Audit.objects.waiting_for(colleague)
    assert "You answered" in signed_in(me).get(reverse("audits:list")).content.decode()


def closed_at(school, ratings) -> None:
    audit = opened(school, topics=["autism", "eal"])
    for person in school.staff:
        answer(audit, person, ratings)
    actions.close_audit(by=school.lead, audit=audit)


def test_the_alliance_sees_topics_of_at_least_three_schools() -> None:
    alliance = f.AllianceFactory()
    coordinator = f.PersonFactory()
    f.MembershipFactory(
        person=coordinator, organisation=None, alliance=alliance, role="coordinator"
    )
    for n, people in enumerate((5, 6, 7)):
        school = make_school(people, 0)
        f.AllianceMemberFactory(alliance=alliance, organisation=school.school)
        assert not needs_across(alliance)["shown"]
        ratings = [("autism", 1, 1 + n)] + ([("eal", 1, 4)] if n else [])
        closed_at(school, ratings)
    stranger = make_school(9, 0)
    closed_at(stranger, [("autism", 1, 4)])

    found = needs_across(alliance)

    (row,) = found["shown"]
    assert (row.name, row.schools, row.n) == ("Autistic pupils", 3, 18)
    assert float(row.mean_need) == round((5 * 4 + 6 * 8 + 7 * 12) / 18, 2)
    assert found["held_back"] == 1
    page = signed_in(coordinator).get(reverse("audits:list") + "?alliance=all").content.decode()
    assert "Autistic pupils" in page
    assert stranger.school.name not in page


def test_an_audit_of_last_year_does_not_count_this_year() -> None:
    alliance = f.AllianceFactory()
    for _ in range(3):
        school = make_school(5, 0)
        f.AllianceMemberFactory(alliance=alliance, organisation=school.school)
        closed_at(school, [("autism", 1, 1)])
    long_ago = clock.today() - timedelta(days=500)
    Audit.objects.update(opens_on=long_ago)
    assert needs_across(alliance) == {"shown": [], "held_back": 0}
