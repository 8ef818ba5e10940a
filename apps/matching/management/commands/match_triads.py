from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.matching import files
from apps.matching.work import Work


class Command(BaseCommand):
    help = "Put people into triads: most people first, then the best total score."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        files.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        files.run(options, group)


def group(raw: object, work: Work) -> object:
    from apps.matching.triads.problem import read, write
    from apps.matching.triads.quality import judge
    from apps.matching.triads.solve import solve

    problem = read(raw)
    result = solve(problem, work)
    quality = judge(problem, result.groups)
    for name in quality.__dataclass_fields__:
        work.say(f"{name}: {getattr(quality, name)}")
    work.say(f"bound: {result.bound_placed} placed, score {result.bound_score}")
    if result.bound_score > 0:
        gap = 100 * (1 - quality.score / result.bound_score)
        work.say(f"gap to the bound: {gap:.2f} %")
    return write(result.groups)
