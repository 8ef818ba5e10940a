"""``manage.py kinds [--json]``: what kinds of activity there are."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.activities.kinds import all_kinds
from apps.activities.kinds.base import Kind


class Command(BaseCommand):
    help = "List the kinds of activity with their stages, roles and rules."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [described(kind) for kind in all_kinds()]
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        for kind in found:
            self.stdout.write(f"{kind['slug']}: {kind['name']} ({', '.join(kind['stages'])})")


def described(kind: Kind) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "name": str(kind.name),
        "stages": [stage.slug for stage in kind.stages],
        "roles": [{"slug": r.slug, "least": r.least, "most": r.most} for r in kind.roles],
        "rules": [rule.slug for rule in kind.rules],
    }
