import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audits.enums import AuditMode
from apps.audits.models import Audit
from apps.audits.reading import ranking


class Command(BaseCommand):
    help = (
        "Print the needs of a named audit, or of one whose answers were imported, ranked: topic, "
        "number of answers, mean need."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--audit", required=True, help="the audit's public id")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        audit = Audit.objects.filter(public_id=options["audit"]).first()
        if audit is None:
            raise CommandError(f"There is no audit {options['audit']}.")
        if audit.mode != AuditMode.NAMED and not audit.collected.exists():
            raise CommandError("The audit is confidential: read its released results instead.")
        rows = ranking(audit)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            need = "-" if row["mean_need"] is None else f"{row['mean_need']:.2f}"
            self.stdout.write(f"{need:>6} {row['n']:>6}  {row['topic']}")
