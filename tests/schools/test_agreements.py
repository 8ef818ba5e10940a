from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent, OutboundEmail
from apps.core.permissions import Refused
from apps.schools import agreement_sections as sections
from apps.schools.actions import agreements as actions
from apps.schools.actions import alliances
from apps.schools.agreements import blocks_to_working_together, differences
from apps.schools.enums import AgreementState, AllianceMemberState, Position, Role
from apps.schools.models import (
    Agreement,
    AgreementGoal,
    Contribution,
    EvaluationDate,
    GoalPosition,
    Obstacle,
    Signature,
)
from tests import factories as f
from tests.support.letters import send_all

pytestmark = pytest.mark.django_db
TEXTS = [
    name for section in sections.SECTIONS for name in section.fields if not name.endswith("_weight")
]


class Partnership:
    """An alliance of two schools with their heads, and a coordinator."""

    def __init__(self) -> None:
        self.alliance = f.AllianceFactory(name="Walton")
        self.coordinator = f.PersonFactory(given_name="Cora", family_name="Cole")
        f.MembershipFactory(
            person=self.coordinator,
            alliance=self.alliance,
            organisation=None,
            role=Role.COORDINATOR,
        )
        self.schools = [f.SchoolFactory(name=name) for name in ("Ashley", "Bell Farm")]
        self.heads = []
        for school in self.schools:
            f.AllianceMemberFactory(alliance=self.alliance, organisation=school)
            head = f.PersonFactory(given_name="Head", family_name=school.name)
            f.MembershipFactory(person=head, organisation=school, role=Role.HEAD)
            self.heads.append(head)

    def complete_draft(self) -> Agreement:
        draft = actions.start_draft(by=self.coordinator, alliance=self.alliance)
        for name in TEXTS:
            setattr(draft, name, f"About {name}")
        draft.no_obstacles = True
        draft.save()
        goal = AgreementGoal.objects.create(agreement=draft, text="More talk")
        EvaluationDate.objects.create(agreement=draft, day=date(2027, 6, 30))
        for school in self.schools:
            GoalPosition.objects.create(goal=goal, organisation=school, position=Position.SHARED)
            Contribution.objects.create(
                agreement=draft,
                organisation=school,
                hours=100,
                expected_return="Fresh eyes",
                signatory="The head",
            )
        return draft

    def out(self) -> Agreement:
        return actions.send_out(by=self.coordinator, agreement=self.complete_draft())

    def sign_all(self, agreement: Agreement) -> None:
        for school, head in zip(self.schools, self.heads, strict=True):
            actions.sign(by=head, agreement=agreement, organisation=school, name=head.name)


@pytest.fixture
def walton() -> Partnership:
    return Partnership()


@pytest.fixture
def as_(client):
    def enter(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def url(name: str, *args: object) -> str:
    return reverse(f"schools:{name}", args=args)


# Writing


def test_a_second_start_finds_the_same_draft(walton) -> None:
    first = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    assert actions.start_draft(by=walton.coordinator, alliance=walton.alliance) == first


def test_a_section_is_saved_in_any_order(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "costs")
    client = as_(walton.coordinator)
    form = client.get(path).context["form"]
    page = client.post(path, {"base": form["base"].value(), "costs": "Cover\nis shared"})
    assert page["Location"] == url("agreement", walton.alliance.public_id)
    draft.refresh_from_db()
    assert draft.costs.replace("\r", "") == "Cover\nis shared"
    tasks = client.get(page["Location"]).context["tasks"]
    states = {str(task["label"]): task["status"] for task in tasks}
    assert states["Costs"] == "complete"
    assert states["Goals and values"] == "not_started"


def test_change_from_the_check_page_returns_there(walton, as_) -> None:
    draft = walton.complete_draft()
    path = url("agreement_section", draft.public_id, "costs") + "?next=check"
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    page = client.post(path, {"base": base, "costs": "New"})
    assert page["Location"] == url("agreement_check", draft.public_id)


@pytest.mark.parametrize(("pupil", "staff", "total"), [(70, 40, 110), (0, 0, 0), (50, 49, 99)])
def test_weights_must_total_a_hundred(walton, as_, pupil, staff, total) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "success")
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    values = {
        "base": base,
        "success_criteria": "Kept",
        "pupil_weight": pupil,
        "staff_weight": staff,
    }
    page = client.post(path, values)
    assert page.status_code == 422
    assert f"must total 100; now they total {total}" in page.content.decode()
    assert "Kept" in page.content.decode()
    draft.refresh_from_db()
    assert draft.success_criteria == ""


def test_two_people_saving_one_text_lose_nothing(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "costs")
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    assert client.post(path, {"base": base, "costs": "Hers, first"}).status_code == 302
    page = client.post(path, {"base": base, "costs": "His, second"})
    words = page.content.decode()
    assert page.status_code == 422
    assert "Somebody else saved this meanwhile" in words
    assert "Hers, first" in words
    assert "His, second" in words
    draft.refresh_from_db()
    assert draft.costs == "Hers, first"
    again = page.context["form"]["base"].value()
    assert client.post(path, {"base": again, "costs": "Both"}).status_code == 302
    draft.refresh_from_db()
    assert draft.costs == "Both"


def test_two_people_in_two_sections_do_not_disturb_each_other(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    client = as_(walton.coordinator)
    paths = [url("agreement_section", draft.public_id, slug) for slug in ("costs", "exit")]
    bases = [client.get(path).context["form"]["base"].value() for path in paths]
    assert client.post(paths[0], {"base": bases[0], "costs": "A"}).status_code == 302
    assert client.post(paths[1], {"base": bases[1], "review_and_exit": "B"}).status_code == 302


def rows(*texts: str, stored: int = 0, **more: str) -> dict[str, str]:
    values = {"rows-TOTAL_FORMS": str(len(texts)), "rows-INITIAL_FORMS": str(stored)}
    return values | {f"rows-{n}-text": text for n, text in enumerate(texts)} | more


def test_goals_are_added_changed_and_removed(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "goals")
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    client.post(path, {"base": base} | rows("One", "", "Two"))
    one, two = draft.goals.all()
    assert (one.text, two.text) == ("One", "Two")
    GoalPosition.objects.create(goal=one, organisation=walton.schools[0], position=Position.SHARED)
    base = client.get(path).context["form"]["base"].value()
    values = rows("One!", "Two", "Three", stored=2) | {
        "rows-0-id": one.pk,
        "rows-1-id": two.pk,
        "rows-1-DELETE": "on",
    }
    client.post(path, {"base": base} | values)
    assert [goal.text for goal in draft.goals.all()] == ["One!", "Three"]
    assert one.positions.count() == 1, "what parties think of it stays"


def test_rows_of_a_foreign_agreement_are_out_of_reach(walton, as_) -> None:
    foreign = AgreementGoal.objects.create(
        agreement=f.AgreementFactory(state=AgreementState.DRAFT, sent_out_at=None), text="Theirs"
    )
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "goals")
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    client.post(path, {"base": base} | rows("Mine", stored=1) | {"rows-0-id": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.text == "Theirs"
    assert draft.goals.get().text == "Mine"


def test_goals_saved_at_once_are_all_shown(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    path = url("agreement_section", draft.public_id, "goals")
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    client.post(path, {"base": base} | rows("Hers"))
    page = client.post(path, {"base": base} | rows("His", ""))
    assert page.status_code == 422
    assert "Hers" in page.content.decode()
    assert 'value="His"' in page.content.decode()


def test_a_party_has_positions_contribution_and_signatory(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    goal = AgreementGoal.objects.create(agreement=draft, text="More talk")
    school = walton.schools[0]
    path = url("agreement_party", draft.public_id, school.ref)
    client = as_(walton.coordinator)
    base = client.get(path).context["form"]["base"].value()
    values = {
        f"goal_{goal.pk}": Position.ACCEPTABLE,
        "hours": "120",
        "money": "2500.50",
        "expertise": "Phonics",
        "expected_return": "Fresh eyes",
        "signatory": "Jo Field, head",
    }
    assert client.post(path, values | {"base": base}).status_code == 302
    assert goal.positions.get().position == Position.ACCEPTABLE
    assert draft.contributions.get().signatory == "Jo Field, head"
    stale = client.post(path, values | {"base": base, "expertise": "Mine"})
    assert stale.status_code == 422
    assert "Phonics" in stale.content.decode()
    assert 'value="Mine"' in stale.content.decode()


def test_only_who_has_joined_is_a_party(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    stranger = f.AllianceMemberFactory(
        alliance=walton.alliance, state=AllianceMemberState.INVITED
    ).organisation
    path = url("agreement_party", draft.public_id, stranger.ref)
    assert as_(walton.coordinator).get(path).status_code == 404


# Sending out


def test_what_is_missing_is_listed_and_stops_it(walton, as_) -> None:
    draft = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    client = as_(walton.coordinator)
    words = client.get(url("agreement_check", draft.public_id)).content.decode()
    assert "Costs is not complete" in words
    assert "Bell Farm is not complete" in words
    assert client.post(url("agreement_send", draft.public_id)).status_code == 403
    draft.refresh_from_db()
    assert draft.state == AgreementState.DRAFT


def test_one_party_alone_is_no_partnership(walton) -> None:
    draft = walton.complete_draft()
    walton.alliance.members.filter(organisation=walton.schools[1]).update(
        state=AllianceMemberState.LEFT
    )
    with pytest.raises(Refused, match="At least two"):
        actions.send_out(by=walton.coordinator, agreement=draft)


def test_every_head_is_asked_and_the_text_is_frozen(walton, as_) -> None:
    agreement = walton.out()
    asked = OutboundEmail.objects.filter(template="schools.agreement_out")
    assert {row.person for row in asked} == set(walton.heads)
    path = url("agreement_section", agreement.public_id, "costs")
    assert as_(walton.coordinator).get(path).status_code == 403
    with pytest.raises(Refused, match="no longer changes"):
        actions.save_section(
            by=walton.coordinator,
            agreement=agreement,
            section=sections.BY_SLUG["costs"],
            base="",
            values={"costs": "Changed"},
        )


# Signing


def test_a_head_reads_the_terms_and_signs(walton, as_) -> None:
    agreement = walton.out()
    school, head = walton.schools[0], walton.heads[0]
    path = url("agreement_sign", agreement.public_id, school.ref)
    client = as_(head)
    assert "About costs" in client.get(path).content.decode()
    assert not Signature.objects.exists()
    for wrong in ({"name": "Head"}, {"name": "Head Ashley"}, {"agreed": "on"}):
        assert client.post(path, wrong).status_code == 422
    client.post(path, {"name": " Head  Ashley ", "agreed": "on"})
    signature = Signature.objects.get()
    assert (signature.signed_name, signature.signed_by) == ("Head Ashley", head)
    assert signature.organisation == school
    client.post(path, {"name": "Another Name", "agreed": "on"})
    assert Signature.objects.get().signed_name == "Head Ashley", "once"


def test_a_head_signs_for_no_other_school(walton, as_) -> None:
    agreement = walton.out()
    path = url("agreement_sign", agreement.public_id, walton.schools[1].ref)
    page = as_(walton.heads[0]).post(path, {"name": "Head Ashley", "agreed": "on"})
    assert page.status_code == 403
    assert not Signature.objects.exists()


def test_a_partner_signs_by_its_representative(walton, as_) -> None:
    partner, _added = alliances.add_partner(
        by=walton.coordinator, alliance=walton.alliance, kind="university", name="Elmbridge"
    )
    speaker = f.MembershipFactory(organisation=partner, role=Role.HEAD).person
    alliances.join(by=speaker, member=walton.alliance.members.get(organisation=partner))
    walton.schools.append(partner)
    walton.heads.append(speaker)
    agreement = walton.out()
    path = url("agreement_sign", agreement.public_id, partner.ref)
    as_(speaker).post(path, {"name": "Uli Speaker", "agreed": "on"})
    assert Signature.objects.get().organisation == partner


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CPD_LEAD, 200), (Role.GOVERNOR, 200), (Role.TEACHER, 404), (Role.SUPPORT, 404)],
)
def test_who_reads_it(walton, as_, role, status) -> None:
    agreement = walton.out()
    reader = f.MembershipFactory(organisation=walton.schools[0], role=role).person
    assert as_(reader).get(url("agreement_version", agreement.public_id)).status_code == status


def test_the_coordinator_hears_when_all_have_signed(walton) -> None:
    agreement = walton.out()
    told = OutboundEmail.objects.filter(template="schools.agreement_signed")
    actions.sign(
        by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
    )
    assert not told.exists()
    actions.sign(
        by=walton.heads[1], agreement=agreement, organisation=walton.schools[1], name="Head B"
    )
    assert told.get().person == walton.coordinator
    subjects = [letter.subject for letter in send_all()]
    assert subjects == ["Everybody has signed: Walton"], "nobody is asked who has signed already"


@pytest.mark.django_db(transaction=True)
def test_signing_twice_at_once_is_one_signature(walton) -> None:
    agreement = walton.out()

    def sign(_n: int) -> int:
        try:
            return actions.sign(
                by=walton.heads[0],
                agreement=agreement,
                organisation=walton.schools[0],
                name="Head Ashley",
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(sign, range(4)))) == 1
    assert AuditEvent.objects.filter(action="schools.agreement_signed").count() == 1


# Versions


def test_a_change_is_a_copy_that_everybody_signs_again(walton, as_) -> None:
    first = walton.out()
    walton.sign_all(first)
    Obstacle.objects.create(
        agreement=first,
        text="Cover",
        must_clear=True,
        cleared_at=clock.now(),
        cleared_by=walton.coordinator,
    )
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    assert (second.number, second.costs) == (2, first.costs)
    assert second.goals.get().positions.count() == 2
    assert second.contributions.count() == 2
    assert second.obstacles.get().cleared_by == walton.coordinator
    assert second.evaluation_dates.count() == 1
    second.costs = "Each pays its own"
    second.save()
    actions.send_out(by=walton.coordinator, agreement=second)
    first.refresh_from_db()
    assert first.state == AgreementState.SUPERSEDED
    assert first.signatures.count() == 2, "what was signed stays signed"
    reasons = blocks_to_working_together(walton.alliance, walton.schools)
    assert len(reasons) == 2
    assert all("version 2" in reason for reason in reasons)
    page = as_(walton.heads[0]).get(url("agreement_version", second.public_id))
    assert [(c.label, c.before, c.after) for c in page.context["changes"]] == [
        ("Costs and who pays", "About costs", "Each pays its own")
    ]
    assert as_(walton.heads[0]).get(url("agreement_version", first.public_id)).status_code == 200


def test_a_replaced_version_is_signed_no_more(walton) -> None:
    first = walton.out()
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    actions.send_out(by=walton.coordinator, agreement=second)
    with pytest.raises(Refused, match="not out"):
        actions.sign(
            by=walton.heads[0], agreement=first, organisation=walton.schools[0], name="Head A"
        )


def test_differences_name_rows_too(walton) -> None:
    first = walton.out()
    second = actions.start_draft(by=walton.coordinator, alliance=walton.alliance)
    second.goals.update(text="Less talk")
    Obstacle.objects.create(agreement=second, text="Buses", must_clear=True)
    second.contributions.filter(organisation=walton.schools[0]).update(hours=80)
    parts = Agreement.objects.with_parts()
    changes = differences(parts.get(pk=first.pk), parts.get(pk=second.pk))
    assert {change.label for change in changes} == {
        "Goals and values",
        "Obstacles",
        "Ashley",
        "Bell Farm",
    }
    ashley = next(change for change in changes if change.label == "Ashley")
    assert "Hours a year: 100" in ashley.before
    assert "Hours a year: 80" in ashley.after


# What it blocks


def test_no_agreement_blocks(walton) -> None:
    (reason,) = blocks_to_working_together(walton.alliance, walton.schools)
    assert "no partnership agreement" in reason
    assert "Cora Cole" in reason


def test_reasons_name_the_school_and_who_can_act(walton) -> None:
    agreement = walton.out()
    outside = f.SchoolFactory(name="Claygate")
    actions.sign(
        by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
    )
    Obstacle.objects.create(agreement=agreement, text="Cover on Fridays", must_clear=True)
    Obstacle.objects.create(agreement=agreement, text="Rain", must_clear=False)
    reasons = blocks_to_working_together(walton.alliance, [*walton.schools, outside])
    assert reasons == [
        "Claygate has not joined Walton; its head can confirm that it joins.",
        "Bell Farm has not signed version 1 of the agreement; Head Bell Farm can sign.",
        "“Cover on Fridays” must be cleared first; Cora Cole can mark it as cleared.",
    ]


def test_only_the_schools_concerned_count(walton) -> None:
    agreement = walton.out()
    actions.sign(
        by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
    )
    assert blocks_to_working_together(walton.alliance, walton.schools[:1]) == []


def test_all_signed_and_cleared_blocks_nothing(walton, as_) -> None:
    agreement = walton.out()
    walton.sign_all(agreement)
    obstacle = Obstacle.objects.create(agreement=agreement, text="Cover", must_clear=True)
    client = as_(walton.coordinator)
    client.post(url("obstacle_clear", obstacle.public_id))
    assert blocks_to_working_together(walton.alliance, walton.schools) == []
    obstacle.refresh_from_db()
    assert obstacle.cleared_by == walton.coordinator
    client.post(url("obstacle_clear", obstacle.public_id), {"reopen": "1"})
    assert len(blocks_to_working_together(walton.alliance, walton.schools)) == 1


def test_a_school_that_left_blocks(walton) -> None:
    agreement = walton.out()
    walton.sign_all(agreement)
    member = walton.alliance.members.get(organisation=walton.schools[0])
    alliances.leave(by=walton.coordinator, member=member)
    (reason,) = blocks_to_working_together(walton.alliance, walton.schools)
    assert "Ashley has not joined" in reason


@pytest.mark.parametrize("schools", [2, 20])
def test_asking_costs_the_same_for_many_schools(
    walton, schools, django_assert_max_num_queries
) -> None:
    walton.out()
    many = [*walton.schools, *(f.SchoolFactory() for _n in range(schools))]
    with django_assert_max_num_queries(5):
        assert len(blocks_to_working_together(walton.alliance, many)) == schools + 2


def test_forms_stay_within_their_queries(walton, as_, django_assert_max_num_queries) -> None:
    draft = walton.complete_draft()
    client = as_(walton.coordinator)
    paths = [
        url("agreement", walton.alliance.public_id),
        url("agreement_check", draft.public_id),
        url("agreement_party", draft.public_id, walton.schools[0].ref),
        *(url("agreement_section", draft.public_id, part.slug) for part in sections.SECTIONS),
    ]
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(15) as seen:
            client.get(path)
        statements = [query["sql"] for query in seen.captured_queries]
        assert len(statements) == len(set(statements)), path
