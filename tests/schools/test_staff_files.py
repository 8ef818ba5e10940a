"""Staff lists that go wrong, twice, or half-way."""

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from apps.accounts.models import Person
from apps.core import clock, jobs
from apps.core.models import JobState, OutboundEmail
from apps.core.tabular import UnreadableFile
from apps.schools.actions import staff_import as actions
from apps.schools.enums import Role
from apps.schools.import_jobs import staff_plan, tidy
from apps.schools.models import StaffMapping
from apps.schools.staff import files
from apps.schools.staff.applying import Writer
from apps.schools.staff.columns import guess, is_secret, problems
from tests.schools.staff_lists import SMALL, staff_of, write

DATA = Path(__file__).parents[1] / "data" / "staff"
pytestmark = pytest.mark.django_db


def test_rejects_name_row_person_and_fix(upload, lead):
    known = upload(
        SMALL + ",Ann,Able,,\n1,,,nobody@s.example,\n2,Bob,Best,not an address,\n"
        ",Cy,Cole,also not,\n3," + "x" * 90 + ",Long,,\n"
    )
    plan = staff_plan(known)
    assert [(n.row, n.person) for n in plan.rejects] == [
        (2, "Ann Able"),
        (3, "nobody@s.example"),
        (5, "Cy Cole"),
        (6, "x" * 90 + " Long"),
    ]
    assert [(n.row, n.person) for n in plan.notes] == [(4, "Bob Best")]
    write(known, lead)
    assert [e["taken"] for e in known.result["errors"]] == [False, False, True, False, False]
    assert (known.result["joined"], known.result["rejected"]) == (1, 4)


def test_odd_cells_are_left_out_and_said(upload):
    plan = staff_plan(
        upload(
            "ID,Forename,Surname,FTE,Hours,Working days,Start date,Line manager\n"
            "1,Ann,Able,1.5,lots,sometimes,31/02/2020,Nobody Here\n"
        )
    )
    assert len(plan.joiners[0].entry.notes) == 5
    assert "staff ID" in plan.notes[-1].text
    assert plan.joiners[0].entry.values == {}


def test_rows_run_together_are_refused(upload):
    plan = staff_plan(
        upload('ID,Forename,Surname\n1,"Ann,Able\n2,Bob",Best\n3,"Cy"x\n4","D,E"\n5,F,G\n')
    )
    assert any("run into each other" in note.text for note in plan.rejects)
    assert [j.entry.staff_id for j in plan.joiners][-1] == "5"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"ID,Forename,Surname\n", "no people"),
        (b"Password,Name\nsecret,Ann\n", "no names"),
        (b"%PDF-1.4", "not a table"),
    ],
)
def test_files_that_cannot_be_used(data, words):
    with pytest.raises(UnreadableFile, match=words):
        files.keep(io.BytesIO(data))


def test_a_file_of_more_than_5_mb():
    with pytest.raises(UnreadableFile, match="5 MB"):
        files.keep(io.BytesIO(b"ID,Name\n" + b"1,Ann Able\n" * 600_000))


def test_a_second_file_that_cannot_be_joined():
    with pytest.raises(UnreadableFile, match="cannot be joined"):
        files.keep(io.BytesIO(b"ID,Name\n1,Ann Able\n"), io.BytesIO(b"a,b\n1,2\n"))


def test_a_workbook(upload, lead, school):
    book = Workbook()
    book.active.append(["Staff ID", "First name", "Last name", "FTE", "Start date", "Password"])
    book.active.append([101, "Zoë", "Müller", 0.6, date(2021, 9, 1), "P@ssw0rd"])
    target = io.BytesIO()
    book.save(target)
    write(upload(target.getvalue()), lead)
    zoe = staff_of(school).get()
    assert (zoe.staff_id, zoe.fte, zoe.starts_on) == ("101", Decimal("0.6"), date(2021, 9, 1))
    assert zoe.person.username == "zmuller"


# Safe to repeat


def test_confirmed_twice_it_is_written_once(upload, lead):
    known = upload(SMALL + "1,Ann,Able,,\n")
    first = write(known, lead)
    assert actions.confirm(by=lead, file_import=known, leavers=[], left_on=clock.today()) == first
    jobs.run(first.pk, clock.now())
    assert Person.objects.filter(family_name="Able").count() == 1


def test_a_job_that_died_half_way_goes_on(upload, lead, school):
    known = upload(SMALL + "".join(f"{n},P{n},Q{n},p{n}@s.example,\n" for n in range(250)))

    def die(done, total):
        raise SystemExit

    with pytest.raises(SystemExit):
        Writer(school, staff_plan(known), by=lead, progress=die).write([], clock.today())
    assert staff_of(school).count() == 100
    assert write(known, lead).state == JobState.DONE
    assert staff_of(school).count() == 250
    assert Person.objects.filter(username__startswith="pq").count() == 250


def test_nobody_is_written_to(upload, lead):
    write(upload(SMALL + "1,Ann,Able,ann@s.example,\n"), lead)
    assert not OutboundEmail.objects.exists()


def test_choices_are_remembered(upload, lead, school):
    known = upload("Kennung,Vorname,Nachname\n1,Ann,Able\n")
    headers = ["Kennung", "Vorname", "Nachname"]
    actions.choose_columns(
        by=lead,
        file_import=known,
        headers=headers,
        mapping={0: "staff_id", 1: "given_name", 2: "family_name"},
        default_role=Role.SUPPORT,
    )
    remembered = StaffMapping.objects.get(organisation=school).columns
    assert guess(["NACHNAME", "vorname", "Kennung"], remembered["columns"]) == {
        0: "family_name",
        1: "given_name",
        2: "staff_id",
    }
    assert remembered["default_role"] == Role.SUPPORT


def test_uploads_that_nobody_confirmed_go(upload):
    known = upload(SMALL + "1,Ann,Able,,\n")
    path = Path(known.table.path)
    assert tidy(clock.now()) == 0
    assert path.exists()
    assert tidy(clock.now() + timedelta(days=8)) == 1
    assert not path.exists()
    assert tidy(clock.now() + timedelta(days=8)) == 0


@pytest.mark.parametrize(
    "heading", ["Password", "password", "Initial Pass Word", "pwd", "PIN", "Passcode"]
)
def test_columns_that_are_thrown_away(heading):
    assert is_secret(heading)


def test_headings_of_common_systems():
    sims = guess(["Staff Code", "Legal Surname", "Preferred Forename", "Work Email", "Role"], {})
    assert list(sims.values()) == ["staff_id", "family_name", "given_name", "email", "role"]
    arbor = guess(
        ["Arbor Staff ID", "First name", "Last name", "Email address", "Business Role"], {}
    )
    assert list(arbor.values()) == ["given_name", "family_name", "email", "job_title"]
    bromcom = guess(["Staff ID", "Name", "Work Email Address", "Line Manager", "FTE"], {})
    assert list(bromcom.values()) == ["staff_id", "full_name", "email", "line_manager", "fte"]
    assert problems(sims) == []
    assert len(problems({0: "email", 1: "email"})) == 2
