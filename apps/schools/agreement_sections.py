"""The partnership agreement as a list of sections: what each holds and when it is complete."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from apps.schools.enums import AllianceMemberState
from apps.schools.models import Agreement, Contribution, Organisation


@dataclass(frozen=True, slots=True)
class Section:
    """``fields`` are columns of Agreement, all needed unless in ``optional``; ``rows`` names the
    related rows that belong to it."""

    slug: str
    title: StrPromise
    hint: StrPromise
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    rows: str = ""


SECTIONS: tuple[Section, ...] = (
    Section(
        "goals",
        gettext_lazy("Goals and values"),
        gettext_lazy("What the partnership is for."),
        rows="goals",
    ),
    Section(
        "parties",
        gettext_lazy("Parties"),
        gettext_lazy("For each party: its view of the goals, what it gives and gets, who signs."),
        rows="parties",
    ),
    Section(
        "leadership",
        gettext_lazy("Leadership"),
        gettext_lazy("Sponsor, coordinator and who leads what."),
        fields=("sponsor", "coordinator", "distributed_leads"),
    ),
    Section(
        "communication",
        gettext_lazy("Communication"),
        gettext_lazy("How you keep in touch, how often, and who sees to it."),
        fields=("communication", "communication_frequency", "communication_owner"),
    ),
    Section(
        "participation",
        gettext_lazy("Participation"),
        gettext_lazy("How people take part, become a team and stay keen."),
        fields=("participation", "enthusiasm"),
    ),
    Section(
        "equality",
        gettext_lazy("Equality"),
        gettext_lazy("Who may take part, and how part-timers and support staff can."),
        fields=("equality", "part_timers", "support_staff", "access"),
    ),
    Section(
        "obstacles",
        gettext_lazy("Obstacles"),
        gettext_lazy("What could stop you, and what must be cleared before you start."),
        rows="obstacles",
    ),
    Section(
        "success",
        gettext_lazy("Success"),
        gettext_lazy("How you will know that it worked, and how pupils’ and staff outcomes count."),
        fields=("success_criteria", "pupil_weight", "staff_weight"),
    ),
    Section(
        "evaluation",
        gettext_lazy("Evaluation and changes"),
        gettext_lazy("When you look at results, and how the plan is then changed."),
        fields=("adjustment",),
        rows="evaluation_dates",
    ),
    Section(
        "costs",
        gettext_lazy("Costs"),
        gettext_lazy("What it costs and who pays."),
        fields=("costs",),
    ),
    Section(
        "data",
        gettext_lazy("Data protection and safeguarding"),
        gettext_lazy("What is shared about people, and how everybody is kept safe."),
        fields=("data_annex", "safeguarding"),
    ),
    Section(
        "exit",
        gettext_lazy("Review and exit"),
        gettext_lazy("When you review the agreement, and how a party leaves."),
        fields=("review_and_exit",),
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def label_of(field: str) -> str:
    """The column's label with a capital: "How often"."""
    name = str(getattr(Agreement._meta.get_field(field), "verbose_name", field))
    return name[:1].upper() + name[1:]


def parties_of(agreement: Agreement) -> list[Organisation]:
    """The organisations that have joined now."""
    return list(
        Organisation.objects.filter(
            alliance_members__alliance=agreement.alliance_id,
            alliance_members__state=AllianceMemberState.JOINED,
        ).order_by("name")
    )


def contribution_is_complete(row: Contribution | None) -> bool:
    if row is None:
        return False
    gives = row.hours is not None or row.money is not None or row.expertise or row.hosting
    return bool(gives and row.expected_return and row.signatory)


def party_status(agreement: Agreement, party: Organisation) -> str:
    """ "not_started", "in_progress" or "complete"; uses prefetched goals and contributions."""
    row = next((c for c in agreement.contributions.all() if c.organisation_id == party.pk), None)
    goals = list(agreement.goals.all())
    taken = [g for g in goals if any(p.organisation_id == party.pk for p in g.positions.all())]
    if row is None and not taken:
        return "not_started"
    done = contribution_is_complete(row) and len(taken) == len(goals)
    return "complete" if done else "in_progress"


def status(agreement: Agreement, section: Section, parties: list[Organisation]) -> str:
    if section.rows == "parties":
        states = {party_status(agreement, party) for party in parties}
        return _overall(states)
    parts = [bool(getattr(agreement, f)) for f in section.fields if not f.endswith("_weight")]
    if section.rows == "obstacles":
        return "complete" if agreement.obstacles.all() or agreement.no_obstacles else "not_started"
    if section.rows:
        parts.append(bool(getattr(agreement, section.rows).all()))
    return _overall({"complete" if part else "not_started" for part in parts})


def missing(agreement: Agreement, parties: list[Organisation]) -> list[tuple[Section, str]]:
    """What must be filled in before it can go out, with the section to do it in."""
    found = [
        (section, _("%(section)s is not complete.") % {"section": section.title})
        for section in SECTIONS
        if section.rows != "parties" and status(agreement, section, parties) != "complete"
    ]
    found += [
        (BY_SLUG["parties"], _("%(party)s is not complete.") % {"party": party.name})
        for party in parties
        if party_status(agreement, party) != "complete"
    ]
    if len(parties) < 2:
        words = _("At least two organisations must have joined; now it is %(n)d.")
        found.append((BY_SLUG["parties"], words % {"n": len(parties)}))
    return found


def stored(agreement: Agreement, section: Section) -> dict[str, Any]:
    """What the section holds now, as plain values."""
    values: dict[str, Any] = {field: getattr(agreement, field) for field in section.fields}
    if section.rows == "goals":
        values["goals"] = [[g.pk, g.text] for g in agreement.goals.all()]
    if section.rows == "obstacles":
        values["obstacles"] = [
            [o.pk, o.text, o.mitigation, o.must_clear] for o in agreement.obstacles.all()
        ]
        values["no_obstacles"] = agreement.no_obstacles
    if section.rows == "evaluation_dates":
        values["dates"] = [[d.pk, str(d.day)] for d in agreement.evaluation_dates.all()]
    return values


def stored_party(agreement: Agreement, party: Organisation) -> dict[str, Any]:
    row = next((c for c in agreement.contributions.all() if c.organisation_id == party.pk), None)
    fields = ("hours", "money", "expertise", "hosting", "expected_return", "signatory")
    return {
        "contribution": [str(getattr(row, f)) for f in fields] if row else [],
        "positions": {
            str(g.pk): p.position
            for g in agreement.goals.all()
            for p in g.positions.all()
            if p.organisation_id == party.pk
        },
    }


def fingerprint(values: dict[str, Any]) -> str:
    """Changes whenever what is stored changes: the editor's form carries it."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _overall(states: set[str]) -> str:
    if not states or states == {"not_started"}:
        return "not_started"
    return "complete" if states == {"complete"} else "in_progress"
