from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import ClientKeyModel, CreatedModel, Job, PublicIdModel
from apps.schools.enums import ImportKind, Role
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class FileImportQuerySet(models.QuerySet["FileImport"]):
    def visible_to(self, person: Person) -> FileImportQuerySet:
        """The register's to operators; a staff list to those who keep that school's."""
        led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
        found = Q(kind=ImportKind.STAFF, organisation_id__in=led)
        if person.is_staff:
            found |= Q(kind=ImportKind.REGISTER)
        return self.filter(found)

    def register(self) -> FileImportQuerySet:
        return self.filter(kind=ImportKind.REGISTER)

    def written(self) -> FileImportQuerySet:
        return self.exclude(result={})


class FileImport(PublicIdModel, ClientKeyModel, CreatedModel):
    """A file on its way in: kept, looked at, confirmed, written by a job.

    ``table`` is never the file as it came: passwords and head teachers' names are left out of
    it. It goes once it is written, or after a week.
    """

    kind = models.CharField(max_length=8, choices=ImportKind.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    filename = models.CharField(_("file"), max_length=200)
    table = models.FileField(upload_to="imports/", blank=True)
    rows = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=dict, blank=True)
    preview = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    preview_job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = FileImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="register", organisation__isnull=True)
                | Q(kind="staff", organisation__isnull=False),
                name="file_import_of_a_school_or_the_register",
            )
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def school(self) -> Organisation:
        """The school of a staff list; ValueError for the register."""
        if self.organisation is None:
            raise ValueError("the register is of no one school")
        return self.organisation
