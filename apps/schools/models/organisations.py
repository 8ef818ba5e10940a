from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from apps.core.ids import public_id
from apps.core.models import CreatedModel
from apps.schools.enums import OrganisationKind, OrganisationStatus, Phase
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


# Apostrophes vanish (Mary's is found by marys); dots, dashes and strokes part words.
SEARCHED = SearchVector(
    Func(
        Concat("name", Value(" "), "town", Value(" "), "postcode", Value(" "), "ref"),
        Value(".-/&,()'\u2019"),
        Value("       "),
        function="translate",
        output_field=models.TextField(),
    ),
    config="simple",
)
_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)([0-9][a-z]{2})\b")


def search_words(text: str) -> list[str]:
    """At most six words of what somebody typed; a postcode written together is two."""
    plain = _POSTCODE.sub(r"\1 \2", re.sub(r"['\u2019]", "", text.lower()))
    return re.findall(r"[^\W_]+", plain)[:6]


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, person: Person) -> OrganisationQuerySet:
        """Mine, and those in my alliances. The register itself is public and searched apart."""
        if person.is_staff:
            return self
        return self.filter(pk__in=scope_of(person).visible_organisations())

    def schools(self) -> OrganisationQuerySet:
        return self.filter(kind=OrganisationKind.SCHOOL)

    def able_to_join(self) -> OrganisationQuerySet:
        return self.exclude(status__in=(OrganisationStatus.CLOSED, OrganisationStatus.PROPOSED))

    def search(self, text: str) -> OrganisationQuerySet:
        """By name, town, postcode or URN; every word must begin a word somewhere."""
        words = search_words(text)
        if not words:
            return self.none()
        query = SearchQuery(
            " & ".join(f"{word}:*" for word in words), search_type="raw", config="simple"
        )
        return self.alias(words=SEARCHED).filter(words=query)


class Organisation(CreatedModel):
    """A school of the register, or a partner. ``ref`` (the URN, else random) stands in URLs."""

    ref = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(
        max_length=12, choices=OrganisationKind.choices, default=OrganisationKind.SCHOOL
    )
    urn = models.CharField(_("URN"), max_length=6, unique=True, null=True, blank=True)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(
        max_length=8, choices=OrganisationStatus.choices, default=OrganisationStatus.OPEN
    )
    phase = models.CharField(max_length=16, choices=Phase.choices, default=Phase.NOT_APPLICABLE)
    la_code = models.CharField(max_length=3, blank=True)
    la_name = models.CharField(_("local authority"), max_length=100, blank=True)
    establishment_number = models.CharField(max_length=4, blank=True)
    type_name = models.CharField(_("type"), max_length=100, blank=True)
    type_group = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=150, blank=True)
    locality = models.CharField(max_length=150, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=8, blank=True)
    website = models.CharField(max_length=300, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=40, blank=True)
    religious_character = models.CharField(max_length=100, blank=True)
    admissions_policy = models.CharField(max_length=60, blank=True)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    fsm_percent = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    sen_statement = models.PositiveIntegerField(null=True, blank=True)
    sen_no_statement = models.PositiveIntegerField(null=True, blank=True)
    census_date = models.DateField(null=True, blank=True)
    region = models.CharField(max_length=60, blank=True)
    urban_rural = models.CharField(max_length=100, blank=True)
    lsoa_code = models.CharField(max_length=12, blank=True)
    trust_code = models.CharField(max_length=10, blank=True)
    trust_name = models.CharField(max_length=200, blank=True)
    federation_name = models.CharField(max_length=200, blank=True)
    open_date = models.DateField(null=True, blank=True)
    close_date = models.DateField(null=True, blank=True)
    last_changed = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["name"]),
            models.Index(fields=["postcode"]),
            GinIndex(SEARCHED, name="organisation_search"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(urn__isnull=True) | Q(urn__regex=r"^[0-9]{5,6}$"),
                name="organisation_urn_digits",
            ),
            models.CheckConstraint(
                condition=Q(urn__isnull=True) | Q(ref=models.F("urn")),
                name="organisation_ref_is_urn",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_join(self) -> bool:
        return self.status not in (OrganisationStatus.CLOSED, OrganisationStatus.PROPOSED)


class ProcessingTerms(CreatedModel):
    """A school's acceptance of the processing terms, with the privacy notice it gives its staff."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="processing_terms"
    )
    version = models.CharField(max_length=20)
    privacy_notice = models.CharField(_("privacy notice"), max_length=300)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "version"], name="terms_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.version}"
