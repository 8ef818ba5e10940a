"""What registers itself: letters, notices and the sweep of the cover list."""

from apps.activities.release import cover, emails, notices

__all__ = ["cover", "emails", "notices"]
