"""From a need to a plan that a head has signed, and what follows from it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, transaction
from django.urls import reverse

from apps.audits import planning
from apps.audits.actions import planning as actions
from apps.audits.actions import publishing
from apps.audits.map_chart import chart_of
from apps.audits.matching_map import needs_and_offers
from apps.audits.models import Goal, Need, Offer, Plan, PlanLine, PlanReview, PlanSignature
from apps.core import charts, letters
from apps.core.models import OutboundEmail
from apps.core.permissions import Refused
from apps.followups.models import FollowUp
from apps.followups.policies import open_day
from tests import factories as f
from tests.audits.plans_world import line_values, make_plan
from tests.audits.school import make_school
from tests.support.clients import queries, signed_in


def lines(*given: tuple[str, str, int | None]) -> list[PlanLine]:
    return [
        PlanLine(level=level, together=together, hours=None if hours is None else Decimal(hours))
        for level, together, hours in given
    ]


class TestBalance:
    def test_the_reserve_is_counted_in_hours(self) -> None:
        found = lines(("school", "together", 90), ("individual", "alone", 10))
        people, together = planning.balances(Plan(reserve=20), found)
        assert (people.ok, [share.percent for share in people.shares]) == (False, [90, 10])
        assert "20%" in people.words and "10 hours are missing" in people.words
        assert together.ok
        assert planning.balances(Plan(reserve=10), found)[0].ok

    @pytest.mark.parametrize(
        ("own", "said"), [(19, "1 hour is"), (18, "2 hours are"), ("19.5", "0.5 hours are")]
    )
    def test_one_hour_is_missing_and_two_are(self, own, said: str) -> None:
        found = lines(("individual", "alone", own), ("school", "alone", 100 - Decimal(own)))
        assert f"{said} missing" in planning.balances(Plan(reserve=20), found)[0].words

    def test_few_hours_have_no_percentages_and_unknown_ones_are_not_zero(self) -> None:
        found = lines(("school", "alone", 4), ("individual", "together", None))
        people, together = planning.balances(Plan(), found)
        assert [share.percent for share in people.shares] == [None, None]
        assert planning.without_hours(found) == 1
        assert not together.ok

    def test_nothing_is_in_balance_without_hours(self) -> None:
        assert not any(balance.ok for balance in planning.balances(Plan(), []))

    def test_purpose_in_counts(self) -> None:
        found = lines(("school", "together", 1), ("team", "together", 2))
        found[0].for_pupils = "They write more"
        words = [check.words for check in planning.purpose_checks(found)]
        assert words[0] == "Say what changes for pupils: 1 of 2 lines"

    def test_gaps_name_what_a_line_must_still_say(self) -> None:
        (gap, frame) = planning.gaps(Plan(), lines(("school", "together", None)))
        assert "staff time, cost" in gap.words
        assert "five parts" in frame.words


@pytest.fixture
def made():
    return make_school(1, 0)


@pytest.mark.django_db
class TestPlan:
    def test_written_sent_signed_and_followed_up(self, made) -> None:
        need = f.NeedFactory(organisation=made.school)
        plan = make_plan(made.school, made.lead, need=need)
        line = plan.lines.get()
        with pytest.raises(Refused):
            actions.sign_plan(by=made.head, plan=plan, name="Ada Head")
        actions.send_plan(by=made.lead, plan=plan)
        for change in (
            lambda: actions.change_line(by=made.lead, line=line, base=1, statement="x"),
            lambda: actions.remove_line(by=made.lead, line=line),
        ):
            with pytest.raises(Refused):
                change()
        mail = OutboundEmail.objects.get(template="audits.plan_to_sign")
        body = letters.compose(mail).body
        assert mail.person == made.head and f"/needs/plans/{plan.public_id}/sign/" in body
        with pytest.raises(Refused):
            actions.sign_plan(by=made.lead, plan=plan, name="Not Head")

        for _ in range(2):
            actions.sign_plan(by=made.head, plan=plan, name="Ada Head")
        need.refresh_from_db()
        assert need.state == "planned"
        assert letters.compose(mail) is None
        promised = FollowUp.objects.open()
        of_line = promised.get(rule="plan.line")
        due = open_day(line.follow_up_on, made.school, made.lead)
        assert (of_line.owner, of_line.due, of_line.source) == (made.lead, due, line)
        reviews = list(promised.filter(rule="plan.review"))
        assert len(reviews) in (1, 2, 3)
        assert all(row.due == open_day(row.due, made.school, made.lead) for row in reviews)

    def test_a_new_version_replaces_the_signed_one_and_its_follow_ups(self, made) -> None:
        plan = make_plan(made.school, made.lead)
        actions.send_plan(by=made.lead, plan=plan)
        actions.sign_plan(by=made.head, plan=plan, name="Ada Head")
        second = actions.start_plan(by=made.lead, organisation=made.school, year=plan.year)
        assert (second.number, second.lines.count(), second.standard) == (
            2,
            1,
            ["pupils", "leaders"],
        )
        assert actions.start_plan(by=made.lead, organisation=made.school, year=plan.year) == second
        line = second.lines.get()
        actions.change_line(by=made.lead, line=line, base=1, follow_up_on=date(plan.year + 1, 6, 1))
        actions.send_plan(by=made.lead, plan=second)
        actions.sign_plan(by=made.head, plan=second, name="Ada Head")
        plan.refresh_from_db()
        assert plan.state == "replaced"
        assert FollowUp.objects.open().get(rule="plan.line").source == line
        reviews = FollowUp.objects.open().filter(rule="plan.review")
        assert {row.source_id for row in reviews} == {second.pk}

    def test_what_was_sent_cannot_be_changed_behind_its_back(self, made) -> None:
        plan = make_plan(made.school, made.lead)
        actions.send_plan(by=made.lead, plan=plan)
        actions.sign_plan(by=made.head, plan=plan, name="Ada Head")
        actions.review_line(by=made.lead, line=plan.lines.get(), progress="slow", text="")
        for rows, values in (
            (PlanLine.objects, {"statement": "other"}),
            (PlanSignature.objects, {"signed_name": "other"}),
            (PlanReview.objects, {"text": "other"}),
        ):
            with pytest.raises(Error), transaction.atomic():
                rows.update(**values)

    def test_a_line_changed_meanwhile_is_not_overwritten_unread(self, made) -> None:
        plan = make_plan(made.school, made.lead)
        line = plan.lines.get()
        actions.change_line(by=made.lead, line=line, base=1, statement="Theirs")
        client = signed_in(made.lead)
        url = reverse("audits:plan_line", args=[plan.public_id, line.public_id])
        given = {k: v for k, v in line_values(statement="Mine").items() if v is not None}
        given |= {"client_key": line.client_key, "version": 1, "owner": made.lead.pk}
        assert 'name="version" value="2"' in client.get(url).content.decode()
        page = client.post(url, given)
        assert page.status_code == 422
        assert "Theirs" in page.content.decode() and 'value="Mine"' in page.content.decode()
        assert client.post(url, given | {"version": 2}).status_code == 302
        line.refresh_from_db()
        assert line.statement == "Mine"

    def test_lines_move_and_go(self, made) -> None:
        plan = make_plan(made.school, made.lead, lines=3)
        first, second, third = plan.lines.all()
        actions.move_line(by=made.lead, line=third, down=False)
        actions.move_line(by=made.lead, line=first, down=False)
        actions.remove_line(by=made.lead, line=second)
        assert list(plan.lines.all()) == [first, third]

    def test_a_line_cites_an_audit_or_says_why_none(self, made) -> None:
        plan = make_plan(made.school, made.lead, lines=0)
        need = f.NeedFactory(organisation=made.school)
        client = signed_in(made.lead)
        url = reverse("audits:plan_line_new", args=[plan.public_id])
        page = client.get(f"{url}?need={need.public_id}")
        assert page.context["form"].initial["need"] == need.pk
        given = {k: v for k, v in line_values(why_none="").items() if v is not None}
        given |= {"client_key": "4f5ca3bc-6d5c-4bb5-8c34-d45a9e3d0d9d", "version": 0}
        page = client.post(url, given)
        assert page.status_code == 422 and "say why none" in page.content.decode()
        for _ in range(2):
            client.post(url, given | {"why_none": "We saw it in books"})
        assert plan.lines.get().why_none == "We saw it in books"

    def test_the_need_a_plan_is_started_with_goes_on_to_its_line_as_it_is(self, made) -> None:
        client = signed_in(made.lead)
        for need in ("a\nb", "a&b=c"):
            page = client.post(
                reverse("audits:plan_start"), {"school": made.school.ref, "need": need}
            )
            assert page.status_code == 302
            assert client.get(page["Location"]).wsgi_request.GET["need"] == need

    def test_pages_take_as_many_queries_for_thirty_lines_as_for_one(self, made) -> None:
        counts = []
        plan = make_plan(made.school, made.lead, lines=0)
        for rows in (1, 29):
            for _ in range(rows):
                goal = f.GoalFactory(organisation=made.school, priority=1)
                need = f.NeedFactory(organisation=made.school)
                actions.add_line(
                    by=made.lead,
                    plan=plan,
                    **line_values(owner=f.PersonFactory(), goal=goal, need=need),
                )
            counts.append(queries(made.lead, reverse("audits:cpd_plan", args=[plan.public_id])))
        assert counts[0] == counts[1] <= 12
        assert queries(made.lead, reverse("audits:plans")) <= 12
        assert queries(made.lead, reverse("audits:plan_line_new", args=[plan.public_id])) <= 15


@pytest.mark.django_db
class TestPublishing:
    @pytest.fixture
    def alliance(self, made):
        alliance = f.AllianceFactory()
        f.AllianceMemberFactory(alliance=alliance, organisation=made.school)
        return alliance

    def test_needs_and_offers_meet_where_both_were_published(self, made, alliance) -> None:
        other = make_school(1, 0)
        f.AllianceMemberFactory(alliance=alliance, organisation=other.school)
        topics = [f.TopicFactory(name=name) for name in ("Both", "Gap", "Own", "Secret")]
        for topic in topics[:3]:
            need = f.NeedFactory(organisation=made.school, topic=topic)
            publishing.publish_need(by=made.lead, need=need, published=True)
        f.NeedFactory(organisation=made.school, topic=topics[3])
        for topic, school in ((topics[0], other), (topics[2], made), (topics[3], other)):
            person = school.teachers[0]
            offer = f.OfferFactory(organisation=school.school, person=person, topic=topic)
            if topic != topics[3]:
                publishing.share_offer(by=person, offer=offer, shared=True)
        rows = [(row.name, row.state) for row in needs_and_offers(alliance)]
        assert rows == [("Gap", "gap"), ("Both", "matched"), ("Own", "offered")]
        chart = chart_of(needs_and_offers(alliance))
        assert chart is not None
        assert "2 of 3 published needs" in chart.title
        assert [row[:3] for row in chart.rows] == [["Gap", 1, 0], ["Both", 1, 1], ["Own", 1, 1]]
        seen = {row.topic.name for row in Offer.objects.visible_to(made.lead)}
        assert seen == {"Both", "Own"}

    def test_what_is_taken_back_is_gone(self, made, alliance) -> None:
        need = f.NeedFactory(organisation=made.school)
        offer = f.OfferFactory(organisation=made.school, person=made.teachers[0])
        publishing.publish_need(by=made.lead, need=need, published=True)
        publishing.share_offer(by=made.teachers[0], offer=offer, shared=True)
        publishing.publish_need(by=made.lead, need=need, published=False)
        signed_in(made.teachers[0]).post(
            reverse("audits:change_offer", args=[offer.public_id]), {"do": "withdraw"}
        )
        assert needs_and_offers(alliance) == []
        with pytest.raises(Refused):
            publishing.share_offer(by=made.teachers[0], offer=offer, shared=True)

    def test_a_school_without_an_alliance_is_told_so(self, made) -> None:
        need = f.NeedFactory(organisation=made.school)
        with pytest.raises(Refused, match="no alliance"):
            publishing.publish_need(by=made.lead, need=need, published=True)

    def test_the_map_takes_as_many_queries_for_thirty_topics_as_for_one(self, alliance) -> None:
        coordinator = f.PersonFactory()
        f.MembershipFactory(
            person=coordinator, organisation=None, alliance=alliance, role="coordinator"
        )
        counts = []
        for rows in (1, 29):
            for _ in range(rows):
                school = f.SchoolFactory()
                f.AllianceMemberFactory(alliance=alliance, organisation=school)
                f.NeedFactory(organisation=school, alliance=alliance)
                f.OfferFactory(organisation=school, alliance=alliance, shared=True)
            urls = (reverse("audits:map"), reverse("audits:offers"))
            counts.append([queries(coordinator, url) for url in urls])
        assert counts[0] == counts[1]
        assert max(counts[0]) <= 12

    def test_the_map_has_a_chart_that_is_drawn_once_and_its_figures_as_a_file(
        self, alliance, monkeypatch
    ) -> None:
        coordinator = f.PersonFactory()
        f.MembershipFactory(
            person=coordinator, organisation=None, alliance=alliance, role="coordinator"
        )
        school = alliance.members.get().organisation
        f.NeedFactory(organisation=school, alliance=alliance, topic=f.TopicFactory(name="Gap"))
        drawings = []
        monkeypatch.setattr(
            charts, "draw", lambda found: drawings.append(1) or {found[0].name: "<svg>a plot</svg>"}
        )
        client, url = signed_in(coordinator), reverse("audits:map")
        for _ in range(2):
            page = client.get(url).content.decode()
            assert "a plot" in page
            assert "No other school offers help with the published need, Gap" in page
        assert drawings == [1]
        file = b"".join(client.get(f"{url}?chart=needs-and-offers").streaming_content).decode()
        assert file.splitlines()[1] == "Gap,1,0,,"
        monkeypatch.setattr("apps.audits.views.publishing.drawn", lambda chart: None)
        assert "a plot" not in client.get(url).content.decode()  # nothing is drawn, nothing breaks


@pytest.mark.django_db
class TestGoals:
    def test_a_private_goal_serves_a_priority_and_stays_private(self, made) -> None:
        need = f.NeedFactory(organisation=made.school, person=made.teachers[0], level="individual")
        priority = f.GoalFactory(organisation=made.school, priority=2, statement="More talk")
        goal = f.GoalFactory(organisation=made.school, person=made.teachers[0], need=need)
        url = reverse("audits:edit_goal", args=[goal.public_id])
        mine = signed_in(made.teachers[0])
        assert mine.post(url, {"statement": "Mine", "serves": priority.pk}).status_code == 302
        page = mine.get(reverse("audits:need", args=[need.public_id])).content.decode()
        assert "Serves “Priority 2: More talk”" in page
        for person in (made.lead, made.head):
            assert signed_in(person).get(url).status_code == 404
            assert not Goal.objects.visible_to(person).filter(person__isnull=False).exists()
        assert not Need.objects.visible_to(made.lead).filter(person__isnull=False).exists()
