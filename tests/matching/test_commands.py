"""The commands: a file in, a file out, one clear line when it is of no use."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.matching.placements.problem import Placement, read
from apps.matching.placements.quality import broken_rules
from tests.matching import worlds
from tests.matching.test_nearest import world


def test_match_placements_writes_valid_placements(tmp_path: Path, capsys: Any) -> None:
    raw = worlds.placements(4, people=30, hosts=12, days=5)
    given, made = tmp_path / "in.json", tmp_path / "out.json"
    given.write_text(json.dumps(raw))
    call_command("match_placements", str(given), str(made), "--seed", "7")
    rows = json.loads(made.read_text())["placements"]
    placements = [Placement(r["applicant"], r["host"], tuple(r["slots"])) for r in rows]
    assert placements
    assert broken_rules(read(raw), placements) == []
    said = capsys.readouterr()
    assert "bound:" in said.err
    assert "rate_small_schools" in said.err
    assert said.out == ""


def test_nearest_schools_writes_the_neighbours(tmp_path: Path) -> None:
    given, made = tmp_path / "in.json", tmp_path / "out.json"
    given.write_text(json.dumps(world(1, 20, 3)))
    call_command("nearest_schools", str(given), str(made))
    assert len(json.loads(made.read_text())["neighbours"]["0"]) == 3


def test_match_triads_writes_groups_and_says_how_fair_they_are(tmp_path: Path, capsys: Any) -> None:
    given, made = tmp_path / "in.json", tmp_path / "out.json"
    given.write_text(json.dumps(worlds.triads(4, people=12)))
    call_command("match_triads", str(given), str(made), "--seed", "7")
    assert json.loads(made.read_text())["groups"]
    said = capsys.readouterr()
    assert "gap to the bound:" in said.err
    assert "rate_small_schools" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("command", "world"),
    [("match_placements", worlds.placements), ("match_triads", worlds.triads)],
)
def test_the_guard_of_time_is_told_of_when_it_strikes(
    command: str, world: Any, tmp_path: Path, capsys: Any
) -> None:
    given, made = tmp_path / "in.json", tmp_path / "out.json"
    given.write_text(json.dumps(world(4)))
    call_command(command, str(given), str(made))
    assert "stopped: time" not in capsys.readouterr().err
    call_command(command, str(given), str(made), "--seconds", "0")
    assert capsys.readouterr().err.splitlines()[-1] == "stopped: time"
    assert made.exists()


def test_a_malformed_person_is_named_with_the_field(tmp_path: Path, capsys: Any) -> None:
    raw = worlds.triads(4)
    raw["people"][5]["max_km"] = "far"
    given = tmp_path / "in.json"
    given.write_text(json.dumps(raw))
    with pytest.raises(SystemExit) as stopped:
        call_command("match_triads", str(given), str(tmp_path / "out.json"))
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("people[5], max_km: expected a whole number from 1 to 10000, got 'far'")


@pytest.mark.parametrize("command", ["match_placements", "match_triads", "nearest_schools"])
@pytest.mark.parametrize(
    "text", ["", "[]", '{"problem": "Z"}', "{", "[" * 100_000, f'{{"k": {"9" * 5000}}}']
)
def test_a_useless_file_ends_with_2_and_one_line(
    command: str, text: str, tmp_path: Path, capsys: Any
) -> None:
    given, made = tmp_path / "in.json", tmp_path / "out.json"
    given.write_text(text)
    with pytest.raises(SystemExit) as stopped:
        call_command(command, str(given), str(made))
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not made.exists()


def test_where_nothing_can_be_written_nothing_is_solved(tmp_path: Path, capsys: Any) -> None:
    given = tmp_path / "in.json"
    given.write_text(json.dumps(world(1, 20, 3)))
    with pytest.raises(SystemExit) as stopped:
        call_command("nearest_schools", str(given), str(tmp_path / "no" / "out.json"))
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("out.json cannot be written")
