"""Measurements from a file: whole or not at all, once, with what to mend named by row and field."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from apps.activities.enums import ActivityState
from apps.core import clock
from apps.evaluation.models import Measurement
from tests import factories as f
from tests.support.clients import signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db
HEADER = "ID,Indicator,Measured on,Value,How many,Where it comes from\n"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def two(world):
    """The world's criterion and another of the same activity."""
    other = f.CriterionFactory(activity=world.own.activity, indicator="Full sentences")
    return world.own.criterion, other


def sent(client, url: str, rows: str, header: str = HEADER):
    file = BytesIO((header + rows).encode())
    file.name = "values.csv"
    return client.post(url, {"file": file})


def confirmed(client, url: str, answer):
    return client.post(url, {"confirm": answer.context["confirm"]}, follow=True)


def test_a_file_is_stored_once_however_often_it_is_sent(world, two) -> None:
    client, url = signed_in(world.lead), f"/activities/{world.own.activity.public_id}/measurements/"
    before = Measurement.objects.count()
    rows = (
        f"{two[0].public_id},,01/11/2025,9,24,Tally\n"
        + ',full  SENTENCES,2025-11-02,"14,5",30,\n,,,,,\n'
        + f"{two[1].public_id},Full sentences,,,,\n"
    )
    for again in range(2):
        answer = sent(client, url, rows)
        if again:
            assert "All of it is stored already" in answer.content.decode()
            assert answer.context["confirm"] == ""
        else:
            assert Measurement.objects.count() == before
            first = answer
            assert "2 measurements are stored" in confirmed(client, url, answer).content.decode()
    # The button pressed a second time, too.
    assert "0 measurements are stored" in confirmed(client, url, first).content.decode()

    assert Measurement.objects.count() == before + 2
    row = two[1].measurements.get()
    assert (str(row.value), row.n, row.entered_by) == ("14.50", 30, world.lead)
    # What was corrected since is not brought back.
    f.MeasurementFactory(criterion=two[1], corrects=row, value=12)
    assert sent(client, url, rows).context["confirm"] == ""


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("nobody,,2025-11-01,9,,", "ID", "No criterion here has this ID"),
        (",Something else,2025-11-01,9,,", "Indicator", "copy them as they are"),
        (",,2025-11-01,9,,", "Indicator", "Say which criterion"),
        (",Full sentences,2025-11-01,nine,,", "Value", "a number alone"),
        (",Full sentences,,9,,", "Measured on", "12/11/2026"),
        (",Full sentences,31/31/2026,9,,", "Measured on", "12/11/2026"),
        (",Full sentences,2999-01-01,9,,", "Measured on", "not in the future"),
        (",Full sentences,2025-11-01,9,0,", "How many", "less than 1"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_field_and_nothing_is_stored(
    world, two, row, column, words
) -> None:
    client, url = signed_in(world.lead), f"/activities/{world.own.activity.public_id}/measurements/"
    answer = sent(client, url, f"{two[0].public_id},,2025-11-01,9,24,Tally\n{row}\n")

    problem = answer.context["preview"].problems[0]
    assert (problem.row, problem.field) == (3, column)
    assert words in problem.text
    assert answer.context["confirm"] == ""
    assert "Nothing has been stored" in answer.content.decode()


def test_two_values_of_one_day_are_not_guessed_between(world, two) -> None:
    client, url = signed_in(world.lead), f"/activities/{world.own.activity.public_id}/measurements/"
    rows = ",Full sentences,2025-11-01,9,,\n,Full sentences,2025-11-01,8,,\n"
    [problem] = sent(client, url, rows).context["preview"].problems
    assert "Row 2 gives another value" in problem.text

    day = (clock.today() - timedelta(days=1)).isoformat()
    f.MeasurementFactory(criterion=two[1], value=7, measured_on=day)
    [problem] = sent(client, url, f",Full sentences,{day},8,,\n").context["preview"].problems
    assert "7 is stored for" in problem.text
    assert "correct it" in problem.text


def test_what_is_no_such_table_says_how_to_mend_it(world) -> None:
    url = f"/activities/{world.own.activity.public_id}/measurements/"
    answer = sent(signed_in(world.lead), url, "1,2\n", header="A,B\n")
    assert answer.status_code == 422
    assert "Download the file to fill in" in answer.content.decode()


def test_a_coordinator_sends_one_file_for_all_activities(world, two) -> None:
    alliance = world.own.alliance
    activity = f.ActivityFactory(
        alliance=alliance, organisation=world.own.school, title="Another", state="active"
    )
    same = f.CriterionFactory(activity=activity, indicator="Full sentences")
    draft = f.ActivityFactory(alliance=alliance, state=ActivityState.DRAFT)
    f.CriterionFactory(activity=draft, indicator="Not yet agreed")
    client, url = signed_in(world.coordinator), f"/alliances/{alliance.public_id}/measurements/"
    blank = b"".join(client.get(f"{url}blank/").streaming_content).decode()
    assert same.public_id in blank
    assert "Not yet agreed" not in blank

    header = "Activity,Indicator,Measured on,Value\n"
    unclear = sent(client, url, ",Full sentences,2025-11-01,9\n", header=header)
    assert "Several criteria" in unclear.context["preview"].problems[0].text
    answer = sent(client, url, "Another,Full sentences,2025-11-01,9\n", header=header)
    confirmed(client, url, answer)
    assert same.measurements.get().value == 9


def test_a_file_confirmed_elsewhere_stores_nothing(world, two) -> None:
    client, url = signed_in(world.lead), f"/activities/{world.own.activity.public_id}/measurements/"
    answer = sent(client, url, ",Full sentences,2025-11-01,9,,\n")
    other = f"/activities/{world.foreign.activity.public_id}/measurements/"

    assert confirmed(client, other, answer).status_code == 404
    page = client.post(url, {"confirm": "made up"}, follow=True).content.decode()
    assert "Choose the file again" in page
    assert not two[1].measurements.exists()
