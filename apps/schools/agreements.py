"""What an agreement means for others: who has signed, what blocks working together, what
changed between versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.schools.agreement_sections import SECTIONS, label_of
from apps.schools.enums import Role
from apps.schools.models import (
    Agreement,
    Alliance,
    AllianceMember,
    Contribution,
    Membership,
    Obstacle,
    Organisation,
    Signature,
)


@dataclass(frozen=True, slots=True)
class PartySignature:
    """A party that has joined, with its signature on the version, if any."""

    organisation: Organisation
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


def blocks_to_working_together(
    alliance: Alliance, organisations: Sequence[Organisation]
) -> list[str]:
    """Why these organisations may not yet work together in this alliance; empty when they may.

    Every reason names what is missing and who can put it right. One query, and two more for
    the names.
    """
    agreement = _out_version(alliance, organisations)
    if agreement is None:
        return [
            _("%(alliance)s has no partnership agreement out for signature; %(who)s can send one.")
            % {"alliance": alliance.name, "who": _coordinators(alliance)}
        ]
    absent = [o for o in organisations if o.pk not in agreement.joined]
    there = [o for o in organisations if o.pk in agreement.joined]
    unsigned = [o for o in there if o.pk not in agreement.signed]
    heads = _heads([*absent, *unsigned]) if absent or unsigned else {}
    return [
        *(_not_joined(alliance, school, heads) for school in absent),
        *(_not_signed(agreement, school, heads) for school in unsigned),
        *_uncleared(agreement.to_clear, alliance),
    ]


def _out_version(alliance: Alliance, organisations: Sequence[Organisation]) -> Any:
    """The version that is out for signature, with ``joined`` and ``signed``, keys of those of
    ``organisations`` that have, and ``to_clear``, the obstacles in the way; None without one."""
    here = AllianceMember.objects.joined().filter(organisation__in=organisations).order_by()
    signatures = Signature.objects.filter(organisation__in=organisations)
    obstacles = Obstacle.objects.filter(must_clear=True, cleared_at=None)
    rows = Agreement.objects.out().filter(alliance=alliance)
    return rows.annotate(
        joined=ArraySubquery(here.filter(alliance=OuterRef("alliance")).values("organisation_id")),
        signed=ArraySubquery(signatures.filter(agreement=OuterRef("pk")).values("organisation_id")),
        to_clear=ArraySubquery(obstacles.filter(agreement=OuterRef("pk")).values("text")),
    ).first()


def signatures_of(agreement: Agreement) -> list[PartySignature]:
    """Every party that has joined or has signed, by name."""
    signed = {s.organisation_id: s for s in agreement.signatures.select_related("organisation")}
    parties = {
        m.organisation_id: m.organisation
        for m in AllianceMember.objects.joined()
        .filter(alliance=agreement.alliance_id)
        .select_related("organisation")
    } | {s.organisation_id: s.organisation for s in signed.values()}
    ordered = sorted(parties.values(), key=lambda o: o.name)
    return [PartySignature(party, signed.get(party.pk)) for party in ordered]


def everybody_has_signed(agreement: Agreement) -> bool:
    return not AllianceMember.objects.filter(alliance=agreement.alliance_id).unsigned().exists()


def differences(before: Agreement, after: Agreement) -> list[Change]:
    """What changed in the wording, in the order of the sections; both with their parts."""
    old, new = _flat(before), _flat(after)
    return [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in [*new, *(label for label in old if label not in new)]
        if old.get(label, "") != new.get(label, "")
    ]


def contribution_lines(row: Contribution) -> list[tuple[str, str]]:
    """Label and value of what a party gives and expects; what is missing is left out."""
    money = f"£{row.money:,.2f}".removesuffix(".00") if row.money is not None else ""
    pairs = [
        (_("Hours a year"), str(row.hours) if row.hours is not None else ""),
        (_("Money a year"), money),
        (_("Expertise"), row.expertise),
        (_("Hosting"), row.hosting),
        (_("Expects in return"), row.expected_return),
        (_("Signs"), row.signatory),
    ]
    return [(label, value) for label, value in pairs if value]


def _flat(agreement: Agreement) -> dict[str, str]:
    texts = {
        label_of(field): str(getattr(agreement, field))
        for section in SECTIONS
        for field in section.fields
    }
    goals = list(agreement.goals.all())
    texts[_("Goals and values")] = "\n".join(goal.text for goal in goals)
    texts[_("Obstacles")] = "\n".join(
        f"{o.text} ({_('must be cleared')})" if o.must_clear else o.text
        for o in agreement.obstacles.all()
    )
    texts[_("Evaluation dates")] = "\n".join(str(d.day) for d in agreement.evaluation_dates.all())
    for row in agreement.contributions.all():
        lines = [f"{label}: {value}" for label, value in contribution_lines(row)]
        lines += [
            f"{goal.text}: {position.get_position_display()}"
            for goal in goals
            for position in goal.positions.all()
            if position.organisation_id == row.organisation_id
        ]
        texts[row.organisation.name] = "\n".join(lines)
    return texts


def _not_joined(alliance: Alliance, school: Organisation, heads: dict[int, str]) -> str:
    return _("%(school)s has not joined %(alliance)s; %(who)s can confirm that it joins.") % {
        "school": school.name,
        "alliance": alliance.name,
        "who": heads.get(school.pk) or _("its head"),
    }


def _not_signed(agreement: Agreement, school: Organisation, heads: dict[int, str]) -> str:
    return _("%(school)s has not signed version %(number)d of the agreement; %(who)s can sign.") % {
        "school": school.name,
        "number": agreement.number,
        "who": heads.get(school.pk) or _("its head"),
    }


def _uncleared(obstacles: Sequence[str], alliance: Alliance) -> list[str]:
    if not obstacles:
        return []
    who = _coordinators(alliance)
    return [
        _("“%(obstacle)s” must be cleared first; %(who)s can mark it as cleared.")
        % {"obstacle": text, "who": who}
        for text in obstacles
    ]


def _heads(organisations: Iterable[Organisation]) -> dict[int, str]:
    rows = (
        Membership.objects.current()
        .filter(organisation__in=list(organisations), role=Role.HEAD, person__is_active=True)
        .select_related("person")
    )
    names: dict[int, str] = {}
    for row in rows:
        names.setdefault(row.organisation_id or 0, row.person.name)
    return names


def _coordinators(alliance: Alliance) -> str:
    people = Person.objects.active().filter(
        memberships__in=Membership.objects.current().filter(
            alliance=alliance, role=Role.COORDINATOR
        )
    )
    return ", ".join(person.name for person in people) or _("its coordinator")
