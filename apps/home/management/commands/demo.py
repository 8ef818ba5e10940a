from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.home.demo import build


class Command(BaseCommand):
    help = "Load the demonstration: an invented school year on real schools. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="load it although DEBUG is off (never in earnest)"
        )

    def handle(self, *args: object, **options: bool) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "The demonstration makes accounts with a known password, so it is refused when "
                "DEBUG is off. Use --force only where nobody's real data will ever be."
            )
        fresh = build.load()
        self.stdout.write("Demonstration loaded." if fresh else "Demonstration already there.")
        self.stdout.write(f"\nSign in at {settings.BASE_URL}/accounts/login/ as:")
        for name, role in build.ACCOUNTS:
            self.stdout.write(f"  {name + '@' + build.DOMAIN:<30} {role}")
        self.stdout.write(f"\nPassword of all: {settings.DEMO_PASSWORD}")
