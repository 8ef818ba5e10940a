"""What a CPD plan is held against: what each line must say, the balance, the purpose, the standard.

Plain Python over lines that have been read, so that a page asks the database nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audits.enums import NeedLevel, Purpose, Together

if TYPE_CHECKING:
    from apps.audits.models import Plan, PlanLine

PURPOSES = {
    Purpose.REQUIRED: gettext_lazy("Required from outside"),
    Purpose.CHOSEN: gettext_lazy("Chosen by the school"),
    Purpose.FREE: gettext_lazy("Chosen freely by those who learn"),
}
FEWEST_HOURS = 10  # below that a share says little, and hours are given instead

# The five parts of the DfE's standard for teachers' professional development (2016).
STANDARD = (
    (
        "pupils",
        gettext_lazy("It aims at what pupils learn, and looks at that afterwards"),
        gettext_lazy("Each line says what changes for pupils, and where we start from."),
    ),
    (
        "evidence",
        gettext_lazy("It rests on sound evidence and on people who know the subject"),
        gettext_lazy("Each line cites an audit or says why not; somebody expert takes part."),
    ),
    (
        "collaboration",
        gettext_lazy("People work together and are challenged by an expert"),
        gettext_lazy("Most time is spent with colleagues, some of it with somebody from outside."),
    ),
    (
        "sustained",
        gettext_lazy("It goes on over time"),
        gettext_lazy("Nothing is a single day: each line has a follow-up."),
    ),
    (
        "leaders",
        gettext_lazy("The school’s leaders put it first"),
        gettext_lazy("Time and money are named, and the head has signed."),
    ),
)


@dataclass(frozen=True, slots=True)
class Share:
    """One side of a balance: its lines and hours, and its part of all hours in per cent (None
    where there are too few hours to say)."""

    label: str
    lines: int
    hours: Decimal
    percent: int | None


@dataclass(frozen=True, slots=True)
class Balance:
    title: str
    shares: tuple[Share, ...]
    words: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Something without which the plan is not sent; of one line, or of the whole plan."""

    line: PlanLine | None
    words: str


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    words: str


def gaps(plan: Plan, lines: Sequence[PlanLine]) -> list[Gap]:
    """What is missing before the head can be asked to sign; empty: nothing."""
    if not lines:
        return [Gap(None, _("The plan has no lines yet."))]
    found = [Gap(line, words) for line in lines if (words := _missing(line))]
    if not plan.standard and not plan.standard_note.strip():
        found.append(
            Gap(None, _("Go through the five parts of the standard, and tick or explain them."))
        )
    return found


def _missing(line: PlanLine) -> str:
    wanted = {
        _("who sees to it"): line.owner_id,
        _("staff time"): line.hours is not None,
        _("cost"): line.cost is not None,
        _("what changes for pupils"): line.for_pupils,
        _("where we start from"): line.baseline,
        _("how we will know"): line.success,
        _("follow-up date"): line.follow_up_on,
    }
    missing = [name for name, value in wanted.items() if not value]
    return _("Still missing: %s.") % ", ".join(missing) if missing else ""


def balances(plan: Plan, lines: Sequence[PlanLine]) -> list[Balance]:
    return [_people(plan, lines), _together(lines)]


def _people(plan: Plan, lines: Sequence[PlanLine]) -> Balance:
    own = [line for line in lines if line.level == NeedLevel.INDIVIDUAL]
    others = [line for line in lines if line.level != NeedLevel.INDIVIDUAL]
    total = _hours(lines)
    wanted = (total * plan.reserve / 100).quantize(Decimal("0.1"))
    short = wanted - _hours(own)
    words = {"reserve": plan.reserve, "hours": _plain(max(short, Decimal()))}
    if short > 0:
        text = ngettext(
            "%(reserve)d%% of the time is to be kept for what individuals choose: "
            "%(hours)s hour is missing.",
            "%(reserve)d%% of the time is to be kept for what individuals choose: "
            "%(hours)s hours are missing.",
            1 if short == 1 else 2,  # half an hour is "0.5 hours"
        )
    else:
        text = _("At least %(reserve)d%% of the time is kept for what individuals choose.")
    shares = (
        _share(_("School, team and national"), others, total),
        _share(_("Individual"), own, total),
    )
    return Balance(_("School and individual"), shares, text % words, short <= 0 and bool(total))


def _together(lines: Sequence[PlanLine]) -> Balance:
    joint = [line for line in lines if line.together == Together.TOGETHER]
    alone = [line for line in lines if line.together == Together.ALONE]
    total = _hours(lines)
    ok = bool(total) and _hours(joint) * 2 >= total
    words = (
        _("At least half of the time is spent with colleagues.")
        if ok
        else _("Less than half of the time is spent with colleagues.")
    )
    shares = (
        _share(_("With colleagues"), joint, total),
        _share(_("On one’s own"), alone, total),
    )
    return Balance(_("Together and alone"), shares, words, ok)


def _share(label: str, lines: Sequence[PlanLine], total: Decimal) -> Share:
    hours = _hours(lines)
    percent = round(hours * 100 / total) if total >= FEWEST_HOURS else None
    return Share(label, len(lines), hours, percent)


def _hours(lines: Sequence[PlanLine]) -> Decimal:
    return sum((line.hours for line in lines if line.hours is not None), Decimal())


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def without_hours(lines: Sequence[PlanLine]) -> int:
    """Lines that the balance cannot count: nobody has said how long they take."""
    return sum(line.hours is None for line in lines)


def cost_of(lines: Sequence[PlanLine]) -> tuple[Decimal, int]:
    """What is known of the cost, and how many lines have not said theirs."""
    known = [line.cost for line in lines if line.cost is not None]
    return sum(known, Decimal()), len(lines) - len(known)


def hours_of(lines: Sequence[PlanLine]) -> Decimal:
    return _hours(lines)


def purpose_checks(lines: Sequence[PlanLine]) -> list[Check]:
    """What the plan is for, in honest counts."""
    n = len(lines)
    if not n:
        return []
    required = sum(line.purpose == Purpose.REQUIRED for line in lines)
    pupils = sum(bool(line.for_pupils) for line in lines)
    served = sum(line.goal_id is not None for line in lines)
    cited = sum(line.evidence_id is not None for line in lines)
    return [
        _count(pupils, n, _("Say what changes for pupils"), pupils == n),
        _count(served, n, _("Serve a priority or goal of the school"), served == n),
        _count(cited, n, _("Rest on an audit; the others say why not"), cited * 2 >= n),
        _count(required, n, _("Required from outside"), required * 2 <= n),
    ]


def _count(k: int, n: int, words: str, ok: bool) -> Check:
    count = ngettext("%(k)d of %(n)d line", "%(k)d of %(n)d lines", n) % {"k": k, "n": n}
    return Check(ok, f"{words}: {count}")


def review_days(year: int) -> tuple[date, date, date]:
    """When a plan of the academic year is looked at again: near the end of each term."""
    return date(year, 12, 10), date(year + 1, 3, 20), date(year + 1, 7, 5)
