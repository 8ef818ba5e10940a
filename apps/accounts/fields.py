from __future__ import annotations

from typing import Any

from django.db import models


class LowerEmailField(models.EmailField):
    """An address kept and looked up in lower case; an empty one is NULL, so that unique holds."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.strip().lower() or None if isinstance(value, str) else value
