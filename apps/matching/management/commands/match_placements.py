from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.matching import files
from apps.matching.work import Work


class Command(BaseCommand):
    help = "Place people with hosts: most people first, then the best total fit."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        files.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        files.run(options, place)


def place(raw: object, work: Work) -> object:
    from apps.matching.placements.problem import read, write
    from apps.matching.placements.quality import judge
    from apps.matching.placements.solve import solve

    problem = read(raw)
    result = solve(problem, work)
    for name, value in vars_of(judge(problem, result.placements)).items():
        work.say(f"{name}: {value}")
    work.say(f"bound: {result.bound_placed} placed, fit {result.bound_fit}")
    return write(result.placements)


def vars_of(quality: Any) -> dict[str, Any]:
    return {name: getattr(quality, name) for name in quality.__dataclass_fields__}
