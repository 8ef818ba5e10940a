"""Every page at the size of a large alliance: ``make bench`` (not run as tests)."""
