"""What the figures of a school say, in plain sentences: for its report and for its governors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.ui.dates import day
from apps.evaluation.snapshot import findings
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.evaluation.snapshot.people import FULL, PART
from apps.evaluation.snapshot.school_people import HIDDEN, UNSAID
from apps.evaluation.snapshot.tables import Facts, Table, cell, table
from apps.evaluation.snapshot.wording import hours, pounds, share
from apps.evaluation.suppression import FEW
from apps.schools.enums import JobRole, Role

LITTLE = 0.7  # less than this of the planned hours is worth a question
FAR = 0.2  # so much less than everybody is, too


# The figures that stand beside those of the time before


def headline(facts: Facts) -> Facts:
    """None is not known; hidden and shares are as in the facts."""
    people, out, kept = facts["people"], facts["release"], facts["promises"]
    sessions, pupils = facts["sessions"], facts["outcomes"]["pupils"]
    time = {"hidden": True} if out["hidden"] else None
    return {
        "activities": facts["activities"]["total"],
        "sessions": {
            "count": sessions["held"],
            "of": sum(sessions[name] for name in ("held", "not_marked", "to_come")),
        },
        "hours_held": sessions["hours_held"],
        "promises": {"hidden": True}
        if kept["hidden"]
        else {"count": kept["done"], "of": kept["due"]},
        "people": people["all"],
        "teachers": people["groups"][Role.TEACHER],
        "support": people["groups"][Role.SUPPORT],
        "part_time": people["hours"][PART],
        "out_planned": time or out["planned"],
        "out_used": time or out["used"],
        "pounds": time or out["pounds"],
        "pupils_met": {"count": pupils["met"], "of": pupils["agreed"]},
        "pupils_nearer": {"count": pupils["partly_met"], "of": pupils["agreed"]},
        "pupils_judged": {"count": pupils["evaluable"], "of": pupils["agreed"]},
    }


def labels() -> dict[str, str]:
    return {
        "activities": _("Activities"),
        "sessions": _("Sessions held, of those planned"),
        "hours_held": _("Hours of sessions held"),
        "promises": _("Promises kept, of those due"),
        "people": _("Staff taking part"),
        "teachers": _("Teachers taking part"),
        "support": _("Support staff taking part"),
        "part_time": _("Part-time staff taking part"),
        "out_planned": _("Hours out of class or off duty, planned"),
        "out_used": _("Hours out of class or off duty, used"),
        "pounds": _("Pounds, spent or to be spent, as far as known"),
        "pupils_met": _("Measures about pupils that reached their target"),
        "pupils_nearer": _("Measures about pupils that moved nearer to it"),
        "pupils_judged": _("Measures about pupils that can be judged"),
    }


def beside(
    name: str,
    title: str,
    facts: Facts,
    frame: SchoolFrame,
    before: Facts | None,
    keys: Sequence[str] = (),
) -> Table:
    """These figures (all of them without ``keys``) and those of the time before, if known."""
    now, then = headline(facts), before["headline"] if before else {}
    named = labels()
    rows = [
        [named[key], _shown(now[key]), *([_shown(then.get(key))] if before else [])]
        for key in keys or now
    ]
    columns = ["", _days(frame.start, frame.end)]
    if before:
        columns.append(_days(*(date.fromisoformat(before[name]) for name in ("start", "end"))))
    return table(name, title, columns, rows)


def no_before(before: Facts | None) -> str:
    if before is not None:
        return ""
    return _("There is no report of an earlier time to set beside it.")


def _days(first: date, last: date) -> str:
    """Short enough for a column."""
    known = "j M" if first.year == last.year else "j M Y"
    return " – ".join(
        (date_format(first, known, use_l10n=False), date_format(last, "j M Y", use_l10n=False))
    )


def _shown(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return _("none") if value.get("of") == 0 else cell(value)


# The four questions


def answers(facts: Facts) -> list[dict[str, str]]:
    people, spent = facts["people"], facts["release"]
    rows = (
        (
            _("Done as promised?"),
            findings.held(facts["sessions"]),
            findings.kept(facts["promises"]),
        ),
        (_("Who missed out?"), missed(people), least_reached(people)),
        (_("What did it cost?"), cost(spent), money(spent, facts["promised"])),
        (
            _("What changed for pupils?"),
            findings.changed(facts["outcomes"]),
            _("Figures before and after do not show what caused a change."),
        ),
    )
    return [
        {"question": question, "finding": finding, "detail": detail, "before": ""}
        for question, finding, detail in rows
    ]


def missed(people: Facts) -> str:
    everybody = people["all"]
    if everybody.get("hidden"):
        return _("Too few staff to say how many took part without pointing at somebody.")
    if not everybody["of"]:
        return _("The staff list is empty, so nobody can be counted.")
    out = everybody["of"] - everybody["count"]
    took = _("Staff: %(share)s took part.") % {"share": share(everybody)}
    if not out:
        return took
    left = ngettext("%(n)d has not yet.", "%(n)d have not yet.", out) % {"n": out}
    return f"{took} {left}"


def least_reached(people: Facts) -> str:
    found = _least(people)
    if found is None:
        return ""
    name, shown = found
    return _("Least reached: %(group)s, %(share)s.") % {
        "group": name.lower(),
        "share": share(shown),
    }


def groups(people: Facts) -> list[tuple[str, Facts]]:
    return [
        (_("Teachers"), people["groups"][Role.TEACHER]),
        (_("Support staff"), people["groups"][Role.SUPPORT]),
        (_("Full-time staff"), people["hours"][FULL]),
        (_("Part-time staff"), people["hours"][PART]),
    ]


def job_roles(people: Facts) -> list[tuple[str, Facts]]:
    """One that teachers and support staff both have is named with its group."""
    names = [row["name"] for row in people["job_roles"]]
    both = {name for name in names if names.count(name) > 1}
    return [
        (_job_role(row["name"], row["group"] if row["name"] in both else ""), row["cell"])
        for row in people["job_roles"]
    ]


def _job_role(name: str, group: str) -> str:
    label = _("Job role not known") if name == UNSAID else str(JobRole(name).label)
    if not group:
        return label
    among = _("support staff") if group == Role.SUPPORT else _("teachers")
    return _("%(role)s (%(group)s)") % {"role": label, "group": among}


def _least(people: Facts) -> tuple[str, Facts] | None:
    """The group of FEW or more of whom the smallest part takes part, if it is less than all."""
    everybody = people["all"]
    if everybody.get("hidden") or not everybody["of"]:
        return None
    known = [*groups(people), *job_roles(people)]
    shown = [(name, c) for name, c in known if not c.get("hidden") and c["of"] >= FEW]
    if not shown:
        return None
    found = min(shown, key=lambda row: _part(row[1]))
    return found if _part(found[1]) < _part(everybody) else None


def _part(shown: Facts) -> float:
    return float(shown["count"] / shown["of"])


def cost(out: Facts) -> str:
    if out["hidden"]:
        return _("Fewer than five people were out of class or off duty: their time is not shown.")
    if out["planned"] is None:
        return _("No time out of class or off duty is recorded for these days.")
    if isinstance(out["planned"], dict) and isinstance(out["used"], int | float):
        return _(
            "Staff were out of class or off duty for %(used)s. What was planned is not shown: too "
            "few people would stand behind it."
        ) % {"used": hours(out["used"])}
    if isinstance(out["planned"], dict):
        return _("Too few people stand behind the time out of class or off duty to show it.")
    if isinstance(out["used"], dict):
        return _(
            "Of time out of class or off duty %(planned)s were planned. Too few people stand "
            "behind what was used to show it."
        ) % {"planned": hours(out["planned"])}
    return _("Staff were out of class or off duty for %(used)s; %(planned)s were planned.") % {
        "used": hours(out["used"]),
        "planned": hours(out["planned"]),
    }


def money(out: Facts, gives: Facts) -> str:
    found = []
    if isinstance(out["pounds"], dict):
        found.append(_("Too few people stand behind the money to show it."))
    elif out["pounds"] is not None:
        found.append(
            _("Cover, travel, extra pay and fees: £%(n)s as far as known.")
            % {"n": pounds(out["pounds"])}
        )
    elif not out["hidden"]:
        found.append(_("No money has been recorded."))
    if out["unpriced"] == HIDDEN:
        found.append(_("Some costs are not known yet."))
    elif out["unpriced"]:
        found.append(
            ngettext(
                "%(n)d cost is not known yet.", "%(n)d costs are not known yet.", out["unpriced"]
            )
            % {"n": out["unpriced"]}
        )
    if gives["hours"]:
        found.append(
            _("The school has promised %(hours)s a year to its partners.")
            % {"hours": hours(gives["hours"])}
        )
    return " ".join(found)


# Three questions to ask


def questions(facts: Facts) -> list[str]:
    usual = [
        _("Which of these activities would we start again, knowing what we know now?"),
        _("What do pupils, rather than staff, say has changed?"),
        _("What would we stop doing, to make room for what works?"),
    ]
    return [*(text for text in _pressing(facts) if text), *usual][: findings.ASKED]


def _pressing(facts: Facts) -> list[str]:
    promises, outcomes, out = facts["promises"], facts["outcomes"], facts["release"]
    pupils, waiting = outcomes["pupils"], outcomes["criteria"]["not_evaluable"]
    return [
        _("Why are %(n)d promises overdue, and what would help their owners?")
        % {"n": promises["overdue"]}
        if promises.get("overdue", 0) > 1
        else "",
        _gap(facts["people"]),
        _("How shall we know what changed for pupils, when no measure has been agreed?")
        if facts["activities"]["total"] and not pupils["agreed"]
        else "",
        _("When shall we be able to judge the %(n)d measures that cannot be judged yet?")
        % {"n": waiting}
        if waiting > 1
        else "",
        _("Why was so much less time used than planned: could people not be spared?")
        if _is_little(out["used"], out["planned"])
        else "",
        _("Some sessions are past and nobody has said whether they were held: were they?")
        if facts["sessions"]["not_marked"]
        else "",
    ]


def _is_little(used: Any, planned: Any) -> bool:
    if not planned or isinstance(planned, dict) or isinstance(used, dict):
        return False
    return bool((used or 0) < LITTLE * planned)


def _gap(people: Facts) -> str:
    found = _least(people)
    if found is None or _part(people["all"]) - _part(found[1]) < FAR:
        return ""
    return _("Why do so few take part of this group: %(group)s? What would make room for them?") % {
        "group": found[0].lower()
    }


# How to read it


def caveats(compared: str = "") -> list[str]:
    """``compared`` is what an activity's own report says of its comparison groups."""
    return [
        compared or findings.not_compared(),
        _(
            "Who takes part is not chosen at random, classes and staff change during a year, and "
            "much of it is what people say about themselves."
        ),
        _("What is not known is said to be not known; it never counts as zero."),
        _(
            "Groups of fewer than five people are not shown, nor figures that would give them "
            "away; there are no percentages of fewer than ten. Single people are never shown."
        ),
        findings.written(),
    ]


def sources(frame: SchoolFrame) -> list[str]:
    return [
        _("Activities that the school leads or its staff take part in, alone or with other "
          "schools, that were there between %(start)s and %(end)s.")
        % {"start": day(frame.start), "end": day(frame.end)},
        _("Its staff list, sessions, shared promises and time out of class or off duty of the same "
          "days; measurements dated up to %(end)s, the newest of each measure.")
        % {"end": day(frame.end)},
    ]  # fmt: skip
