"""The charts of released results: each says what it shows, in words, and has its table."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audits.models import Audit, Question, ReleasedChart
from apps.audits.results import parts
from apps.audits.results.parts import Gap
from apps.audits.results.sources import Source, released
from apps.audits.results.trend import Line, trend_of_school
from apps.core.charts import Chart, as_dict, bars, draw

BARS = 10
TREND = "trend"
TOPICS = 5  # of the leaders' chart: two bars each
TOPIC = 40  # characters of a topic before whose bar it is


def draw_once(audit: Audit) -> int:
    """Draw and keep the charts of a released audit; how many. Raises DrawingError."""
    source = released(audit)
    if source is None or audit.charts.exists():
        return 0
    found = charts(source)
    drawings = draw(found)
    ReleasedChart.objects.bulk_create(
        ReleasedChart(audit=audit, name=chart.name, data=as_dict(chart, drawings[chart.name]))
        for chart in found
    )
    return len(found)


def kept_charts(audit: Audit) -> QuerySet[ReleasedChart, Any]:
    """The kept charts that everybody who reads the results may see."""
    found = audit.charts.filter(organisation=None)
    return found.exclude(name=TREND) if audit.alliance_id else found


def charts(source: Source) -> list[Chart]:
    found = [needs(source), leaders(source), statements(source), over_time(source)]
    found += [_choice(row) for row in parts.choices(source)]
    return [chart for chart in found if chart is not None]


def needs(source: Source) -> Chart | None:
    rows = [row for row in parts.ranked(source) if not row["few"]]
    if not rows:
        return None
    elsewhere = rows[0]["as_asked"]  # then all are
    shown = [row for row in rows if row["as_asked"] == elsewhere][:BARS]
    title = _("Biggest need: %(topic)s, %(need).2f")
    if not elsewhere:
        title = _("Biggest need: %(topic)s, %(need).2f of 16")
    figures = [(row["name"], row["all"]["need"], f"{row['all']['need']:.2f}") for row in shown]
    return Chart(
        name="needs",
        title=title % {"topic": rows[0]["name"], "need": rows[0]["all"]["need"]},
        alt="; ".join(f"{name}: {text}" for name, _number, text in figures),
        columns=[_("Topic"), _("Mean need"), _("Answers")],
        rows=[[row["name"], row["all"]["need"], row["all"]["n"]] for row in shown],
        spec=bars(figures),
        note=_more(len(rows) - len(shown)),
    )


def leaders(source: Source) -> Chart | None:
    rows = [gap for gap in parts.gaps(source) if gap.is_need]
    if not rows:
        return None
    shown = rows[:TOPICS]
    figures = []
    for gap in shown:
        label = Truncator(gap.label).chars(TOPIC)
        figures.append((f"{label}: {_('leaders')}", gap.leaders, f"{gap.leaders:.1f}"))
        figures.append((f"{label}: {_('staff')}", gap.staff, f"{gap.staff:.1f}"))
    return Chart(
        name="leaders",
        title=gap_words(rows[0]),
        alt="; ".join(f"{label}: {text}" for label, _number, text in figures),
        columns=[_("Topic"), _("Leaders"), _("Staff who do not lead")],
        rows=[[gap.label, gap.leaders, gap.staff] for gap in shown],
        spec=bars(figures),
        note=_more(len(rows) - TOPICS),
    )


def gap_words(gap: Gap) -> str:
    """The finding of leaders against staff."""
    if not gap.gap:
        return _("Leaders and staff agree on “%(label)s”") % {"label": gap.label}
    values = {"label": gap.label, "gap": abs(gap.gap)}
    if gap.gap > 0:
        return _("“%(label)s”: leaders are %(gap).1f higher than staff") % values
    return _("“%(label)s”: staff are %(gap).1f higher than leaders") % values


def statements(source: Source) -> Chart | None:
    rows = [row for row in parts.scales(source) if row["n"]]
    if not rows:
        return None
    rows.sort(key=lambda row: row["mean"] / row["question"].steps)
    shown = rows[:BARS]
    figures = [
        (row["question"].text, row["mean"], f"{row['mean']:.1f} / {row['question'].steps}")
        for row in shown
    ]
    return Chart(
        name="statements",
        title=_("Lowest: “%(text)s”") % {"text": rows[0]["question"].text},
        alt="; ".join(f"{text}: {figure}" for text, _number, figure in figures),
        columns=[_("Question"), _("Mean"), _("Answers")],
        rows=[[row["question"].text, row["mean"], row["n"]] for row in shown],
        spec=bars(figures),
        note=_more(len(rows) - BARS),
    )


def over_time(source: Source) -> Chart | None:
    """What changed most since the audit before, in each audit that asked it."""
    found = trend_of_school(source.audit)
    if found is None:
        return None
    line = found.most_moved
    known = [(day, at) for day, at in zip(found.days, line.points, strict=True) if at.mean]
    figures = [(date_format(day, "j M Y"), at.mean, f"{at.mean:.1f}") for day, at in known]
    return Chart(
        name=TREND,
        title=change_words(line),
        alt="; ".join(f"{label}: {text}" for label, _number, text in figures),
        columns=[_("Audit of"), _("Mean"), _("Answers")],
        rows=[[date_format(day, "j M Y"), at.mean, at.n] for day, at in known],
        spec=bars(figures),
        note=_("Other people may have answered before."),
    )


def change_words(line: Line) -> str:
    """The finding of a line of the trend."""
    change = line.change
    if not change:
        return _("“%(label)s” is where it was") % {"label": line.label}
    values = {"label": line.label, "change": abs(change)}
    if change > 0:
        return _("Changed most: “%(label)s”, %(change).1f higher") % values
    return _("Changed most: “%(label)s”, %(change).1f lower") % values


def choice_name(question: Question) -> str:
    return f"choice-{question.code}"[:80]


def _choice(row: dict[str, Any]) -> Chart | None:
    shown = [option for option in row["options"] if option["n"]][:BARS]
    if not shown:
        return None
    figures = [(option["label"], option["n"], str(option["n"])) for option in shown]
    return Chart(
        name=choice_name(row["question"]),
        title=_("%(text)s Most often: %(label)s")
        % {"text": row["question"].text, "label": shown[0]["label"]},
        alt="; ".join(f"{label}: {text}" for label, _number, text in figures),
        columns=[_("Answer"), _("People")],
        rows=[[x["label"], x["n"]] for x in row["options"] if x["n"] is not None],
        spec=bars(figures),
        note=_("%(n)d answered. Answers that fewer than five chose are not shown.")
        % {"n": row["n"]},
    )


def _more(n: int) -> str:
    if n <= 0:
        return ""
    return ngettext(
        "%(n)d more is in the table below.", "%(n)d more are in the table below.", n
    ) % {"n": n}
