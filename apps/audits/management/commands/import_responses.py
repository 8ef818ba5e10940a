from __future__ import annotations

import json
import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from apps.audits import collecting
from apps.audits.actions.collecting import import_answers
from apps.audits.collecting.mapping import UnusableMap, read_map
from apps.audits.models import Audit
from apps.core.permissions import Refused
from apps.core.tabular import UnreadableFile


class Command(BaseCommand):
    help = f"Import answers that were collected elsewhere. {collecting.__doc__}"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="a CSV file or a workbook")
        parser.add_argument("--audit", required=True, help="the audit's public id")
        parser.add_argument("--map", required=True, type=Path, metavar="MAP.json")
        parser.add_argument("--json", action="store_true", help="print counts and errors as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 even when rows are wrong; 2, with nothing written, when file or map is."""
        path: Path = options["file"]
        audit = Audit.objects.filter(public_id=options["audit"]).first()
        if audit is None:
            self.refuse(f"There is no audit {options['audit']}.")
        try:
            summary = import_answers(
                by=None,
                audit=audit,
                source=path,
                mapping=read_map(options["map"]),
                filename=path.name,
            )
        except (UnreadableFile, UnusableMap, Refused) as error:
            self.refuse(str(error))
        except OSError as error:
            self.refuse(f"{path}: {error.strerror}. Give the path of a file.")
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_json(), ensure_ascii=False))
            return
        self.stdout.write(
            f"{summary.imported} imported, {summary.skipped} skipped, "
            f"{summary.missing_values} missing values, {len(summary.errors)} rows with errors"
        )
        for found in summary.errors:
            self.stdout.write(f"row {found['row']}: {found['reason']}")

    def refuse(self, reason: str) -> NoReturn:
        self.stderr.write(" ".join(reason.split()))
        sys.exit(2)
