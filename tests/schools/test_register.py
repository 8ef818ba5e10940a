import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.core.tabular import UnreadableFile
from apps.schools.enums import OrganisationKind, OrganisationStatus, Phase
from apps.schools.models import FileImport, Organisation
from apps.schools.register import importing
from tests import factories as f

DATA = Path(__file__).parents[1] / "data" / "gias"
pytestmark = pytest.mark.django_db


def gias(*files: Path, code: int = 0) -> dict:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_gias", *map(str, files), json=True, stdout=out, stderr=err)
    except SystemExit as stopped:
        assert stopped.code == code
        assert out.getvalue() == ""
        assert len(err.getvalue().strip().splitlines()) == 1
        return {"refused": err.getvalue()}
    assert code == 0
    found = json.loads(out.getvalue())
    assert list(found) == ["created", "updated", "unchanged", "rejected", "errors"]
    return found


@pytest.fixture
def written(tmp_path):
    def write(text: str, encoding: str = "utf-8", name: str = "register.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        return path

    return write


HEADER = "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),Town\n"


@pytest.mark.parametrize("name", ["surrey.csv", "hampshire.csv"])
def test_a_real_download_is_created_once_and_then_unchanged(name):
    with (DATA / name).open(encoding="utf-8-sig", newline="") as opened:
        rows = sum(1 for _ in csv.reader(opened)) - 1
    nothing = {"updated": 0, "rejected": 0, "errors": []}
    assert gias(DATA / name) == {"created": rows, "unchanged": 0} | nothing
    before = list(Organisation.objects.order_by("pk").values())
    assert gias(DATA / name) == {"created": 0, "unchanged": rows} | nothing
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_what_is_stored_of_a_school():
    gias(DATA / "surrey.csv")
    centre = Organisation.objects.get(urn="20115")
    assert centre.name == "Ash Grange Sure Start Children's Centre"
    assert centre.ref == "20115"
    assert centre.phase == Phase.NOT_APPLICABLE
    assert centre.open_date == date(2009, 6, 11)
    assert (centre.easting, centre.northing) == (489790, 150760)
    assert (centre.postcode, centre.region) == ("GU12 6LX", "South East")
    assert centre.pupils is None
    closing = Organisation.objects.filter(status=OrganisationStatus.CLOSING)
    assert closing.exists()
    assert {o.phase for o in Organisation.objects.all()} >= {Phase.PRIMARY, Phase.POST_16}


def test_neither_heads_nor_inspection_results_are_stored(written):
    gias(
        written(
            "URN,EstablishmentName,HeadFirstName,HeadLastName,OfstedRating (name)\n"
            "100001,A School,Canaria,Birdsong,Outstanding-canary\n"
        )
    )
    stored = str(list(Organisation.objects.values())) + str(list(FileImport.objects.values()))
    assert not any(word in stored for word in ("Canaria", "Birdsong", "canary"))


def test_rows_are_rejected_with_row_urn_and_reason(written):
    found = gias(
        written(
            HEADER
            + "100001,First,Open,Primary,A\n"
            + "12,Short,Open,Primary,A\n"
            + ",None,Open,Primary,A\n"
            + "100002,,Open,Primary,A\n"
            + "100001,Again,Open,Primary,A\n"
            + "100003,Odd,Upside down,Primary,A\n"
            + "10000x,Letters,Open,Primary,A\n"
            + "\n"
            + "100004,Fine,Closed,Not a phase,A,surplus,cells\n"
            + "100005,Short row\n"
        )
    )
    assert (found["created"], found["rejected"]) == (3, 6)
    assert [(e["row"], e["urn"]) for e in found["errors"]] == [
        (3, "12"),
        (4, ""),
        (5, "100002"),
        (6, "100001"),
        (7, "100003"),
        (8, "10000x"),
    ]
    assert all(e["reason"].endswith(".") for e in found["errors"])
    assert Organisation.objects.get(urn="100001").name == "First"
    assert Organisation.objects.get(urn="100004").status == OrganisationStatus.CLOSED
    assert Organisation.objects.get(urn="100004").phase == Phase.NOT_APPLICABLE


def test_values_that_cannot_be_read_are_missing_not_zero(written):
    gias(
        written(
            "URN,EstablishmentName,NumberOfPupils,PercentageFSM,Easting,OpenDate,Postcode,UKPRN\n"
            "100001,A,many,SUPP,-5,31-02-2020,nowhere at all,??\n"
            "100002,B,210,12.34,489790,01-09-2010,gu12 6lx,10017682\n"
        )
    )
    bad, good = Organisation.objects.order_by("urn")
    assert (bad.pupils, bad.fsm_percent, bad.easting, bad.open_date) == (None,) * 4
    assert (bad.postcode, bad.ukprn) == ("", "")
    assert (good.pupils, good.fsm_percent, good.easting) == (210, Decimal("12.3"), 489790)
    assert (good.open_date, good.postcode) == (date(2010, 9, 1), "GU12 6LX")


def test_codes_serve_where_names_are_missing_or_blank(written):
    gias(
        written(
            "EstablishmentStatus (code),PhaseOfEducation (name),PhaseOfEducation (code),URN,"
            "EstablishmentTypeGroup (code),GOR (code),EstablishmentName\n"
            "2,,7,100001,4,J,All\n"
            "1,Nursery,2,100002,1,H,College\n"
        )
    )
    one, two = Organisation.objects.order_by("urn")
    assert (one.status, one.phase, one.region) == (
        OrganisationStatus.CLOSED,
        Phase.ALL_THROUGH,
        "South East",
    )
    assert (two.phase, two.kind) == (Phase.NURSERY, OrganisationKind.COLLEGE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(written, encoding):
    gias(written(HEADER + "100001,École Française,Open,Primary,Zürich\n", encoding))
    assert Organisation.objects.get().name == "École Française"


def test_columns_and_schools_that_a_file_lacks_are_left_alone(written):
    gias(written(HEADER + "100001,First,Open,Primary,Ash\n100002,Second,Open,Primary,Ash\n"))
    found = gias(written("URN,EstablishmentName,Unknown column\n100001,Renamed,x\n"))
    assert (found["created"], found["updated"], found["unchanged"]) == (0, 1, 0)
    first, second = Organisation.objects.order_by("urn")
    assert (first.name, first.town, first.phase) == ("Renamed", "Ash", Phase.PRIMARY)
    assert second.name == "Second"


def test_closed_schools_are_kept_with_their_successors_and_cannot_join(written):
    register = written(
        HEADER
        + "100001,Old,Closed,Primary,A\n100002,New,Open,Primary,A\n100003,Newer,Open,Primary,A\n"
    )
    links = written(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        "100001,100002,New,Successor,01-09-2019\n"
        "100001,100003,Newer,Successor - merged,01-09-2021\n"
        "100002,100001,Old,Predecessor,01-09-2019\n"
        "100002,100003,x,Sixth Form Centre Link,\n"
        "100001,999999,Gone,Successor,\n"
        "1,2,Bad,Successor,\n",
        name="links.csv",
    )
    found = gias(links, register)
    assert (found["created"], found["updated"], found["rejected"]) == (3, 1, 2)
    assert [e["row"] for e in found["errors"]] == [7, 6]
    old = Organisation.objects.get(urn="100001")
    assert old.successor.urn == "100003"
    assert not old.can_join
    assert old not in Organisation.objects.able_to_join()
    again = gias(register, links)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 7)


def test_linked_establishments_spill_over_the_last_column(written):
    path = written(
        "URN,EstablishmentName,EstablishmentStatus (name),Linked establishments\n"
        "100001,New,Open,100002 Predecessor, 100003 Predecessor - amalgamated\n"
        "100002,Old,Closed,100001 Successor\n"
        "100003,Other,Closed,Does not have links\n"
    )
    assert gias(path)["created"] == 3
    assert set(
        Organisation.objects.get(urn="100001").predecessors.values_list("urn", flat=True)
    ) == {
        "100002",
        "100003",
    }
    assert gias(path)["unchanged"] == 3
    Organisation.objects.update(successor=None)
    assert gias(path)["updated"] == 1  # row 2 says both


def test_a_real_links_file_reads():
    found = gias(DATA / "links.csv")
    assert found["created"] == found["updated"] == 0
    assert found["rejected"] + found["unchanged"] == 11


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("Name,Town\nA,B\n", "URN"),
        ("URN,Town\n100001,B\n", "EstablishmentName"),
        (HEADER + '100001,First,Open,Primary,A\n"100002,Second\n', "never closed"),
    ],
)
def test_an_unusable_file_writes_nothing(written, text, words):
    assert words in gias(written(text), code=2)["refused"]
    assert not Organisation.objects.exists()


def test_a_file_that_is_not_there(tmp_path):
    assert "No such file" in gias(tmp_path / "none.csv", code=2)["refused"]


def test_a_bad_second_file_leaves_the_first_unwritten(written):
    good = written(HEADER + "100001,First,Open,Primary,A\n")
    bad = written("One column\n", name="bad.csv")
    assert gias(good, bad, code=2)
    assert not Organisation.objects.exists()


def test_looking_writes_nothing(written):
    path = written(HEADER + "100001,First,Open,Primary,A\n")
    found = importing.run([path], write=False)
    assert (found.created, found.samples["created"][0]["name"]) == (1, "First")
    assert not Organisation.objects.exists()


def test_batches_take_a_constant_number_of_queries(written, django_assert_num_queries):
    path = written(HEADER + "".join(f"{100000 + n},S{n},Open,Primary,A\n" for n in range(2500)))
    steps = []
    # Of each of the three batches: savepoint, stored rows, upsert, release.
    with django_assert_num_queries(12):
        importing.run([path], write=True, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1000, 2500), (2000, 2500), (2500, 2500), (2500, 2500)]


def test_unreadable_is_raised_before_anything_is_written(written):
    path = written(HEADER + "100001,A,Open,Primary,A\n" * 3000 + '"100002,B\n')
    with pytest.raises(UnreadableFile):
        importing.run([path], write=True)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("st marys", {"St Mary's C.E. Primary"}),
        ("St Mary’s", {"St Mary's C.E. Primary"}),
        ("ash primary", {"St Mary's C.E. Primary"}),
        ("gu126lx", {"St Mary's C.E. Primary"}),
        ("GU12 6LX", {"St Mary's C.E. Primary"}),
        ("pewley", {"Pewley-Down School"}),
        ("down", {"Pewley-Down School"}),
        ("100002", {"Pewley-Down School"}),
        ("nothing like it", set()),
        ("';--", set()),
        ("& | ! <-> :*", set()),
        ("", set()),
    ],
)
def test_search(text, found):
    f.SchoolFactory(urn="100001", name="St Mary's C.E. Primary", town="Ash", postcode="GU12 6LX")
    f.SchoolFactory(urn="100002", name="Pewley-Down School", town="Guildford", postcode="GU1 3PT")
    assert {o.name for o in Organisation.objects.search(text)} == found
