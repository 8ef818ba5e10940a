"""At most six destinations a role, the same nouns everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from apps.home.acting import NOBODY, OPERATOR, Acting
from apps.schools.enums import Role


@dataclass(frozen=True, slots=True)
class Destination:
    label: StrPromise
    icon: str
    view: str
    with_ref: bool = False
    also: tuple[str, ...] = ()  # other paths that belong to it; {ref} is the school's


@dataclass(frozen=True, slots=True)
class Item:
    label: StrPromise
    icon: str
    url: str
    current: bool


HOME = Destination(_("Home"), "house", "home:index")
NEEDS = Destination(_("Needs"), "clipboard-list", "audits:list")
ACTIVITIES = Destination(_("Activities"), "handshake", "activities:list")
FOLLOW_UPS = Destination(_("Follow-ups"), "list-checks", "followups:list")
REPORTS = Destination(
    _("Reports"), "chart-no-axes-column", "evaluation:reports", also=("/criteria/",)
)
SCHOOLS = Destination(_("Schools"), "school", "schools:list", also=("/alliances/",))
STAFF = Destination(
    _("People & release"),
    "users-round",
    "activities:release_school",
    with_ref=True,
    also=("/release/", "/schools/{ref}/staff/"),
)
DEVELOPMENT = Destination(
    _("My development"), "sprout", "home:development", also=("/records/", "/needs/")
)
SHARED = Destination(_("Shared with me"), "share-2", "activities:shared")
PROGRAMMES = Destination(_("Programmes"), "calendar", "activities:programmes")

STAFF_PLACES = (HOME, DEVELOPMENT, ACTIVITIES, FOLLOW_UPS, SHARED)
PLACES: dict[str, tuple[Destination, ...]] = {
    Role.CPD_LEAD: (HOME, NEEDS, ACTIVITIES, FOLLOW_UPS, STAFF, REPORTS),
    Role.TEACHER: STAFF_PLACES,
    Role.SUPPORT: STAFF_PLACES,
    Role.COORDINATOR: (HOME, SCHOOLS, NEEDS, PROGRAMMES, ACTIVITIES, REPORTS),
    Role.HEAD: (HOME, SCHOOLS, NEEDS, ACTIVITIES, STAFF, REPORTS),
    Role.GOVERNOR: (HOME, REPORTS),
    OPERATOR: (
        HOME,
        SCHOOLS,
        Destination(_("Register"), "database", "schools:register_import"),
        Destination(_("Heads"), "user-round", "schools:heads"),
        Destination(_("Mail"), "mail", "core:outbox"),
    ),
    NOBODY: (HOME,),
}
WITH_LOG = (Role.TEACHER, Role.SUPPORT, Role.CPD_LEAD)


def items(acting: Acting, path: str) -> list[Item]:
    """The destinations of a role; the one that fits ``path`` best is current."""
    places = PLACES[acting.role]
    urls = [reverse(p.view, args=[acting.ref] if p.with_ref else None) for p in places]
    fits = [_fit(place, url, path, acting.ref) for place, url in zip(places, urls, strict=True)]
    best = max(fits)
    here = fits.index(best) if best else None
    return [
        Item(place.label, place.icon, url, n == here)
        for n, (place, url) in enumerate(zip(places, urls, strict=True))
    ]


def _fit(place: Destination, url: str, path: str, ref: str) -> int:
    """How many characters of ``path`` the destination accounts for."""
    if url == "/":
        return int(path == "/")
    starts = (url, *(start.format(ref=ref) for start in place.also))
    return max(len(start) if path.startswith(start) else 0 for start in starts)
