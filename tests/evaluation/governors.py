"""What the governors' tables say, beside what they must say by the facts of the report."""

from __future__ import annotations

from typing import Any

from apps.evaluation.models import Report


def chief_figures(made: Report) -> dict[str, Any]:
    tables = [table for section in made.snapshot["sections"] for table in section["tables"]]
    return {row[0]: row[1] for table in tables for row in table["rows"]}


def in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """What each row of the governors' tables must say; percentages of ten and more alone."""
    people, out, pupils = facts["people"], facts["release"], facts["outcomes"]["pupils"]
    sessions, promises = facts["sessions"], facts["promises"]
    stood = sessions["held"] + sessions["not_marked"] + sessions["to_come"]

    def part(count: int, of: int) -> str:
        return f"{count} of {of}" + (f" ({round(100 * count / of)}%)" if of >= 10 else "")

    def cell(found: dict[str, Any]) -> Any:
        return {"hidden": True} if "hidden" in found else part(found["count"], found["of"])

    return {
        "Activities": facts["activities"]["total"],
        "Sessions held, of those planned": part(sessions["held"], stood),
        "Hours of sessions held": sessions["hours_held"],
        "Promises kept, of those due": part(promises["done"], promises["due"]),
        "Staff taking part": cell(people["all"]),
        "Teachers taking part": cell(people["groups"]["teacher"]),
        "Support staff taking part": cell(people["groups"]["support"]),
        "Part-time staff taking part": cell(people["hours"]["part_time"]),
        "Hours out of class or off duty, planned": out["planned"],
        "Hours out of class or off duty, used": out["used"],
        "Pounds, spent or to be spent, as far as known": out["pounds"],
        "Measures about pupils that reached their target": part(pupils["met"], pupils["agreed"]),
        "Measures about pupils that moved nearer to it": part(
            pupils["partly_met"], pupils["agreed"]
        ),
        "Measures about pupils that can be judged": part(pupils["evaluable"], pupils["agreed"]),
    }
