"""`jdih accounts`: whether the office's accounts on the platforms can be used, and until when."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.accounts import Checkup

HELP = """Menanyai setiap akun media sosial kantor: apakah tokennya berlaku, sampai kapan, dan sisa kuotanya.
`jdih publish` menanyainya sendiri sehari sekali, dan hanya mengatakan yang bermasalah."""
EXAMPLES = """Contoh, di peladen:
  jdih accounts --repo /srv/jdih/kantor.git
  jdih accounts --format json"""
_OPERATOR = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")
    parser.add_argument(
        "--repo", metavar="DIR", type=Path, default=Path(), help="repositori peladen (bawaan: folder ini)"
    )


def run(args: argparse.Namespace) -> int:
    """Ask and print; 2 when an account is in trouble or soon will be."""
    from pipeline.carriers.repository import Repository
    from pipeline.desk import accounts, aftermath, cases, server

    path = server.find(args.repo)
    settings = server.settings_of(path)
    known = cases.policy(Repository(path))
    edges = aftermath.edges_of(path, settings, lambda: datetime.now().astimezone(), print)
    checkups = accounts.check(known.offices.values(), edges, settings.ends)
    if args.format == "json":
        print(json.dumps({"akun": [_row(each) for each in checkups]}, ensure_ascii=False, indent=2))
    else:
        _show(checkups)
    return _OPERATOR if accounts.told(checkups) else 0


def _row(checkup: Checkup) -> dict[str, object]:
    health = checkup.health
    return {
        "akun": checkup.account.ref,
        "kantor": checkup.office.id,
        "dapat_dipakai": health.usable if health else None,
        "berlaku_sampai": checkup.until.isoformat() if checkup.until else None,
        "sisa_hari": checkup.days_left,
        "sisa_kuota": health.quota_left if health else None,
        "keterangan": health.message if health else checkup.fault,
        "masalah": list(checkup.troubles()),
    }


def _show(checkups: list[Checkup]) -> None:
    from rich.table import Table

    from pipeline.cli._console import Terminal

    table = Table("Akun", "Kantor", "Token berakhir", "Sisa kuota", "Keadaan")
    for each in checkups:
        row = _row(each)
        state = "; ".join(each.troubles()) or str(row["keterangan"])
        ends, quota = row["berlaku_sampai"] or "tidak diketahui", row["sisa_kuota"]
        table.add_row(each.account.ref, each.office.id, str(ends), "-" if quota is None else str(quota), state)
    Terminal(markup=False, highlight=False, emoji=False).print(table)
