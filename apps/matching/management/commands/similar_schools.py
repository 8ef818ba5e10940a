import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.matching.malformed import Malformed, need


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

        k, within = options["k"], options["disadvantage"]
        try:
            need(k > 0, "--k", f"expected a whole number from 1, got {k}")
            is_share = within is None or 0 <= within <= 100  # which NaN is not
            need(is_share, "--disadvantage", f"expected a number from 0 to 100, got {within}")
            found = similar_schools(urn, k, disadvantage=within)
        except Malformed as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if not found:
            self.stderr.write("No school can be compared with it in this way.")
        if options["json"]:
            self.stdout.write(json.dumps([school.as_json() for school in found]))
            return
        for school in found:
            self.stdout.write(f"{school.urn}  {school.distance:.4f}  {school.basis}  {school.name}")
