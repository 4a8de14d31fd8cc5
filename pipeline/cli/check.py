"""`jdih check`: read items from disk and say what a writer must mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import items, report, rules, store
from pipeline.cli._item import root_of
from pipeline.desk import shelf
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse

    from pipeline.model.base import Finding

HELP = """Memeriksa butir: metadata, takarir, tagar, gambar, teks alternatif, PDF, nomor dan keamanan naskah.

Tiap temuan menyebut berkas, baris, kode aturan dan apa yang harus dilakukan.
Kode keluar 0: tidak ada galat (peringatan boleh ada); 1: ada galat; 2: tidak dapat memeriksa."""
EXAMPLES = """Contoh:
  jdih check                                          semua butir di content/
  jdih check content/konten                           semua butir di bawah satu folder
  jdih check content/konten/KANTOR/2026/BUTIR/index.md   butir tempat berkas itu berada
  jdih check --format json                            keluaran untuk program"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("jalur", metavar="PATH", nargs="*", type=Path, help="folder butir, berkas di dalamnya, ...")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")


def run(args: argparse.Namespace) -> int:
    """Check what was asked for; 1 when something must be mended."""
    root = root_of(args.jalur[0] if args.jalur else Path.cwd())
    desk = _desk(root)
    folders = sorted({folder for path in args.jalur or [root / "content"] for folder in _folders(root, path)})
    findings = [
        found for folder in folders for found in rules.check_folder(folder, store.read_folder(root / folder), desk)
    ]
    print(report.as_json(findings) if args.format == "json" else _text(findings, len(folders)))
    return 1 if report.count_errors(findings) else 0


def _text(findings: list[Finding], checked: int) -> str:
    errors = report.count_errors(findings)
    summary = f"{checked} butir diperiksa: {errors} galat, {len(findings) - errors} peringatan"
    return "\n".join(filter(None, (report.as_text(findings), summary)))


def _desk(root: Path) -> rules.Desk:
    return rules.Desk(
        offices=shelf.offices(root),
        types=shelf.types(root),
        procedures=shelf.procedures(root),
        places={place.id: place for place in shelf.places(root, root / "content")},
        read=lambda folder: store.read_folder(root / folder),
    )


def _folders(root: Path, path: Path) -> set[str]:
    """Return the item folders that *path* names, lies in, or holds."""
    here = path.absolute()
    if here.is_symlink() or not here.exists():
        raise JdihError(f"{path} tidak ada, atau tautan simbolik")
    if not here.is_relative_to(root):
        raise JdihError(f"{path} berada di luar repositori {root.name}")
    inside = items.place_of(f"{here.relative_to(root).as_posix()}{'/' if here.is_dir() else ''}")
    found = {inside.folder} if inside else {place.folder for place in shelf.places(root, here)}
    if not found and here != root / "content":
        raise JdihError(f"{path} bukan butir dan tidak memuat butir: pakai folder di bawah content/")
    return found
