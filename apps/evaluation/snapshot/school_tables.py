"""The tables of a school's report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.ui.dates import day
from apps.evaluation.snapshot import school_says
from apps.evaluation.snapshot.people import FULL, PART, UNKNOWN
from apps.evaluation.snapshot.school_people import UNSAID
from apps.evaluation.snapshot.tables import Facts, Table, cell, table
from apps.evaluation.snapshot.wording import pounds
from apps.schools.enums import Role


def sessions(found: Facts) -> Table:
    return table(
        "sessions",
        _("Sessions, as planned and as held"),
        ["", pgettext("how many", "Number")],
        [
            [_("Held"), found["held"]],
            [_("Still to come"), found["to_come"]],
            [_("Past and not marked"), found["not_marked"]],
            [_("Postponed"), found["postponed"]],
            [_("Cancelled"), found["cancelled"]],
            [_("Hours planned, those held included"), found["hours_planned"]],
            [_("Hours held"), found["hours_held"]],
        ],
    )


def groups(people: Facts) -> Table:
    by_role, by_hours = people["groups"], people["hours"]
    return table(
        "groups",
        _("Staff taking part, by role and hours"),
        ["", _("Taking part")],
        [
            [_("Teachers"), cell(by_role[Role.TEACHER])],
            [_("Support staff"), cell(by_role[Role.SUPPORT])],
            [_("Full-time"), cell(by_hours[FULL])],
            [_("Part-time"), cell(by_hours[PART])],
            [_("Hours not known"), cell(by_hours[UNKNOWN])],
            [_("All"), cell(people["all"])],
        ],
        total=True,
    )


def job_roles(people: Facts) -> Table | None:
    rows = [[name, cell(shown)] for name, shown in school_says.job_roles(people)]
    return _groups("job_roles", _("Staff taking part, by job role"), _("Job role"), rows)


def departments(people: Facts) -> Table | None:
    rows = [
        [_("Department not known") if row["name"] == UNSAID else row["name"], cell(row["cell"])]
        for row in people["departments"]
    ]
    return _groups("departments", _("Staff taking part, by department"), _("Department"), rows)


def _groups(name: str, title: str, column: str, rows: list[list[Any]]) -> Table | None:
    return table(name, title, [column, _("Taking part")], rows) if rows else None


def ledger(out: Facts) -> list[Table]:
    """Time and money; none where too few people stand behind them, which the finding says."""
    return [] if out["hidden"] else [time(out), money(out)]


def time(out: Facts) -> Table:
    return table(
        "time",
        _("Time out of class or off duty"),
        ["", _("Hours")],
        [
            [_("Planned"), _kept(out, "planned")],
            [_("Of them, waiting for approval"), _kept(out, "waiting")],
            [_("Used"), _kept(out, "used")],
            [_("Covered by colleagues, at no cost"), _kept(out, "internal")],
        ],
    )


def money(out: Facts) -> Table:
    rate = out["rate"]
    return table(
        "money",
        _("What it cost"),
        ["", _("Pounds")],
        [
            [_("Supply"), _kept(out, "supply")],
            [_("Travel"), _kept(out, "travel")],
            [_("Extra pay"), _kept(out, "extra_pay")],
            [_("Fees"), _kept(out, "fees")],
            [_("All"), _kept(out, "pounds")],
        ],
        total=True,
        note=_("A day of supply is reckoned at £%(rate)s.") % {"rate": pounds(rate)}
        if rate is not None
        else "",
    )


def promised(gives: Facts) -> Table | None:
    if gives["hours"] is None and gives["money"] is None:
        return None
    return table(
        "promised",
        _("Promised to partners, a year"),
        ["", pgettext("how many", "Number")],
        [[_("Hours"), gives["hours"]], [_("Pounds"), gives["money"]]],
    )


def _kept(out: Facts, name: str) -> Any:
    """A figure of the ledger, unless too few people stand behind it."""
    return {"hidden": True} if out["hidden"] else out[name]


def needs(found: Facts) -> list[Table]:
    return [_audit(audit) for audit in found["released"] if audit["topics"]]


def _audit(found: Facts) -> Table:
    opened = {"day": day(date.fromisoformat(found["opened"]))}
    title = (
        _("The biggest needs in the alliance's audit of %(day)s, our staff's answers")
        if found["across"]
        else _("The biggest needs in the audit of %(day)s")
    )
    return table(
        "needs",
        title % opened,
        [_("Topic"), _("Mean need (1 to 16)"), _("People")],
        [[topic["topic"], topic["need"], topic["people"]] for topic in found["topics"]],
        note=_("Mean of (5 - confidence) x priority, as it was released."),
    )
