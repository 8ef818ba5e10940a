"""The owner of an account takes over what a stand-in on a staff list held for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction

from apps.accounts.models import Person
from apps.schools.models import Membership


def adopt(membership: Membership, account: Person) -> None:
    """Give ``account`` the post and whatever else was written down for its stand-in.

    What the account has already (the same post, an answer to the same audit) stays as it is, and
    so does what is never changed. Call it inside a transaction.
    """
    stand_in = Person.objects.select_for_update().get(pk=membership.person_id)
    Membership.objects.filter(pk=membership.pk).update(claimed_email="")
    for model, field in _references():
        for pk in model._base_manager.filter(**{field: stand_in}).values_list("pk", flat=True):
            _move(model, pk, field, account)
    membership.refresh_from_db()
    if membership.person_id == stand_in.pk:  # the account holds such a post here
        membership.end_at_once()
    stand_in.is_active = False
    stand_in.save(update_fields=["is_active"])


def _move(model: Any, pk: Any, field: str, account: Person) -> None:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**{field: account})
    except IntegrityError:
        return


def _references() -> Iterator[tuple[Any, str]]:
    """(model, name of the key) of every table that refers to people."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            yield relation.related_model, relation.field.name  # type: ignore[union-attr]
