from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core.tabular import UnreadableFile
from apps.schools.actions.register import import_files


class Command(BaseCommand):
    help = (
        "Import schools from downloads of the DfE's register (GIAS), and successors from its "
        "links files. Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="print counts and errors as JSON")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        try:
            summary = import_files(files, by=None)
        except UnreadableFile as error:
            self.refuse(str(error))
        except OSError as error:
            self.refuse(f"{error.filename}: {error.strerror}. Give the path of a file.")
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_json()))
            return
        self.stdout.write(
            f"{summary.created} created, {summary.updated} updated, "
            f"{summary.unchanged} unchanged, {summary.rejected} rejected"
        )
        for found in summary.errors:
            self.stdout.write(f"row {found['row']}, URN {found['urn'] or '-'}: {found['reason']}")

    def refuse(self, reason: str) -> None:
        self.stderr.write(" ".join(reason.split()))
        sys.exit(2)
