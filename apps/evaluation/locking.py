from __future__ import annotations

from django.utils.translation import gettext as _

from apps.activities.models import Criterion
from apps.core.permissions import Refused


def locked(criterion: Criterion) -> Criterion:
    """It as it is stored, and there until the transaction ends. Raises Refused once removed."""
    row = Criterion.objects.select_for_update(of=("self",)).filter(pk=criterion.pk).first()
    if row is None:
        raise Refused(
            _("This success criterion has been removed since. Nothing was stored about it.")
        )
    return row
