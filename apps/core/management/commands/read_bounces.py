import mailbox
import sys
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import bounces


class Command(BaseCommand):
    help = (
        "Read reports of undelivered mail (one message, or a mailbox in mbox format; - is standard "
        "input) and flag the addresses that failed for good to the CPD leads of their schools."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a message, an mbox, or - for one message on stdin")

    def handle(self, *args: object, **options: str) -> None:
        reports = list(_reports(options["file"]))
        addresses = {address for data in reports for address in bounces.reported(data)}
        flagged = sum(bounces.note_address(address) for address in sorted(addresses))
        self.stdout.write(
            f"messages: {len(reports)}, addresses: {len(addresses)}, newly flagged: {flagged}"
        )


def _reports(name: str) -> list[bytes]:
    if name == "-":
        return [sys.stdin.buffer.read()]
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"{name}: no such file")
    data = path.read_bytes()
    if not data.startswith(b"From "):
        return [data]
    with closing(mailbox.mbox(path, create=False)) as box:
        return [message.as_bytes() for message in box]
