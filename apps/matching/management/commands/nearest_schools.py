from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.matching import files
from apps.matching.work import Work


class Command(BaseCommand):
    help = "The most similar schools of each school, of the same phase."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        files.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        files.run(options, near)


def near(raw: object, work: Work) -> object:
    from apps.matching.similar.nearest import read, solve

    problem = read(raw)
    work.say(f"{len(problem.schools)} schools")
    return {"neighbours": solve(problem)}
