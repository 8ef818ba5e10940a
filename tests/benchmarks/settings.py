"""Production's settings, and beside its URLs the bare page that all others are compared with."""

from cpdhub.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
