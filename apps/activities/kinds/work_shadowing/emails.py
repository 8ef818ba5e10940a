"""Letters and notices of shadowing rounds. No goal and no reason stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.emails import _letter
from apps.activities.engine.notify import _mail, _notice
from apps.activities.kinds.base import Text
from apps.activities.kinds.work_shadowing.enums import ApplicationState, PlacementState
from apps.activities.kinds.work_shadowing.models import Application, Placement, ShadowingRound
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.notices import notice_words
from apps.core.ui import dates
from apps.schools.enums import Role
from apps.schools.models import AllianceMember, Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person

Row = ShadowingRound | Application | Placement
APPLICATION, PLACEMENT, ROUND = "shadowing_application", "shadowing_placement", "shadowing_round"


def opened(row: ShadowingRound) -> None:
    joined = AllianceMember.objects.joined().filter(alliance=row.alliance)
    rows = Membership.objects.current().filter(
        organisation_id__in=joined.values("organisation_id"), role__in=(Role.CPD_LEAD, Role.HEAD)
    )
    people = {r.person_id: r.person for r in rows.select_related("person")}
    _tell(people.values(), "shadowing_opened", row)


def asked(row: Application, heads: Iterable[Person]) -> None:
    _tell(heads, "shadowing_asked", row)


def decided(row: Application) -> None:
    yes = row.state == ApplicationState.APPROVED
    kind = "shadowing_approved" if yes else "shadowing_not_approved"
    _tell([row.person], kind, row, times=f"{row.decided_at:%Y%m%d%H%M%S}")


def published(row: Placement, people: Iterable[Person]) -> None:
    _tell(people, "shadowing_published", row)


def refused(row: Placement, people: Iterable[Person]) -> None:
    rows = Membership.objects.current().filter(
        alliance_id=row.round.alliance_id, role=Role.COORDINATOR
    )
    coordinators = [r.person for r in rows.select_related("person")]
    everybody = {person.pk: person for person in [*people, *coordinators]}
    _tell(everybody.values(), "shadowing_refused", row)


def settled(row: Placement, people: Iterable[Person]) -> None:
    _tell(people, "shadowing_settled", row)


def _tell(people: Iterable[Person], kind: str, row: Row, *, times: str = "once") -> None:
    url = reverse(f"activities:{KINDS[kind].page}", args=[row.public_id])
    for person in people:
        if person.is_active:
            _notice(person, kind, row.public_id, url, times)
            _mail(person, kind, f"{row.pk}:{person.pk}:{times}", row=row.pk)


@dataclass(frozen=True, slots=True)
class Told:
    """``subject`` and ``more`` are filled in from ``facts``; out of ``states`` (any, where none is
    named) the row is no longer worth a letter. ``own`` are the subjects for whoever a placement is
    about, the one who shadows and the host."""

    model: type[Row]
    page: str
    along: tuple[str, ...]
    facts: Callable[[Any], dict[str, str]]
    subject: Text
    more: Text
    states: tuple[str, ...] = ()
    own: tuple[Text, Text] | None = None

    def subject_for(self, row: Row, person: Person | None) -> Text:
        if self.own is None or not isinstance(row, Placement) or person is None:
            return self.subject
        about = {row.application.person_id: self.own[0], row.offer.host_id: self.own[1]}
        return about.get(person.pk, self.subject)


def _of_round(row: ShadowingRound) -> dict[str, str]:
    return {"name": row.name, "day": dates.day(row.closes_on)}


def _of_application(row: Application) -> dict[str, str]:
    return {"name": row.person.name}


def _of_placement(row: Placement) -> dict[str, str]:
    return {
        "shadow": row.application.person.name,
        "host": row.offer.host.name,
        "school": row.offer.organisation.name,
    }


def _application(subject: Text, more: Text, state: str) -> Told:
    return Told(
        Application, APPLICATION, ("person",), _of_application, subject, more, states=(state,)
    )


def _placement(subject: Text, own: tuple[Text, Text], more: Text, *states: str) -> Told:
    along = ("application__person", "offer__host", "offer__organisation")
    return Told(Placement, PLACEMENT, along, _of_placement, subject, more, states, own)


KINDS: dict[str, Told] = {
    "shadowing_opened": Told(
        ShadowingRound,
        ROUND,
        (),
        _of_round,
        gettext_lazy("Work shadowing: %(name)s is open"),
        gettext_lazy(
            "Colleagues can apply and schools can offer places until %(day)s. Please tell those "
            "who lead, or would like to."
        ),
    ),
    "shadowing_asked": _application(
        gettext_lazy("%(name)s would like to shadow a leader elsewhere"),
        gettext_lazy("It needs your approval. The page says what they ask for."),
        ApplicationState.ASKED,
    ),
    "shadowing_approved": _application(
        gettext_lazy("Your head has approved your application for work shadowing"),
        gettext_lazy("The page says what happens next."),
        ApplicationState.APPROVED,
    ),
    "shadowing_not_approved": _application(
        gettext_lazy("Your head has not approved your application for work shadowing"),
        gettext_lazy("The page says why."),
        ApplicationState.REFUSED,
    ),
    "shadowing_published": _placement(
        gettext_lazy("Work shadowing: %(shadow)s with %(host)s, %(school)s"),
        (
            gettext_lazy("Will you shadow %(host)s, %(school)s?"),
            gettext_lazy("Will you host %(shadow)s for work shadowing?"),
        ),
        gettext_lazy(
            "The coordinator proposes it. Host, guest and both heads say yes or no; no reason is "
            "asked."
        ),
        PlacementState.PUBLISHED,
    ),
    "shadowing_refused": _placement(
        gettext_lazy("The placement of %(shadow)s with %(host)s is not possible"),
        (
            gettext_lazy("Your placement with %(host)s, %(school)s, is not possible"),
            gettext_lazy("The placement of %(shadow)s with you is not possible"),
        ),
        gettext_lazy("Nothing else changes: other placements stand, and another may be found."),
    ),
    "shadowing_settled": _placement(
        gettext_lazy("All have said yes: %(shadow)s shadows %(host)s, %(school)s"),
        (
            gettext_lazy("All have said yes: you shadow %(host)s, %(school)s"),
            gettext_lazy("All have said yes: %(shadow)s shadows you"),
        ),
        gettext_lazy("Next: agree the plan and go through the briefing together."),
    ),
}


def _register(kind: str, told: Told) -> None:
    def rows(**lookup: Any) -> list[Any]:
        manager: Any = told.model._default_manager
        return list(manager.filter(**lookup).select_related(*told.along))

    @letter(f"activities.{kind}")
    def render(row: OutboundEmail) -> Letter | None:
        found = rows(pk=row.keys["row"])
        if not found or (told.states and found[0].state not in told.states):
            return None
        facts = told.facts(found[0])
        said = str(told.subject_for(found[0], row.person)) % facts
        url = reverse(f"activities:{told.page}", args=[found[0].public_id])
        first = said if said.endswith("?") else f"{said}."
        more = str(told.more) % facts
        return _letter(row, said, [first, more], Line(_("Open the page"), url))

    @notice_words(f"activities.{kind}")
    def words(things: list[str]) -> dict[str, str]:
        found = rows(public_id__in=things)
        return {row.public_id: str(told.subject) % told.facts(row) for row in found}


for each, how in KINDS.items():
    _register(each, how)
