"""What registers itself: letters, notices, jobs and the sweep of the cover list."""

from apps.activities.release import cover, emails, following, notices

__all__ = ["cover", "emails", "following", "notices"]
