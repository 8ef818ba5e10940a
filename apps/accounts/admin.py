from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts import actions
from apps.accounts.models import Person
from apps.core.admin import OperatorAdmin


@admin.register(Person)
class PersonAdmin(OperatorAdmin):
    list_display = ("name", "username", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "email", "given_name", "family_name")
    fields = (
        "public_id",
        "username",
        "email",
        "given_name",
        "family_name",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
    )
    actions = ("disable", "enable")

    @admin.action(description=gettext_lazy("Disable: sign out everywhere, no more signing in"))
    def disable(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        others = [person for person in people if person.pk != request.user.pk]
        changed = sum(actions.disable(by=request.user, person=person) for person in others)
        self._tell(request, changed)

    @admin.action(description=gettext_lazy("Enable: may sign in again"))
    def enable(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        changed = sum(actions.enable(by=request.user, person=person) for person in people)
        self._tell(request, changed)

    def _tell(self, request: HttpRequest, changed: int) -> None:
        words = ngettext("%(n)d person changed.", "%(n)d people changed.", changed)
        self.message_user(
            request,
            words % {"n": changed} if changed else _("Nobody was changed."),
            messages.SUCCESS if changed else messages.WARNING,
        )
