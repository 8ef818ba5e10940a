import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Import the DfE's values for its similar-schools distance: a JSON list, a school a row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        from apps.matching.actions import import_similar_values

        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            self.refuse(f"{file}: {error}")
        if not isinstance(rows, list):
            self.refuse(f"{file}: expected a JSON list")
        kept, wrong = import_similar_values(rows, by=None)
        self.stdout.write(f"{kept} kept, {len(wrong)} rejected")
        for line in wrong:
            self.stdout.write(line)

    def refuse(self, reason: str) -> None:
        self.stderr.write(reason)
        sys.exit(2)
