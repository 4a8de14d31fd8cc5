"""`jdih status` of many running items and `jdih audit` of one of them, as processes, start-up included.

    .venv/bin/python bench/status.py [ITEMS]

A server with ITEMS (10,000 unless told) draft branches of three commits each (a disposition, its record, a first
manuscript), made by fast-import; nothing of them is on main. Seconds of one run each; warm ones are medians of five.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pipeline import digests, programs, records, settings, sop  # noqa: E402
from pipeline.carriers.repository import Repository  # noqa: E402
from pipeline.desk import clones, memo, server  # noqa: E402
from pipeline.model.history import Record  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFICE = ROOT / "tests/kantor"
JDIH = [sys.executable, "-P", "-m", "pipeline"]
SOP = (OFFICE / "site_config/sop/kota/medsos.yaml").read_bytes()
STEP = sop.parse(SOP, "site_config/sop/kota/medsos.yaml", sop.version_of(SOP)).steps[0]
LETTER = b"---\nsop: kota/medsos\nperihal: Kartu\n---\n\nBuat satu kartu.\n"


def found(folder: Path, items: int) -> Path:
    """Make a server with *items* running items."""
    source, path = folder / "asal", folder / "office.git"
    programs.run(["cp", "-r", OFFICE, source])
    (source / "content/halaman").mkdir(parents=True)
    (source / "content/halaman/index.md").write_text("# Beranda\n", encoding="utf-8")
    server.init_server(path, source, folder / "kunci")
    main = Repository(path).resolve("refs/heads/main") or ""
    stream = b"".join(part for number in range(items) for part in _item(number, main))
    programs.run(["git", "-C", path, "fast-import", "--quiet", "--force"], stdin=stream, timeout=600)
    programs.run(["git", "-C", path, "pack-refs", "--all"], timeout=600)
    return path


def _item(number: int, main: str) -> Iterator[bytes]:
    item, folder = f"kota-2026-butir-{number:05d}", f"content/konten/kota/2026/butir-{number:05d}"
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=number % 720 + 1)
    record = _record(item, at)
    text = f"---\nid: {item}\nsop: kota/medsos\njudul: Butir {number}\ntanggal: 2026-11-20\n---\n\nIsi.\n".encode()
    commits = (("kepala", "disposisi.md", LETTER), ("kepala", records.file_name(record), records.dump(record)))
    parent = main
    for step, (who, name, data) in enumerate((*commits, ("penulis", "index.md", text)), 1):
        mark = number * 3 + step
        head = f"commit refs/heads/usul/{item}\nmark :{mark}\ncommitter {who} <{who}@kota.example> {at:%s} +0000\n"
        place = f"data 4\nukur\nfrom {parent}\nM 100644 inline {folder}/{name}\ndata {len(data)}\n"
        yield (head + place).encode() + data + b"\n"
        parent = f":{mark}"


def _record(item: str, at: datetime) -> Record:
    files = {"disposisi.md": f"100644 {sop.version_of(LETTER)}"}
    return Record(
        sequence=1,
        item=item,
        sop="kota/medsos",
        version=sop.version_of(SOP),
        step=STEP.number,
        step_id=STEP.id,
        word=STEP.acts[0].outcomes[0].word,
        effects=STEP.acts[0].effects,
        role=STEP.acts[0].role,
        person="kepala",
        round=1,
        digest=digests.digest(files, STEP.covers),
        attachments=(),
        note="",
        at=at,
        source="ssh",
    )


def seconds(folder: Path, *words: str) -> float:
    """Run `jdih *words*` in *folder* to its end and return how long that took; raise when it fails."""
    started = time.perf_counter()
    subprocess.run(
        [*JDIH, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - started


def measure(name: str, folder: Path, *words: str, times: int = 5) -> None:
    """Print the median seconds of `jdih *words*`."""
    print(f"{name:<52}{statistics.median(seconds(folder, *words) for _ in range(times)):>7.2f} s", flush=True)


def main() -> None:
    """Measure and print the table."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory(prefix="jdih-status-") as temporary:
        folder = Path(temporary)
        path = found(folder, items)
        measure("jdih --help", path, "--help")
        measure(f"status of {items} items, no memo yet", path, "status", times=1)
        measure(f"status of {items} items", path, "status")
        measure(f"status of {items} items as JSON", path, "status", "--format", "json")
        measure("status of one of them", path, "status", "kota-2026-butir-00042")
        measure("audit of one of them", path, "audit", "kota-2026-butir-00042")
        people = settings.people((OFFICE / "site_config/people.yaml").read_bytes()).by_id
        clone = clones.make_clone(str(path), folder / "salinan", server.identity_of(people["kepala"], folder / "kunci"))
        measure("in a clone, fetching first, no memo yet", clone.path, "status", times=1)
        measure("in a clone, fetching first", clone.path, "status")
        measure("audit of one of them in a clone", clone.path, "audit", "kota-2026-butir-00042")
        print(f"the memo: {(path / memo.FILE).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
