"""Cost of one record's push as the repository and the item grow. Ratios within one run.

    .venv/bin/python bench/scale.py [ITEMS]

Builds two real servers with hooks, one of 100 items and one of ITEMS (10,000 unless told), by fast-import:
every item a draft branch of three commits merged into main. Then the same signed record is pushed to
both, median of five. Also: pushes of an item with 10, 40 and 160 records, and replays in events per second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline import programs, workflow
from pipeline.carriers import history
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, clones, merging, opening, recording, server, workbench

ROOT = Path(__file__).parents[1]
KANTOR = ROOT / "tests/kantor"
WRITTEN, SENT_BACK = recording.Entry(2, None, ""), recording.Entry(3, "ADA", "lagi")


def found(folder: Path, items: int) -> Path:
    """Make a server with *items* items on its main."""
    source = folder / "asal"
    programs.run(["cp", "-r", KANTOR, source])
    (source / "content/halaman").mkdir(parents=True)
    (source / "content/halaman/index.md").write_text("# Beranda\n", encoding="utf-8")
    path = folder / "office.git"
    server.init_server(path, source, folder / "kunci")
    main = Repository(path).resolve("refs/heads/main") or sys.exit("tidak ada main")
    programs.run(["git", "-C", path, "fast-import", "--quiet", "--force"], stdin=_stream(items, main), timeout=600)
    programs.run(["git", "-C", path, "repack", "-adq"], timeout=600)
    return path


def _stream(items: int, main: str) -> bytes:
    """Return a fast-import stream: item after item, three commits on a branch and a merge."""
    out: list[str] = []
    at = int((datetime.now(UTC) - timedelta(days=400)).timestamp())
    before = main
    for number in range(items):
        folder = f"content/konten/kota/2025/butir-{number:05d}"
        parent, mark = before, number * 4 + 1
        for step in range(3):
            text = (
                f"---\nid: kota-2025-butir-{number:05d}\nsop: kota/medsos\njudul: Butir {number}\n---\n\nIsi {step}.\n"
            )
            out.append(_commit("refs/impor/usul", mark + step, at + number, parent, None, f"{folder}/index.md", text))
            parent = f":{mark + step}"
        out.append(_commit("refs/heads/main", mark + 3, at + number, before, parent, f"{folder}/index.md", text))
        before = f":{mark + 3}"
    return "".join(out).encode()


def _commit(ref: str, mark: int, at: int, parent: str, merged: str | None, path: str, text: str) -> str:  # noqa: PLR0913, PLR0917
    merge = f"merge {merged}\n" if merged else ""
    return (
        f"commit {ref}\nmark :{mark}\ncommitter Admin <admin@kota.example> {at} +0000\ndata 5\nimpor\n"
        f"from {parent}\n{merge}M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
    )


def record(folder: Path, path: Path, item: str, entry: recording.Entry, who: str) -> float:
    """Record one step as *who* and return the seconds of the push alone."""
    clone = _clone(folder, path, who)
    clone.fetch("origin")
    case = cases.open_case(clone, item)
    person = cases.policy(clone).people.by_id[who]
    prepared = workbench.prepare(clone, case, entry, person, datetime.now(UTC))
    if isinstance(prepared, str):
        raise SystemExit(prepared)
    signed = merging.commit_record(clone, case.place, prepared, case.tip, clones.identity(clone))
    start = time.perf_counter()
    clone.push("origin", f"{signed}:refs/heads/usul/{item}")
    return time.perf_counter() - start


def _clone(folder: Path, path: Path, who: str) -> Repository:
    people = history.policy(Repository(path), "refs/heads/main").people
    return clones.make_clone(str(path), folder / "kerja" / who, server.identity_of(people.by_id[who], folder / "kunci"))


def open_item(folder: Path, path: Path, name: str) -> str:
    """Open an item up to step 2 recorded, ready for corrections."""
    clone = _clone(folder, path, "kepala")
    clone.fetch("origin")
    place, _ = opening.new(clone, "kota/medsos", name, datetime.now(UTC))
    paper = clone.path / place.folder / "disposisi.md"
    paper.parent.mkdir(parents=True)
    paper.write_text("---\nsop: kota/medsos\n---\n\nBuat kartu.\n", encoding="utf-8")
    workbench.save(clone, place.id, clones.identity(clone))
    clone.push("origin", f"usul/{place.id}")
    record(folder, path, place.id, recording.Entry(1, None, ""), "kepala")
    return place.id


def median_push(folder: Path, path: Path) -> float:
    """Return the median seconds of the first correction's push over five items."""
    times = []
    for number in range(5):
        item = open_item(folder, path, f"ukur-{number}")
        times.append(record(folder, path, item, WRITTEN, "penulis"))
    return statistics.median(times)


def growth(folder: Path, path: Path) -> list[tuple[int, float]]:
    """Return records in the item -> median seconds of a push, as one item goes round and round."""
    item, found_ = open_item(folder, path, "panjang"), []
    count, recent = 1, []
    while count < 160:
        recent.append(record(folder, path, item, WRITTEN, "penulis"))
        recent.append(record(folder, path, item, SENT_BACK, "kepala"))
        count += 2
        if count - 1 in {10, 40, 160}:
            found_.append((count - 1, statistics.median(recent[-6:])))
    return found_


def replays(path: Path) -> float:
    """Return events replayed in a second, on the long item."""
    repository = Repository(path)
    case = cases.open_case(repository, f"kota-{datetime.now(UTC).year}-panjang")
    known = cases.policy(repository)
    if case.progress is None:
        raise SystemExit("no SOP")
    rounds, start = 20, time.perf_counter()
    for _ in range(rounds):
        workflow.replay(case.progress.procedure, case.events, known.people, history.zone(known, case.place))
    return rounds * len(case.events) / (time.perf_counter() - start)


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as temporary:
        few_folder, many_folder = Path(temporary) / "sedikit", Path(temporary) / "banyak"
        for folder in (few_folder, many_folder):
            folder.mkdir()
        few_path, many_path = found(few_folder, 100), found(many_folder, many)
        few, lots = median_push(few_folder, few_path), median_push(many_folder, many_path)
        print(
            f"one record's push: 100 items {few * 1000:.0f} ms, {many} items {lots * 1000:.0f} ms, "
            f"ratio {lots / few:.2f}"
        )
        rows = growth(few_folder, few_path)
        for count, seconds in rows:
            print(
                f"push with {count:>3} records in the item: {seconds * 1000:.0f} ms, ratio {seconds / rows[0][1]:.2f}"
            )
        print(f"replay: {replays(few_path):.0f} events/s")


if __name__ == "__main__":
    main()
