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


@pytest.mark.parametrize("command", ["match_placements", "match_triads", "nearest_schools"])
@pytest.mark.parametrize("text", ["", "[]", '{"problem": "Z"}', "{"])
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
