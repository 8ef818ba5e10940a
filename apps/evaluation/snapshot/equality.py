"""Who takes part and who misses out: each group's share of the staff beside its share of those who
take part. By staff group, hours and career stage; of a school by phase of its staff, of an alliance
by phase and size of its schools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.charts import Chart
from apps.evaluation import several_ways, suppression
from apps.evaluation.process.equality import by_phase, by_schools, counted, told_by_school
from apps.evaluation.snapshot import figures, people, school_people, school_says
from apps.evaluation.snapshot.frame import Frame, SchoolFrame
from apps.evaluation.snapshot.people import FULL, GROUPS, PART, UNKNOWN, Key, Staff
from apps.evaluation.snapshot.tables import Table, cell, table
from apps.evaluation.snapshot.wording import share
from apps.evaluation.suppression import FEW
from apps.schools.enums import CareerStage, Phase, Role
from apps.schools.models import Membership

Facts = dict[str, Any]
HIDDEN: Facts = {"hidden": True}
UNSAID = school_people.UNSAID
# What a school's staff are divided by here beyond its own report.
MORE = {"career_stage": [*CareerStage.values, UNSAID], "phase": [*Phase.values, UNSAID]}
# Pupils in a school: up to so many.
SIZES = (100, 300, 1000)


# A school


def of_school(frame: SchoolFrame) -> Facts:
    """Hidden altogether where even the total would point at somebody."""
    staff, active = school_people.staff(frame), school_people.taking_part(frame)
    found = school_people.told(staff, active, MORE)
    return {
        "all": found["all"],
        "groups": _rows(GROUPS, [found["groups"][group] for group in GROUPS]),
        "job_roles": [
            {"name": name, "cell": shown} for name, shown in school_says.job_roles(found)
        ],
        "hours": _rows(people.HOURS, [found["hours"][hours] for hours in people.HOURS]),
        "career_stages": _rows(found["career_stage"], found["career_stage"].values()),
        "phases": _rows(found["phase"], found["phase"].values()),
        "sizes": [],
    }


def _rows(names: Iterable[str], cells: Iterable[Facts]) -> list[Facts]:
    """Those that anybody is in, or may be."""
    return [
        {"name": str(name), "cell": shown}
        for name, shown in zip(names, cells, strict=False)
        if shown.get("hidden") or shown["of"]
    ]


# An alliance


def of_alliance(frame: Frame) -> Facts:
    """As safe as beside the alliance's table by school, which other reports show."""
    staff, active = people.staff(frame), people.taking_part(frame)
    by_school = people.by_school(frame, staff, active)
    total = by_school["total"]
    by_hours = people.by_hours(staff, active, total)
    hours = dict(zip(people.HOURS, by_hours["cells"], strict=False))
    counts = counted(staff, active)
    told = told_by_school(frame, counts, by_school)
    phases = by_phase(frame, staff, active, told, (by_school, by_hours))
    phase_of = {row.organisation_id: row.organisation.phase for row in frame.members}
    size_of = {row.organisation_id: size(row.organisation.pupils) for row in frame.members}
    sizes = by_schools(counts, told, size_of)
    stages_of, stages = _career(frame, staff, active)
    several_ways.fit(
        [
            (people.roles_of(staff), dict(zip(GROUPS, total, strict=False))),
            (people.hours_in(staff), hours),
            ({key: phase_of[key[0]] for key in staff}, phases),
            (stages_of, stages),
            ({key: size_of[key[0]] for key in staff}, sizes),
        ],
        people.told_apart(staff, active),
        people.school_of,
    )
    return {
        "all": total[-1],
        "groups": _rows(GROUPS, total),
        "job_roles": [],
        "hours": _rows(hours, hours.values()),
        "career_stages": _rows(stages, stages.values()),
        "phases": _in_order(phases, [*Phase.values, UNSAID]),
        "sizes": _in_order(sizes, [*(str(size) for size in SIZES), "more", UNSAID]),
    }


def size(pupils: int | None) -> str:
    if pupils is None:
        return UNSAID
    return next((str(most) for most in SIZES if pupils <= most), "more")


def _career(
    frame: Frame, staff: Staff, active: set[Key]
) -> tuple[dict[Key, str], dict[str, Facts]]:
    """The stage of everybody, and a cell for each."""
    rows = (
        Membership.objects.staff()
        .filter(organisation_id__in=frame.school_ids, starts_on__lte=frame.end)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start))
        .order_by("role", "pk")  # as `people.staff` takes them
    )
    stages = {
        (school, person): stage
        for school, person, stage in rows.values_list(
            "organisation_id", "person_id", "career_stage"
        )
    }
    values = [*CareerStage.values, UNSAID]
    schools = sorted({school for school, _person in staff})
    of = {key: stages.get(key, UNSAID) for key in staff}
    if not schools:
        return of, {}
    placed = ((key[0], stage, people.standing(key, active)) for key, stage in of.items())
    counted = suppression.with_totals(people.count(placed, rows=schools, columns=values))
    cells = people.shown_row(counted[-1], suppression.hidden_totals(counted))
    return of, dict(zip(values, cells, strict=False))


def _in_order(found: dict[str, Facts], names: Sequence[str]) -> list[Facts]:
    return [{"name": name, "cell": found[name]} for name in names if name in found]


# What is said and printed of them


def labelled(found: Facts) -> list[tuple[str, str, list[tuple[str, Facts]]]]:
    """(name, title, (group, cell)) of each way of dividing the staff."""
    role = {Role.TEACHER: _("Teachers"), Role.SUPPORT: _("Support staff")}
    time = {FULL: _("Full-time"), PART: _("Part-time"), UNKNOWN: _("Hours not known")}
    ways: list[tuple[str, str, Callable[[str], Any]]] = [
        ("groups", _("By staff group"), lambda name: role[Role(name)]),
        ("job_roles", _("By job role"), str),
        ("hours", _("By hours"), lambda name: time[name]),
        ("career_stages", _("By career stage"), lambda name: CareerStage(name).label),
        ("phases", _("By phase"), lambda name: Phase(name).label),
        ("sizes", _("By size of school"), _size),
    ]
    return [
        (
            way,
            title,
            [
                (str(label(row["name"]) if row["name"] else _("Not known")), row["cell"])
                for row in found[way]
            ],
        )
        for way, title, label in ways
    ]


def _size(name: str) -> str:
    if name == "more":
        return _("More than %(n)d pupils") % {"n": SIZES[-1]}
    return _("Up to %(n)d pupils") % {"n": int(name)}


def tables(found: Facts) -> list[Table]:
    """Only what divides anybody, since one group alone is everybody, and shows some of it."""
    return [
        _table(way, title, rows, found["all"])
        for way, title, rows in labelled(found)
        if len(rows) > 1 and _tells(rows)
    ]


def untold(found: Facts) -> str:
    """The ways of dividing the staff of which nothing can be shown; empty when there is none."""
    out = [
        title[:1].lower() + title[1:]
        for _way, title, rows in labelled(found)
        if len(rows) > 1 and not _tells(rows)
    ]
    if not out:
        return ""
    return _("Nothing can be shown %(ways)s: too few people would stand behind it.") % {
        "ways": ", ".join(out)
    }


def _tells(rows: list[tuple[str, Facts]]) -> bool:
    return any(not shown.get("hidden") for _name, shown in rows)


def _table(way: str, title: str, rows: list[tuple[str, Facts]], everybody: Facts) -> Table:
    columns = [_("Group"), _("Of all staff"), _("Of those taking part"), _("Taking part")]
    lines = [
        [name, _of(shown, everybody, "of"), _of(shown, everybody, "count"), cell(shown)]
        for name, shown in rows
    ]
    return table(way, title, columns, [*lines, [_("All"), *_everybody(everybody)]], total=True)


def _everybody(cell_of: Facts) -> list[Any]:
    if cell_of.get("hidden"):
        return [HIDDEN, HIDDEN, HIDDEN]
    return [cell_of["of"], cell_of["count"], cell(cell_of)]


def _of(shown: Facts, everybody: Facts, key: str) -> Any:
    """The group's part of all staff (``of``) or of all who take part (``count``)."""
    if shown.get("hidden") or everybody.get("hidden"):
        return HIDDEN
    return share({"count": shown[key], "of": everybody[key]})


def charts(found: Facts) -> list[Chart]:
    rows = [
        (name, shown)
        for way, _title, groups in labelled(found)
        if way in ("groups", "hours", "career_stages")
        for name, shown in groups
        if not shown.get("hidden") and name != _("Not known")
    ]
    drawn = figures.reach(
        rows, found["all"], column=_("Group"), unequal=_("Who takes part differs by group")
    )
    return [drawn] if drawn else []


def least(found: Facts) -> str:
    """The groups of FEW or more that are reached least, and by how much less than everybody."""
    everybody = found["all"]
    if everybody.get("hidden") or not everybody["of"]:
        return _("Too few staff to say how many took part without pointing at somebody.")
    rows = [
        (shown["count"] / shown["of"], _apart(way, name), shown)
        for way, _title, groups in labelled(found)
        for name, shown in groups
        if not shown.get("hidden") and shown["of"] >= FEW
    ]
    if not rows:
        return _("No group is large enough to be compared with staff as a whole.")
    whole = everybody["count"] / everybody["of"]
    below = sorted((row for row in rows if row[0] < whole), key=lambda row: row[:2])[:2]
    if not below:
        return _("Of the groups that can be shown none is reached less than staff as a whole.")
    return _("Least reached: %(groups)s.") % {
        "groups": "; ".join(f"{name} {share(shown)}" for _part, name, shown in below)
    }


def _apart(way: str, name: str) -> str:
    """The group's name where no title says what it is one of: "Phase: Not applicable"."""
    if way in ("groups", "hours", "job_roles") and name != _("Not known"):
        return name
    ways = {
        "groups": _("Staff group"),
        "job_roles": _("Job role"),
        "hours": _("Hours"),
        "career_stages": _("Career stage"),
        "phases": _("Phase"),
        "sizes": _("Size of school"),
    }
    return f"{ways[way]}: {name}"


def unsaid(found: Facts) -> str:
    """How much of it can be told."""
    cells = [shown for _way, _title, groups in labelled(found) for _name, shown in groups]
    out = sum(bool(shown.get("hidden")) for shown in cells)
    if not out:
        return _("Every group is large enough to be shown.")
    return _("Groups not shown, because fewer than five people could be told from them: %(n)d.") % {
        "n": out
    }


def answers(found: Facts) -> list[dict[str, str]]:
    by_hours = dict(next(rows for way, _title, rows in labelled(found) if way == "hours"))
    part, full = by_hours.get(_("Part-time"), HIDDEN), by_hours.get(_("Full-time"), HIDDEN)
    beside = (
        _("Too few to set part-time beside full-time staff.")
        if part.get("hidden") or full.get("hidden")
        else _("Part-time: %(part)s. Full-time: %(full)s.")
        % {"part": share(part), "full": share(full)}
    )
    rows = (
        (_("Who takes part?"), school_says.missed({"all": found["all"]}), ""),
        (_("Who misses out?"), least(found), ""),
        (_("Part-time and full-time?"), beside, ""),
        (_("Is everybody in it?"), unsaid(found), ""),
    )
    return [
        {"question": question, "finding": finding, "detail": detail, "before": ""}
        for question, finding, detail in rows
    ]


def questions() -> list[str]:
    return [
        _("What keeps those from taking part who are reached least?"),
        _("Are sessions held at times when part-time and support staff are at work?"),
        _("Who is asked, and who decides who may go?"),
    ]


def caveats() -> list[str]:
    return [
        _("Not taking part is no fault: it may be chosen, or nobody may have asked."),
        _("A group is on the staff list; somebody who works in two schools counts in both."),
        _("What is not known is said to be not known; it never counts as zero."),
        _(
            "Groups of fewer than five people are not shown, nor figures that would give them "
            "away; there are no percentages of fewer than ten. Single people are never shown."
        ),
    ]
