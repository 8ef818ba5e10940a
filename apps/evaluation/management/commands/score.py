import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.activities.models import Activity
from apps.evaluation import scoring


class Command(BaseCommand):
    help = "The score of an activity in its parts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--activity", required=True, metavar="ID", help="its id in addresses")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["activity"]
        activity = Activity.objects.filter(public_id=wanted).first()
        if activity is None and wanted.isdigit():
            activity = Activity.objects.filter(pk=int(wanted)).first()
        if activity is None:
            raise CommandError(f"There is no activity {wanted}.")
        found = scoring.as_json(scoring.score(activity))
        if options["as_json"]:
            self.stdout.write(json.dumps(found))
            return
        if found["score"] is None:
            self.stdout.write("Nothing can be judged yet.")
        else:
            self.stdout.write(f"{found['score']:g} of {found['evaluable_weight']} points")
        for part in found["parts"]:
            self.stdout.write(f"  {part['weight']:>3}  {part['status']:<14} {part['criterion']}")
