from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.home.scale import load


class Command(BaseCommand):
    help = "Load a large, dull year of data, to measure with. One account a role can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=500)
        parser.add_argument("--staff", type=int, default=50_000, help="in all schools together")
        parser.add_argument("--activities", type=int, default=5_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--force", action="store_true", help="load it although DEBUG is off (never in earnest)"
        )

    def handle(self, *args: object, **options: int) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "Scale data has accounts with a known password, so it is refused when DEBUG is "
                "off. Use --force only where nobody's real data will ever be."
            )
        if load.is_loaded():
            raise CommandError("Scale data is loaded already. Use an empty database.")
        try:
            load.load(
                schools=options["schools"],
                staff=options["staff"],
                count=options["activities"],
                seed=options["seed"],
                say=self.stdout.write,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Sign in as scale-<role>@cpdhub.example with the demo password.")
