import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.matching.malformed import Malformed


class Command(BaseCommand):
    help = "The schools most like a school, by the DfE's distance or by the register's fields."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("urn", metavar="URN")
        parser.add_argument("--k", type=int, default=20, help="how many")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--disadvantage",
            type=float,
            metavar="POINTS",
            help="only schools whose disadvantage lies within so many percentage points",
        )

    def handle(self, *args: Any, urn: str, **options: Any) -> None:
        from apps.matching.similar.likeness import similar_schools

        try:
            found = similar_schools(urn, max(0, options["k"]), disadvantage=options["disadvantage"])
        except Malformed as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps([school.as_json() for school in found]))
            return
        for school in found:
            self.stdout.write(f"{school.urn}  {school.distance:.4f}  {school.basis}  {school.name}")
