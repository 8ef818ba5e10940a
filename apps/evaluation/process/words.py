"""What the figures of a half-term say: sections with a finding and tables, as in reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.evaluation.snapshot import findings, tables
from apps.evaluation.snapshot.wording import hours, listed, share, some
from apps.schools.enums import Phase

Facts = dict[str, Any]
HIDDEN = {"hidden": True}


def sections(facts: Facts) -> list[Facts]:
    """Of facts with the texts of the obstacles (`figures.with_texts`)."""
    people, exchange = facts["people"], facts["exchange"]
    return [
        _section(
            "commitment",
            _("What each school gives"),
            commitment(facts),
            _commitment_table(facts["commitment"]),
        ),
        _section(
            "obstacles",
            _("What stands in the way"),
            obstacles(facts),
            tables.obstacles({"obstacles": facts["obstacles"]}),
        ),
        _section(
            "people",
            _("Who can take part"),
            findings.missed(people),
            tables.by_school(people["by_school"]),
            tables.by_hours(people["by_hours"]),
            _phases(people["by_phase"]),
        ),
        _section("leaders", _("Leaders taking part themselves"), leaders(people["leaders"])),
        _section(
            "exchange", _("Give and take between the schools"), give_and_take(exchange),
            _exchange_table(exchange),
        ),
        _section(
            "promises",
            _("Promises"),
            findings.kept(facts["promises"]),
            tables.promises(facts["promises"]),
        ),
    ]  # fmt: skip


def _section(name: str, title: str, finding: str, *found: Facts | None) -> Facts:
    shown = [table for table in found if table and table["rows"]]
    return {"name": name, "title": title, "finding": finding, "tables": shown}


def commitment(facts: Facts) -> str:
    if facts["agreement"] is None:
        return _("No agreement is out for signature, so nothing has been promised.")
    total = facts["commitment"]["total"]
    if total["hours"] is None and total["money"] is None:
        return _("The agreement says neither hours nor money.")
    return f"{_promised(total)} {_so_far(total)}"


def _promised(total: Facts) -> str:
    if total["money"] is None:
        words = _("The agreement promises %(hours)s a year and says nothing of money.")
        return words % {"hours": hours(total["hours"])}
    money = _pounds(total["money"])
    if total["hours"] is None:
        words = _("The agreement promises %(money)s a year and says nothing of hours.")
        return words % {"money": money}
    words = _("The agreement promises %(hours)s and %(money)s a year.")
    return words % {"hours": hours(total["hours"]), "money": money}


def _so_far(total: Facts) -> str:
    if total["hidden"]:
        return _("Too few people were released to say what has been given so far.")
    if total["given_hours"] is None and total["given_money"] is None:
        return _("The ledger of release holds nothing for this school year yet.")
    cost = (
        _("No cost has been entered.")
        if total["given_money"] is None
        else _("%(money)s were paid or are to be paid.") % {"money": _pounds(total["given_money"])}
    )
    if total["given_hours"] is None:
        return cost
    used = _("By the ledger %(hours)s have been used since September.") % {
        "hours": hours(total["given_hours"])
    }
    return f"{used} {cost}"


def _pounds(value: float) -> str:
    return f"£{value:,.2f}".removesuffix(".00")


def _commitment_table(found: Facts) -> Facts:
    rows = [[row["school"], *_commitment_cells(row)] for row in found["rows"]]
    if rows:
        rows.append([_("All"), *_commitment_cells(found["total"])])
    return tables.table(
        "commitment",
        _("Promised for a year, and given since September"),
        [
            _("School"),
            _("Hours promised"),
            _("Hours of release used"),
            _("Pounds promised"),
            _("Pounds paid or to be paid"),
        ],
        rows,
        total=True,
        note=_(
            "Used is what the ledger of release holds for activities of the alliance; time that "
            "nobody was released for is not in it."
        ),
    )


def _commitment_cells(row: Facts) -> list[Any]:
    return [
        row["hours"],
        HIDDEN if row["hidden"] else row["given_hours"],
        row["money"],
        HIDDEN if row["hidden"] else row["given_money"],
    ]


def obstacles(facts: Facts) -> str:
    found = facts["obstacles"]
    if not found:
        return _("The agreement names no obstacle.")
    cleared = sum(row["cleared"] for row in found)
    words = ngettext(
        "%(cleared)d of %(n)d obstacle is cleared.",
        "%(cleared)d of %(n)d obstacles are cleared.",
        len(found),
    ) % {"cleared": cleared, "n": len(found)}
    blocking = sum(row["must_clear"] and not row["cleared"] for row in found)
    if not blocking:
        return words
    more = ngettext(
        "%(n)d that must be cleared is still open: activities of several schools wait for it.",
        "%(n)d that must be cleared are still open: activities of several schools wait for them.",
        blocking,
    )
    return f"{words} {more % {'n': blocking}}"


def _phases(found: list[Facts]) -> Facts:
    return tables.table(
        "phases",
        _("Equality: staff taking part, by phase"),
        ["", _("Staff")],
        [[_phase(row["phase"]), tables.cell(row)] for row in found],
        note=_("A phase is left out where the tables above would give single people away."),
    )


def _phase(phase: str) -> str:
    if phase == Phase.NOT_APPLICABLE:
        return _("No phase in the register")
    return str(Phase(phase).label)


def leaders(cell: Facts) -> str:
    if cell.get("hidden"):
        return _("Too few heads and senior leaders to say how many take part.")
    if not cell["of"]:
        return _("No staff list says who is a head or a senior leader.")
    return _("Of the heads and senior leaders %(share)s take part themselves.") % {
        "share": share(cell)
    }


def give_and_take(rows: list[Facts]) -> str:
    gives = [row for row in rows if row.get("gives", row["hosted"] or row["gave"])]
    takes = [row for row in rows if row.get("takes", row["visited"] or row["took"])]
    if not gives and not takes:
        return _("No school has hosted another one in this half-term.")
    only_take = [row["school"] for row in takes if row not in gives]
    only_give = [row["school"] for row in gives if row not in takes]
    neither = [row["school"] for row in rows if row not in gives and row not in takes]
    found = [
        (_("%(schools)s hosted and did not visit."), only_give),
        (_("%(schools)s visited and did not host."), only_take),
        (_("%(schools)s did neither."), neither),
    ]
    said = [words % {"schools": some(names)} for words, names in found if names]
    both = [row["school"] for row in rows if row in gives and row in takes]
    if not said:
        return _("Every school both hosted and visited.")
    if both:
        said.insert(0, _("%(schools)s both hosted and visited.") % {"schools": listed(both)})
    return " ".join(said)


def _exchange_table(rows: list[Facts]) -> Facts:
    keys = ("hosted", "hosted_hours", "visited", "visited_hours", "gave", "took")
    return tables.table(
        "exchange",
        _("Sessions and placements, by school"),
        [
            _("School"),
            _("Sessions hosted"),
            _("Hours hosted"),
            _("Sessions visited"),
            _("Hours visited"),
            _("Placements and visits offered"),
            _("Placements and visits taken"),
        ],
        [[row["school"], *(row[key] for key in keys)] for row in rows],
        note=_(
            "Sessions held at a school with somebody of another one, each once however many came. "
            "Placements and visits are activities under way in which one school receives another’s "
            "staff. Where one to four people stand behind one of these figures, with or without "
            "those of any one school, none of its kind is shown."
        ),
    )
