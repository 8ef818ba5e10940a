"""Similar schools: the DfE's own distances where its values exist, else the register's fields."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.core.models import AuditEvent
from apps.matching.actions import import_similar_values
from apps.matching.models import SimilarValues
from apps.matching.similar import published
from apps.matching.similar.likeness import similar_schools
from apps.schools.enums import OrganisationStatus, Phase
from apps.schools.models import Organisation
from tests.activities.triads import build

DATA = Path(__file__).parents[1] / "data" / "similar"
VALUES = json.loads((DATA / "values.json").read_text())
DISTANCES = json.loads((DATA / "distances.json").read_text())


def school(
    urn: int, pupils: int | None, fsm: float | None, sen: int | None, **also: Any
) -> Organisation:
    return Organisation(
        urn=str(urn),
        ref=str(urn),
        name=f"School {urn}",
        pupils=pupils,
        fsm_percent=fsm,
        sen_statement=None if sen is None else 0,
        sen_no_statement=sen,
        **{"phase": Phase.PRIMARY, **also},
    )


def test_distances_are_those_that_the_dfe_publishes() -> None:
    values = dict(published.read_row(row, "a row") for row in VALUES)
    far = [abs(published.distance(values[a], values[b]) - dist) for a, b, dist in DISTANCES]
    assert len(far) > 300
    assert max(far) < 1e-9


@pytest.mark.django_db
def test_where_the_dfe_has_values_its_distance_counts(tmp_path: Path, capsys: Any) -> None:
    call_command("import_similar_values", str(DATA / "values.json"))
    call_command("import_similar_values", str(DATA / "values.json"))
    assert SimilarValues.objects.count() == len(VALUES)
    assert AuditEvent.objects.filter(action="matching.similar_values").count() == 2
    urn = DISTANCES[0][0]
    theirs = [(b, dist) for a, b, dist in DISTANCES if a == urn]
    capsys.readouterr()
    call_command("similar_schools", urn, "--k", "92", "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found[0]) == {"urn", "name", "distance", "basis"}
    assert {row["basis"] for row in found} == {"dfe"}
    assert urn not in {row["urn"] for row in found}
    ours = {row["urn"]: row["distance"] for row in found}
    assert all(math.isclose(ours[b], dist, abs_tol=1e-9) for b, dist in theirs)
    assert list(ours.values()) == sorted(ours.values())
    listed = [urn for urn in ours if urn in dict(theirs)]
    assert listed == [urn for urn, _ in theirs]


@pytest.mark.django_db
def test_else_the_fields_of_the_register_within_the_phase() -> None:
    rows = [(200, 10.0, 20), (220, 30.0, 50), (400, 12.5, 30), (210, 11.0, 5)]
    Organisation.objects.bulk_create(
        [school(100_000 + at, *row) for at, row in enumerate(rows)]
        + [
            school(100_010, 200, 10.0, 20, phase=Phase.SECONDARY),
            school(100_011, 200, 10.0, 20, status=OrganisationStatus.CLOSED),
            school(100_012, None, 10.0, 20),
            school(100_013, 200, None, 20),
        ]
    )
    points = [(p, f, 100 * s / p) for p, f, s in rows]
    spread = [statistics.pstdev(column) for column in zip(*points, strict=True)]

    def apart(one: int, other: int) -> float:
        both = zip(points[one], points[other], spread, strict=True)
        return math.sqrt(sum(((a - b) / s) ** 2 for a, b, s in both))

    found = similar_schools("100000", 9)
    expected = sorted((apart(0, at), str(100_000 + at)) for at in (1, 2, 3))
    assert [school.urn for school in found] == [urn for _, urn in expected]
    assert [school.distance for school in found] == pytest.approx([far for far, _ in expected])
    assert {school.basis for school in found} == {"register"}
    near = similar_schools("100000", 9, disadvantage=5)
    assert {school.urn for school in near} == {"100002", "100003"}
    assert similar_schools("100000", 1) == found[:1]


@pytest.mark.django_db
def test_without_special_needs_by_the_two_others_and_says_so() -> None:
    rows = [(200, 10.0, None), (220, 30.0, 50), (400, 12.5, None), (205, 11.0, 150)]
    Organisation.objects.bulk_create(school(100_000 + at, *row) for at, row in enumerate(rows))
    found = similar_schools("100000", 9)
    assert [school.urn for school in found] == ["100003", "100002", "100001"]
    assert {school.basis for school in found} == {"register without special needs"}
    assert {school.urn for school in similar_schools("100001", 9)} == {"100003"}


@pytest.mark.django_db
@pytest.mark.parametrize("urn", ["100013", "999999"])
def test_with_nothing_to_compare_by_it_says_so(urn: str, capsys: Any) -> None:
    school(100_013, 200, None, 20).save()
    with pytest.raises(SystemExit) as stopped:
        call_command("similar_schools", urn)
    assert stopped.value.code == 2
    assert urn in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"), [("--k", "0"), ("--disadvantage", "nan"), ("--disadvantage", "-1")]
)
def test_a_number_that_means_nothing_is_refused(option: str, value: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("similar_schools", "100001", f"{option}={value}")
    assert stopped.value.code == 2
    assert option in capsys.readouterr().err


@pytest.mark.django_db
def test_a_row_with_a_value_missing_is_named_and_left_out() -> None:
    rows = [VALUES[0], {**VALUES[1], "PercentEAL": ""}]
    kept, wrong = import_similar_values(rows, by=None)
    assert kept == 1
    assert wrong == ["row 2, PercentEAL: expected a number, got ''"]


@pytest.mark.django_db
def test_a_lead_sees_schools_like_theirs_and_by_what(client: Any) -> None:
    stage = build()
    rows = [(200, 10.0, 20), (220, 30.0, 50), (400, 12.5, 30)]
    for at, row in enumerate(rows):
        school(150_000 + at, *row).save()
    stage.school.pupils, stage.school.fsm_percent, stage.school.phase = 210, 11, Phase.PRIMARY
    stage.school.sen_statement, stage.school.sen_no_statement = 0, 20
    url = reverse("matching:like", args=[stage.school.ref])
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "Nothing to compare by" in client.get(url).content.decode()
    stage.school.save()
    page = client.get(url).content.decode()
    assert page.index("School 150000") < page.index("School 150001")
    assert "pupils, free school meals and special needs" in page
    near = client.get(url, {"near": "5"}).content.decode()
    assert "School 150002" in near
    assert "School 150001" not in near
    found = client.get(reverse("schools:detail", args=[stage.school.ref])).content.decode()
    assert url in found
