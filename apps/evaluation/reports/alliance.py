"""The alliance's report: what its schools did together in one period, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.ui.dates import day, moment
from apps.evaluation.models import Report
from apps.evaluation.process import log
from apps.evaluation.reports.base import ALLIANCE, Facts, ReportKind, in_alliance, section
from apps.evaluation.snapshot import (
    figures,
    findings,
    needs,
    partnership,
    people,
    tables,
    value,
    verdicts,
    work,
)
from apps.evaluation.snapshot.frame import Frame
from apps.schools.enums import Role

MAKERS = in_alliance(Role.COORDINATOR)
READERS = in_alliance(Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR)
REFUSAL = gettext_lazy("Reports are made by the coordinator of the alliance.")


def frame_of(report: Report, at: datetime) -> Frame:
    assert report.alliance is not None
    return Frame(alliance=report.alliance, start=report.period_start, end=report.period_end, at=at)


def _says(facts: Facts, frame: Frame, before: Facts | None) -> Facts:
    return {
        "headline": findings.headline(facts),
        "answers": findings.answers(facts, before),
        "questions": findings.questions(facts),
        "decisions": findings.decisions(facts),
        "sections": _sections(facts),
        "named": _named(facts),
        "caveats": findings.caveats(facts),
        "sources": _sources(frame),
    }


def _sections(facts: Facts) -> list[Facts]:
    found, people_found, together = facts["outcomes"], facts["people"], facts["partnership"]
    return [
        section(
            "done",
            _("What was done"),
            findings.held(facts["sessions"]),
            [tables.activities(facts["activities"]), tables.time(facts)],
            chart="activities",
        ),
        section(
            "people",
            _("Who took part"),
            findings.unreached(people_found),
            [
                tables.by_school(people_found["by_school"]),
                tables.by_hours(people_found["by_hours"]),
            ],
            chart="reach",
        ),
        section("results", _("What changed"), _result(found), _results(found)),
        section("value", value.title(), value.finding(), value.tables(found["value"])),
        section(
            "evidence",
            _("How strong the evidence is"),
            _("Reactions are quick to ask; what pupils gain takes longest and counts most."),
            [verdicts.evidence(found["evidence"])],
            chart="evidence",
        ),
        section(
            "promises",
            _("Promises"),
            findings.kept(facts["promises"]),
            [tables.promises(facts["promises"])],
        ),
        section("needs", _("Needs"), _needs(facts["needs"]), [tables.needs(facts["needs"])]),
        section(
            "partnership",
            _("The partnership"),
            _partnership(together),
            [
                tables.partnership(together),
                tables.obstacles(together),
                log.table(facts["adjustments"]),
            ],
        ),
    ]


def _named(facts: Facts) -> list[Facts]:
    """What sentences say of single schools: nobody takes part, the agreement waits for it."""
    without = [row["id"] for row in findings.without_anybody(facts["people"])]
    kinds = (
        (
            "people",
            "nobody",
            without,
            _("Nobody takes part"),
            _("It is among the schools of which nobody has taken part yet."),
        ),
        (
            "partnership",
            "unsigned",
            facts["partnership"]["waiting_ids"],
            _("Not signed"),
            _("It is among the schools that the agreement waits for."),
        ),
    )
    return [
        {"school": pk, "section": section, "name": name, "title": title, "text": text}
        for section, name, schools, title, text in kinds
        for pk in schools
    ]


def _results(found: Facts) -> list[Facts]:
    whole = found["overall"]
    first = [verdicts.overall(whole)] if whole["parts"] else []
    return first + [verdicts.outcome(activity) for activity in found["activities"]]


def _sources(frame: Frame) -> list[str]:
    return [
        _("Activities shared by the alliance's schools that were there between %(start)s and "
          "%(end)s, with the states they had on %(at)s.")
        % {"start": day(frame.start), "end": day(frame.end), "at": moment(frame.at)},
        _("Measurements dated up to %(end)s, the newest of each criterion.")
        % {"end": day(frame.end)},
        _("Staff lists, sessions and shared promises of the same days; needs audits that were "
          "open in them, results of those that have closed."),
    ]  # fmt: skip


def _result(found: Facts) -> str:
    whole = found["overall"]
    if not found["criteria"]["agreed"]:
        return _("No activity has success criteria yet, so there is nothing to judge by.")
    words = verdicts.score_words(whole["score"], whole["evaluable_weight"], 100)
    text = _("By the agreement's weights: %(words)s.") % {"words": words}
    if found["not_listed"]:
        more = _("%(n)d further activities are in the counts only.") % {"n": found["not_listed"]}
        text = f"{text} {more}"
    return text


def _needs(found: Facts) -> str:
    if not found["audits"]:
        return _("No needs audit was open.")
    people = found["people"]
    if people.get("hidden"):
        return _("Needs audits: %(n)d. Too few people were asked to say how many answered.") % {
            "n": found["audits"]
        }
    return _("Needs audits: %(n)d. %(answered)d of %(asked)d people answered.") % {
        "n": found["audits"], "answered": people["count"], "asked": people["of"],
    }  # fmt: skip


def _partnership(found: Facts) -> str:
    if found["agreement"] is None:
        return _("No agreement is out for signature.")
    words = _("%(signed)d of %(joined)d that have joined have signed version %(n)d.") % {
        "signed": found["signed"], "joined": found["joined"], "n": found["agreement"],
    }  # fmt: skip
    if found["versions"]:
        words += " " + _("Versions sent out in this period: %(n)d.") % {"n": found["versions"]}
    return words


KIND = ReportKind(
    slug="alliance",
    name=gettext_lazy("Evaluation of the alliance"),
    purpose=gettext_lazy("What the schools did together, who took part and what changed."),
    subject=ALLIANCE,
    makers=MAKERS,
    readers=READERS,
    refusal=REFUSAL,
    title=lambda alliance: _("Evaluation of %(alliance)s") % {"alliance": alliance.name},
    file="evaluation",
    frame=frame_of,
    sources={
        "partnership": partnership.facts,
        "adjustments": log.facts,
        "activities": work.activities,
        "sessions": work.sessions,
        "release": work.release,
        "promised": work.promised,
        "promises": work.promises,
        "people": people.facts,
        "outcomes": value.of_alliance,
        "needs": needs.facts,
    },
    charts=figures.charts,
    says=_says,
    has_lines=True,
)
