"""A large, dull year of data for measuring: ``manage.py load_scale``. Written in bulk."""
