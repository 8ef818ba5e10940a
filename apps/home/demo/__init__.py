"""One believable, invented school year on a dozen real schools: ``manage.py demo``."""
