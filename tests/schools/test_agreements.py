from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from apps.core.models import AuditEvent, OutboundEmail
from apps.core.permissions import Refused
from apps.schools import agreement_sections as sections
from apps.schools.actions import agreements as actions
from apps.schools.actions import alliances
from apps.schools.enums import AgreementState, AllianceMemberState, Position, Role
from apps.schools.models import (
    AgreementGoal,
    GoalPosition,
    Membership,
    Signature,
)
from apps.schools.scope import scope_of
from tests import factories as f
from tests.schools.partnership import Partnership
from tests.support.letters import send_all

pytestmark = pytest.mark.django_db


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


def test_who_has_ceased_to_head_since_the_page_was_opened_cannot_sign(walton) -> None:
    agreement = walton.out()
    head = walton.heads[0]
    assert walton.schools[0].pk in scope_of(head).organisations(Role.HEAD)  # and is remembered
    Membership.objects.get(person=head, role=Role.HEAD).end_at_once()

    with pytest.raises(Refused, match="Only the head"):
        actions.sign(by=head, agreement=agreement, organisation=walton.schools[0], name="Head A")
    with pytest.raises(Refused, match="Only the head"):
        actions.sign(
            by=walton.heads[1], agreement=agreement, organisation=walton.schools[0], name="Head B"
        )
    assert not Signature.objects.exists()


def test_a_school_that_has_left_meanwhile_is_not_signed_for(walton) -> None:
    agreement = walton.out()
    place = walton.alliance.members.get(organisation=walton.schools[0])
    alliances.leave(by=walton.heads[0], member=place)
    with pytest.raises(Refused, match="has not joined"):
        actions.sign(
            by=walton.heads[0], agreement=agreement, organisation=walton.schools[0], name="Head A"
        )


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
