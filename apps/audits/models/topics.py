from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import TopicArea
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from apps.audits.models.audits import Audit


class TopicQuerySet(models.QuerySet["Topic"]):
    def for_audit(self, audit: Audit) -> TopicQuerySet:
        """That ``audit`` may ask about: everybody's and, in a school's audit, its own."""
        owner = models.Q(organisation__isnull=True)
        if audit.organisation_id:
            owner |= models.Q(organisation=audit.organisation_id)
        return self.filter(owner)


class Topic(models.Model):
    """Something people may need to learn or can offer; a school may add its own."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(_("topic"), max_length=120)
    description = models.CharField(_("what it means"), max_length=200, blank=True)
    area = models.CharField(_("area"), max_length=12, choices=TopicArea.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="topics"
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["area", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug", "organisation"], nulls_distinct=False, name="topic_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
