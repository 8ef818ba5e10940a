"""The letters of this app; importing them registers them."""

from apps.schools.emails import agreements, alliances, people  # noqa: F401
