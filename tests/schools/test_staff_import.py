"""A staff list from upload to result: what would change and what is written."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from apps.accounts.models import Person
from apps.core import clock, jobs
from apps.core.models import AuditEvent, JobState
from apps.schools.actions import staff_import as actions
from apps.schools.enums import CareerStage, JobRole, Phase, Role
from apps.schools.import_jobs import staff_plan
from apps.schools.models import FileImport, Membership, StaffMapping
from tests import factories as f
from tests.schools.staff_lists import SMALL, staff_of, write

DATA = Path(__file__).parents[1] / "data" / "staff"
pytestmark = pytest.mark.django_db


def test_a_list_of_several_schools_without_email_and_with_passwords(upload, school, lead):
    data = (DATA / "sds_uk_Teacher.csv").read_bytes()
    known = upload(data, schools=["10001"])
    assert "ssw" not in Path(known.table.path).read_text()
    plan = staff_plan(known)
    assert (len(plan.joiners), plan.of_other_schools, len(plan.rejects)) == (7, 5, 0)
    job = write(known, lead)
    assert (job.state, job.done, job.total) == (JobState.DONE, 7, 7)
    beane = Membership.objects.get(organisation=school, staff_id="14001").person
    assert (beane.username, beane.email, beane.name) == ("cbeane", None, "Craig Beane")
    assert not beane.has_usable_password()
    assert staff_of(school).count() == 7
    assert not known.table
    for row in (FileImport, Membership, Person, AuditEvent, StaffMapping):
        assert "P@ss" not in str(list(row.objects.values()))


def test_roles_in_a_second_file_and_students_are_not_staff(upload, lead, school):
    known = upload(
        (DATA / "sds_v2_users.csv").read_bytes(),
        (DATA / "sds_v2_roles.csv").read_bytes(),
        schools=["110002", "110004"],
    )
    plan = staff_plan(known)
    assert [(j.entry.name, j.entry.email, j.entry.role) for j in plan.joiners] == [
        ("Jason Jonzer", "", Role.TEACHER),
        ("Kristen Fein", "", Role.TEACHER),
    ]
    assert "P@ss" not in Path(known.table.path).read_text()
    everything = staff_plan(
        upload((DATA / "sds_v2_users.csv").read_bytes(), (DATA / "sds_v2_roles.csv").read_bytes())
    )
    assert [note.person for note in everything.rejects].count("Jack Craig") == 1
    assert "not a member of staff" in everything.rejects[0].text


# Recognising people


def test_the_second_import_finds_nothing_to_do(upload, lead, school):
    text = SMALL + "1,Ann,Able,ann@s.example,Teacher\n2,Bob,Best,,Caretaker\n"
    write(upload(text), lead)
    plan = staff_plan(upload(text))
    assert (len(plan.same), plan.to_mend) == (2, [])
    assert not (plan.joiners or plan.changes or plan.leavers)


def test_every_field_that_is_known(upload, lead, school):
    write(
        upload(
            "Staff Code,Name,Email address,Post,Phase,Subject,Faculty,ECT status,FTE,"
            "Hours per week,Working days,Start date,Line Manager,Appraiser,Induction tutor\n"
            'A1,"Able, Ann",ANN@s.example,Head of Year 5,KS2,Maths,Science,ECT 1,60%,19:30,'
            '"Mon, Tue, Wed",01/09/2020,Bob Best,b2,bob@s.example\n'
            "B2,Mr Bob Best,bob@s.example,Deputy Headteacher,,,,,1,,,,,,\n"
        ),
        lead,
    )
    ann = Membership.objects.get(staff_id="A1")
    bob = Membership.objects.get(staff_id="B2").person
    assert (ann.person.given_name, ann.person.family_name) == ("Ann", "Able")
    assert ann.person.email == "ann@s.example"
    assert (ann.job_role, ann.phase, ann.subject) == (JobRole.MIDDLE_LEADER, Phase.PRIMARY, "Maths")
    assert (ann.department, ann.career_stage) == ("Science", CareerStage.ECT_1)
    assert (ann.fte, ann.paid_hours) == (Decimal("0.6"), Decimal("19.5"))
    assert ann.working_days == [0, 1, 2]
    assert ann.starts_on == date(2020, 9, 1)
    assert ann.line_manager == ann.appraiser == ann.induction_tutor == bob


def test_changes_are_shown_field_by_field_and_blank_cells_change_nothing(upload, lead):
    write(upload(SMALL + "1,Ann,Able,ann@s.example,Teacher\n2,Bob,Best,,Caretaker\n"), lead)
    Membership.objects.filter(staff_id="1").update(subject="Maths")
    known = upload(
        "ID,Forename,Surname,Work email,Post,Subject\n"
        "1,Ann,Able-Young,ann.young@s.example,,\n2,Bob,Best,,Site manager,Woodwork\n"
    )
    plan = staff_plan(known)
    assert {d.label: (d.before, d.after) for c in plan.changes for d in c.diffs} == {
        "family name": ("Able", "Able-Young"),
        "e-mail address": ("ann@s.example", "ann.young@s.example"),
        "job title": ("Caretaker", "Site manager"),
        "subject": ("", "Woodwork"),
    }
    write(known, lead)
    ann = Membership.objects.get(staff_id="1")
    assert (ann.person.name, ann.person.email) == ("Ann Able-Young", "ann.young@s.example")
    assert (ann.subject, ann.job_title) == ("Maths", "Teacher")


def test_another_role_ends_one_row_and_begins_another(upload, lead, school):
    person = f.PersonFactory(email="ann@s.example", given_name="Ann", family_name="Able")
    old = f.MembershipFactory(
        person=person, organisation=school, role=Role.SUPPORT, staff_id="1", subject="Art"
    )
    write(upload(SMALL + "1,Ann,Able,ann@s.example,Class teacher\n"), lead)
    old.refresh_from_db()
    new = staff_of(school).get()
    assert old.ends_on == clock.today() - timedelta(days=1)
    assert (new.role, new.staff_id, new.subject, new.person) == (Role.TEACHER, "1", "Art", person)
    assert new.public_id != old.public_id


def test_an_account_that_the_school_does_not_know_is_not_told_from_a_new_one(upload, lead, school):
    other = f.MembershipFactory(
        person=f.PersonFactory(email="ann@s.example", given_name="Ann", family_name="Able")
    ).person
    known = upload(SMALL + "7,Annie,Changed,ann@s.example,Teacher\n8,New,One,new@s.example,\n")
    ann, new = staff_plan(known).joiners
    assert (ann.person, ann.remark, new.person, new.remark) == (None, "", None, "")
    write(known, lead)
    other.refresh_from_db()
    assert (other.given_name, other.family_name, other.email) == ("Ann", "Able", "ann@s.example")
    row = staff_of(school).get(staff_id="7")
    assert (row.person.name, row.address) == ("Annie Changed", "ann@s.example")
    assert row.person != other

    again = staff_plan(upload(SMALL + "7,Annie,Changed,ann@s.example,Teacher\n"))
    assert (len(again.same), again.to_mend) == (1, [])
    without_id = staff_plan(upload("Forename,Surname,Work email\nAnnie,Changed,ann@s.example\n"))
    assert (len(without_id.joiners), len(without_id.leavers)) == (0, 1)


def test_a_head_who_also_teaches_only_gains_a_membership(upload, lead, school):
    head = f.PersonFactory(email="ann@s.example", given_name="Ann", family_name="Able")
    f.MembershipFactory(person=head, organisation=school, role=Role.HEAD)
    known = upload(SMALL + "7,Annie,Changed,ann@s.example,Teacher\n")
    assert staff_plan(known).joiners[0].person == head
    write(known, lead)
    head.refresh_from_db()
    assert (head.given_name, head.family_name, head.email) == ("Ann", "Able", "ann@s.example")
    assert staff_of(school).get().person == head
    again = staff_plan(upload(SMALL + "7,Annie,Changed,new@s.example,Teacher\n"))
    assert not again.changes
    assert "changes them in their account" in again.notes[0].text


def test_the_head_cannot_be_taken_over_through_the_staff_list(upload, lead, school):
    head = f.PersonFactory(email="head@s.example")
    f.MembershipFactory(person=head, organisation=school, role=Role.HEAD)
    f.MembershipFactory(person=head, organisation=school, role=Role.TEACHER, staff_id="H")
    write(upload(SMALL + "H,New,Name,mine@evil.example,Head teacher\n"), lead)
    head.refresh_from_db()
    assert head.email == "head@s.example"
    assert head.family_name != "Name"


def test_the_address_of_an_account_in_use_is_kept(upload, lead, school):
    person = f.PersonFactory(email="ann@s.example", last_login=clock.now())
    f.MembershipFactory(person=person, organisation=school, staff_id="1")
    plan = staff_plan(upload(SMALL + f"1,{person.given_name},{person.family_name},x@s.example,\n"))
    assert not plan.changes
    assert "account is in use" in plan.notes[0].text


def test_operators_and_closed_accounts_are_not_put_on_a_list(upload, lead, school):
    for email, how in (("op@s.example", {"is_staff": True}), ("gone@s.example", {"is_active": 0})):
        f.MembershipFactory(
            person=f.PersonFactory(email=email, **how), organisation=school, role=Role.HEAD
        )
    f.PersonFactory(email="unknown@s.example", is_staff=True)
    text = "1,A,B,op@s.example,\n2,C,D,gone@s.example,\n3,E,F,unknown@s.example,\n"
    plan = staff_plan(upload(SMALL + text))
    assert len(plan.rejects) == 2
    assert [joiner.person for joiner in plan.joiners] == [None]


def test_people_in_the_file_twice(upload):
    plan = staff_plan(
        upload(
            SMALL
            + "1,Ann,Able,ann@s.example,\n1,Ann,Able,,\n2,Ann,Able,ANN@s.example,\n3,Al,Able,,\n"
        )
    )
    assert [j.entry.row for j in plan.joiners] == [2, 5]
    assert [(n.row, n.person) for n in plan.rejects] == [(3, "Ann Able"), (4, "Ann Able")]
    assert all("row 2" in n.text for n in plan.rejects)


def test_staff_id_and_address_of_two_different_people(upload, school):
    for n, name in ((1, "ann"), (2, "bob")):
        person = f.PersonFactory(email=f"{name}@s.example")
        f.MembershipFactory(person=person, organisation=school, staff_id=str(n))
    plan = staff_plan(upload(SMALL + "1,Ann,Able,bob@s.example,\n"))
    assert "belongs to another account" in plan.rejects[0].text


def test_new_staff_ids_are_matched_by_address(upload, lead, school):
    write(upload(SMALL + "1,Ann,Able,ann@s.example,\n"), lead)
    write(upload(SMALL + "X9,Ann,Able,ann@s.example,\n"), lead)
    assert staff_of(school).get().staff_id == "X9"


def test_somebody_who_comes_back_has_their_account_again(upload, lead, school):
    old = f.MembershipFactory(
        person=f.PersonFactory(given_name="Ann", family_name="Able", email=None),
        organisation=school,
        staff_id="1",
        ends_on=clock.today() - timedelta(days=50),
    )
    write(upload(SMALL + "1,Ann,Able,,\n"), lead)
    assert staff_of(school).get().person == old.person
    old.refresh_from_db()
    assert old.ends_on < clock.today()


def test_usernames_are_unique(upload, lead, school):
    f.PersonFactory(username="JSmith")
    write(upload(SMALL + "1,Jo,Smith,,\n2,Jim,Smith,,\n3,Ján,Šmith,,\n4,李,雷,,\n"), lead)
    names = [m.person.username for m in staff_of(school)]
    assert names == ["jsmith2", "jsmith3", "jsmith4", "person"]


# Leaving


def test_only_ticked_leavers_leave_and_nothing_is_deleted(upload, lead, school):
    write(upload(SMALL + "".join(f"{n},P{n},Q{n},,\n" for n in range(1, 6))), lead)
    known = upload(SMALL + "1,P1,Q1,,\n2,P2,Q2,,\n3,P3,Q3,,\n")
    plan = staff_plan(known)
    assert [m.staff_id for m in plan.leavers] == ["4", "5"]
    assert plan.suspicious
    write(known, lead, leavers=plan.leavers[:1], left_on=clock.today() + timedelta(days=3))
    four, five = Membership.objects.filter(staff_id__in=("4", "5")).order_by("staff_id")
    assert (four.ends_on, five.ends_on) == (clock.today() + timedelta(days=3), None)
    assert AuditEvent.objects.filter(action="staff.left", subject_id=four.pk).exists()


def test_a_leaver_of_another_school_is_not_ended(upload, lead):
    stranger = f.MembershipFactory()
    write(upload(SMALL + "1,Ann,Able,,\n"), lead, leavers=[stranger])
    stranger.refresh_from_db()
    assert stranger.ends_on is None


def test_what_the_list_says_of_leaving(upload, lead, school):
    f.MembershipFactory(organisation=school, staff_id="1", starts_on=date(2020, 9, 1))
    known = upload(
        "ID,Forename,Surname,Leaving date,Status\n1,A,B,31/08/2026,\n2,C,D,,Left\n"
        "3,E,F,31/08/2030,Active\n"
    )
    plan = staff_plan(known)
    assert [(m.staff_id, plan.leaving[m.pk]) for m in plan.leavers] == [("1", date(2026, 8, 31))]
    assert (plan.left_before, len(plan.joiners)) == (1, 1)
    write(known, lead, leavers=plan.leavers)
    assert Membership.objects.get(staff_id="1").ends_on == date(2026, 8, 31)
    assert Membership.objects.get(staff_id="3").ends_on == date(2030, 8, 31)


# Bad input


def test_nothing_is_written_for_a_lead_who_is_one_no_longer(upload, lead, school):
    """Between confirming and the worker's turn, or when a failed job is tried again later."""
    known = upload(SMALL + "7,Ann,Able,ann@own.example,Teacher\n")
    job = actions.confirm(by=lead, file_import=known, leavers=[], left_on=clock.today())
    post = lead.memberships.filter(organisation=school)
    post.update(starts_on=date(2025, 9, 1), ends_on=clock.today() - timedelta(days=1))
    jobs.run(job.pk, clock.now())
    job.refresh_from_db()
    assert (job.state, staff_of(school).count()) == (JobState.FAILED, 0)
    assert "no longer keep" in job.error
