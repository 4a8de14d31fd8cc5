"""What the guard costs: a push of one record with the hooks, against the same push to the same server without them.

    .venv/bin/python bench/hooks.py

A small office is founded, then an item goes round its correction loop: every round is one pair of pushes of
fresh commits, one with hooks and one without, in turn, all in one run. Medians and their ratio are printed.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.carriers.repository import Repository  # noqa: E402
from pipeline.desk import cases, clones, merging, recording, server, workbench  # noqa: E402

ROUNDS = 7
OFFICE = ROOT / "tests/kantor"
ITEM = "kota-2026-ukur"
FOLDER = "content/konten/kota/2026/ukur"
PAPERS = {"penulis": "index.md", "kepala": "disposisi.md"}


class Race:
    """One office, two ways into it."""

    def __init__(self, root: Path) -> None:
        """Found the office and open the item."""
        self.path, self.keys, self.root = root / "office.git", root / "keys", root
        server.init_server(self.path, OFFICE, self.keys)
        self.hooks, self.aside = self.path / "hooks", root / "hooks"
        self.clones: dict[str, Repository] = {}
        self.draft("kepala", "satu")
        self.record("kepala", 1, None, hooks=True)

    def clone(self, person: str) -> Repository:
        """Return a person's clone, fresh."""
        if person not in self.clones:
            known = cases.policy(Repository(self.path)).people.by_id[person]
            who = server.identity_of(known, self.keys)
            self.clones[person] = clones.make_clone(str(self.path), self.root / person, who)
        self.clones[person].fetch("origin")
        return self.clones[person]

    def draft(self, person: str, text: str) -> None:
        """Push a draft of the person's own paper: what precedes a record, and is not measured."""
        clone = self.clone(person)
        base = clone.resolve(f"origin/usul/{ITEM}") or clone.resolve("origin/main") or ""
        data = f"---\nid: {ITEM}\nsop: kota/medsos\njudul: Ukur\n---\n\n{text}\n".encode()
        who = clones.identity(clone)
        commit = clone.commit([base], base, {f"{FOLDER}/{PAPERS[person]}": data}, "Naskah", who)
        clone.push("origin", f"{commit}:refs/heads/usul/{ITEM}")

    def record(self, person: str, step: int, word: str | None, *, hooks: bool, note: str = "") -> float:
        """Push one record and return the seconds of the push alone."""
        clone = self.clone(person)
        case, who = cases.open_case(clone, ITEM), clones.identity(clone)
        entry = recording.Entry(step, word, note)
        prepared = workbench.prepare(clone, case, entry, clones.registered(clone, who), datetime.now(UTC))
        if isinstance(prepared, str):
            raise TypeError(prepared)
        signed = merging.commit_record(clone, case.place, prepared, case.tip, who)
        if not hooks:
            self.hooks.rename(self.aside)
        started = time.perf_counter()
        clone.push("origin", f"{signed}:refs/heads/usul/{ITEM}")
        took = time.perf_counter() - started
        if not hooks:
            self.aside.rename(self.hooks)
        return took


def main() -> None:
    """Measure and print."""
    root = Path(tempfile.mkdtemp(prefix="jdih-ukur-"))
    try:
        race = Race(root)
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(ROUNDS):
            for hooks in (True, False):
                race.draft("penulis", f"putaran {number} {hooks}")
                race.record("penulis", 2, None, hooks=True)
                took[hooks].append(race.record("kepala", 3, "ADA", hooks=hooks, note="Ringkas."))
    finally:
        shutil.rmtree(root)
    guarded, bare = statistics.median(took[True]), statistics.median(took[False])
    print(f"push of a record with hooks     {guarded * 1000:>6.0f} ms")
    print(f"the same push without hooks     {bare * 1000:>6.0f} ms")
    print(f"ratio                           {guarded / bare:>6.1f}")


if __name__ == "__main__":
    main()
