"""`jdih check`: read items from disk and say what a writer must mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import content, items, report, rules, settings, store
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pipeline.items import Place
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
    root = _root(args.jalur[0] if args.jalur else Path.cwd())
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


def _root(path: Path) -> Path:
    """Return the repository's folder: the nearest one around *path* that holds content/ and site_config/."""
    start = path.absolute()
    for folder in (start, *start.parents):
        if (folder / "content").is_dir() and (folder / "site_config").is_dir():
            return folder
    raise JdihError(f"{path} tidak berada di dalam repositori JDIH (folder dengan content/ dan site_config/)")


def _desk(root: Path) -> rules.Desk:
    offices = store.read_folder(root / "site_config/offices")
    types = root / "site_config/jenis.yaml"
    if not types.is_file():
        raise JdihError("site_config/jenis.yaml tidak ada: daftar jenis dokumen diperlukan")
    return rules.Desk(
        offices=settings.offices({f"site_config/offices/{name}": data for name, data in offices.items()}),
        types=content.document_types(types.read_bytes()),
        ids=frozenset(place.id for place in _below(root, root / "content")),
    )


def _folders(root: Path, path: Path) -> set[str]:
    """Return the item folders that *path* names, lies in, or holds."""
    here = path.absolute()
    if here.is_symlink() or not here.exists():
        raise JdihError(f"{path} tidak ada, atau tautan simbolik")
    if not here.is_relative_to(root):
        raise JdihError(f"{path} berada di luar repositori {root.name}")
    inside = items.place_of(f"{here.relative_to(root).as_posix()}{'/' if here.is_dir() else ''}")
    found = {inside.folder} if inside else {place.folder for place in _below(root, here)}
    if not found and here != root / "content":
        raise JdihError(f"{path} bukan butir dan tidak memuat butir: pakai folder di bawah content/")
    return found


def _below(root: Path, folder: Path) -> Iterator[Place]:
    """Yield the items in *folder* by the names of their folders alone; symlinks are refused, not followed."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            raise JdihError(f"{name} adalah tautan simbolik: ganti dengan folder atau berkas biasa")
        place = items.place_of(f"{name}/") if path.is_dir() else None
        if place:
            yield place
        elif path.is_dir():
            yield from _below(root, path)
