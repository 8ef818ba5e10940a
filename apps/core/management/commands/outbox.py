import json

from django.core.management.base import BaseCommand, CommandParser

from apps.core import clock, outbox


class Command(BaseCommand):
    help = "Print how many e-mails are queued, sending, sent and failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: bool) -> None:
        counts = outbox.summary(clock.now())
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            for name, count in counts.items():
                self.stdout.write(f"{name}: {'-' if count is None else count}")
