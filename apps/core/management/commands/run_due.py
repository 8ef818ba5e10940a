from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core import sweeps
from apps.core.clock import frozen
from apps.core.dispatch import inline


class Command(BaseCommand):
    help = "Run every periodic sweep once, at once, as if at the given moment. Needs no broker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="ISO 8601 date and time; local time unless it has a zone")

    def handle(self, *args: object, **options: str | None) -> None:
        at = moment(options["at"])
        failure = None
        with inline(), frozen(at):
            try:
                done = sweeps.run_all(at)
            except sweeps.SweepsFailedError as error:
                done, failure = error.done, error
        for name, count in done.items():
            self.stdout.write(f"{name}: {count}")
        if failure:
            raise CommandError(f"failed, and the others ran: {failure}")


def moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"--at {text}: not a date and time such as 2026-11-23T07:30")
    return at if timezone.is_aware(at) else timezone.make_aware(at)
