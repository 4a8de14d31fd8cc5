"""`jdih demo`: the whole job on one computer."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli._waiting import until_interrupted
from pipeline.cli.parser import port
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from pipeline.desk.stage import House

HELP = "Memperagakan seluruh pekerjaan di komputer ini: dari disposisi sampai tayang, tanpa akun dan tanpa internet."
EXAMPLES = """Contoh:
  jdih demo               memperagakan, lalu menyajikan hasilnya sampai Ctrl-C
  jdih demo --no-serve    memperagakan saja

Semuanya ada di folder .jdih dan boleh dibuka; hapus folder itu untuk mengulang dari awal."""
PORT = 8750
SCENARIOS = "docs/peragaan"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--no-serve", action="store_true", help="berhenti sesudah ringkasan, tanpa menyajikan hasil")
    parser.add_argument(
        "--port",
        type=port,
        default=PORT,
        help=f"porta situs (bawaan {PORT}); dinding kiriman porta berikutnya; 0: bebas",
    )


def run(args: argparse.Namespace) -> int:
    """Play every scenario, print the summary, serve."""
    from pipeline.desk import stage

    root = Path.cwd()
    paths = sorted((root / SCENARIOS).glob("*.yaml"))
    if not paths:
        raise JdihError(f"{SCENARIOS} tidak ada: jalankan di folder proyek")
    started = time.monotonic()
    with stage.open_house(root, args.port, _now) as house:
        for line in house.said:
            print(line)
        places = [_play(path, house) for path in paths]
        _settle(house)
        _summary(places, house)
        print(f"\nperagaan selesai dalam {time.monotonic() - started:.0f} detik; isinya di {stage.FOLDER}/")
        print(f"situs JDIH        {house.site_url}\ndinding kiriman   {house.wall_url}")
        if not args.no_serve:
            until_interrupted("Ctrl-C untuk berhenti")
    return 0


def _now() -> datetime:
    return datetime.now().astimezone()


def _play(path: Path, house: House) -> str:
    from pipeline.desk import opening, rehearsal

    scenario = rehearsal.read(path)
    print(f"\n{scenario.sop}: {scenario.story}")
    for line in rehearsal.play(scenario, house.stage):
        print(f"  {line}")
    clone = house.stage.clone(scenario.visits[0].person)
    return opening.place_for(clone, scenario.sop, scenario.name, _now()).id


def _settle(house: House) -> None:
    """Follow up once more: what an interrupted run left undone is done, and a second run sends nothing."""
    from pipeline.desk import aftermath

    print("\npenyelarasan terakhir")
    aftermath.follow_up(house.stage.server, _now, lambda line: print(f"  {line}"))


def _summary(items: Iterable[str], house: House) -> None:
    from rich.table import Table

    from pipeline.cli._console import Terminal
    from pipeline.desk import summary

    console = Terminal()
    for row in summary.rows(house.stage.server, list(items), house.site_url, _now()):
        print(f"\n{row.title}\n{row.sop}: {row.remark}")
        table = Table()
        for name in ("No", "Kegiatan", "Oleh", "Waktu", "Standar"):
            table.add_column(name, overflow="fold")
        for step in row.steps:
            table.add_row(*_cells(step))
        console.print(table)
        for link in row.links:
            print(link)


def _cells(step: dict[str, Any]) -> tuple[str, ...]:
    mark = " TERLAMBAT" if step["terlambat"] else ""
    return (str(step["no"]), step["kegiatan"], step["oleh"], f"{step['lama']}{mark}", step["standar"] or "-")
