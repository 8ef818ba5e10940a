"""Forms sent twice: what the first sending made is found by its key."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.models import ClientKeyModel
from apps.core.permissions import Refused

M = TypeVar("M", bound=ClientKeyModel)


def made_before(model: type[M], client_key: UUID | str, **same: Any) -> M | None:
    """The row that this form made already, or None. Raises Refused where the key made another:
    one for which any of ``same`` differs, such as what it is about or who sent it."""
    row: M | None = model._default_manager.filter(client_key=client_key).first()
    if row is not None and any(getattr(row, name) != value for name, value in same.items()):
        raise Refused(
            _("This form has stored something else already. Nothing was changed: open it again.")
        )
    return row
