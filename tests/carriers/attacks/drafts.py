"""Draft branches: one item, one straight line, nothing but plain files inside its folder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import hygiene
from pipeline.carriers.repository import Repository
from tests.carriers import trials
from tests.carriers.trials import BRANCH, MAIN, Either, Push, trial
from tests.conftest import FOLDER

if TYPE_CHECKING:
    from tests.conftest import Office

OTHER = "content/konten/kota/2026/lain"
OTHER_BRANCH = "refs/heads/usul/kota-2026-lain"


@trial("two items in one branch", "two items in two branches, in one push", "satu cabang satu butir")
def _(office: Office, either: Either) -> Push:
    here, there = {f"{FOLDER}/notula.md": b"x"}, {f"{OTHER}/index.md": b"x"}
    if either.faulty:
        return trials.push(office, trials.commit(office, "penulis", here | there))
    second = trials.commit(office, "penulis", there, parents=[trials.tip(office, MAIN)])
    return trials.push(office, trials.commit(office, "penulis", here), BRANCH, f"{second}:{OTHER_BRANCH}")


@trial("one bad ref among good ones", "good refs only", "tidak menyentuh folder butir mana pun", spare=True)
def _(office: Office, either: Either) -> Push:
    path = either("content/halaman/profil.md", f"{OTHER}/index.md")
    second = trials.commit(office, "penulis", {path: b"x"}, parents=[trials.tip(office, MAIN)])
    good = trials.commit(office, "penulis", {f"{FOLDER}/rangkuman.md": b"x"})
    return trials.push(office, good, BRANCH, f"{second}:{OTHER_BRANCH}")


@trial("outside the item's folder", "deep inside the item's folder", "mkdocs.yml, di luar folder butir", spare=True)
def _(office: Office, either: Either) -> Push:
    path = either("mkdocs.yml", f"{FOLDER}/media/seri/mkdocs.yml")
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/index.md": b"x", path: b"x"}))


@trial(
    "people changed on a draft branch", "a paper called people.yaml", "people.yaml, di luar folder butir", spare=True
)
def _(office: Office, either: Either) -> Push:
    people = trials.edit_person(trials.people_file(office), "penulis", wewenang=["konfigurasi"])
    path = either("site_config/people.yaml", f"{FOLDER}/people.yaml")
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/index.md": b"x", path: people}))


@trial(
    "a branch named after another item",
    "a branch named after its item",
    "seharusnya cabang usul/kota-2026-lain",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    first = trials.commit(office, "penulis", {f"{OTHER}/index.md": b"x"}, parents=[trials.tip(office, MAIN)])
    return trials.push(office, first, either("refs/heads/usul/kota-2026-bukan", OTHER_BRANCH))


@trial(
    "a branch that touches no item",
    "a branch that touches an item",
    "tidak menyentuh folder butir mana pun",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    path = either("content/halaman/lain.md", "content/tanggapan/kota/2026/lain/index.md")
    first = trials.commit(office, "penulis", {path: b"x"}, parents=[trials.tip(office, MAIN)])
    return trials.push(office, first, OTHER_BRANCH)


@trial(
    "an item of an office nobody works in",
    "an item of one's own office",
    "tidak memegang peran di kantor desa",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    name = either("desa", "kota")
    path = f"content/perintah/{name}/2026/lain/index.md"
    first = trials.commit(office, "penulis", {path: b"x"}, parents=[trials.tip(office, MAIN)])
    return trials.push(office, first, f"refs/heads/usul/{name}-2026-lain")


@trial("the same id in a second folder", "the same name in another year", "kota-2026-contoh sudah ada di")
def _(office: Office, either: Either) -> Push:
    """Both folders would be called alike: what is approved in one would carry the other to main."""
    if either.faulty:
        return trials.push(office, trials.commit(office, "penulis", {f"content/tanggapan{FOLDER[14:]}/index.md": b"x"}))
    path = "content/tanggapan/kota/2025/contoh/index.md"
    first = trials.commit(office, "penulis", {path: b"x"}, parents=[trials.tip(office, MAIN)])
    return trials.push(office, first, "refs/heads/usul/kota-2025-contoh")


@trial("an item moved to another folder", "a file moved inside the item", "satu cabang satu butir")
def _(office: Office, either: Either) -> Push:
    data = Repository(office.path).read(BRANCH, f"{FOLDER}/takarir.md")
    target = either(f"{OTHER}/takarir.md", f"{FOLDER}/media/takarir.md")
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/takarir.md": None, target: data}))


@trial("a merge on a draft branch", "the same files on a straight line", "punya 2 induk: cabang usul harus lurus")
def _(office: Office, either: Either) -> Push:
    tip = trials.tip(office)
    trials.plant(office, {"content/halaman/kontak.md": b"# Kontak\n"})
    trials.desk(office)
    parents = either([tip, trials.tip(office, MAIN)], [tip])
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/notula.md": b"x"}, parents=parents))


@trial("an octopus on a draft branch", "three drafts one after another", "punya 3 induk", spare=True)
def _(office: Office, either: Either) -> Push:
    base, made = trials.tip(office), list[str]()
    for name in "abc":
        parents = [base] if either.faulty or not made else made[-1:]
        made.append(trials.commit(office, "penulis", {f"{FOLDER}/{name}.md": b"x"}, parents=parents))
    last = trials.commit(office, "penulis", {f"{FOLDER}/d.md": b"x"}, parents=made if either.faulty else made[-1:])
    return trials.push(office, last)


@trial("a draft that is rooted nowhere", "a draft rooted in main", "punya 0 induk", start="office", spare=True)
def _(office: Office, either: Either) -> Push:
    parents = either([], [trials.tip(office, MAIN)])
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/index.md": b"x"}, parents=parents))


@trial("history rewritten under records", "a rebase onto a newer main before any record", "tidak boleh ditulis ulang")
def _(office: Office, either: Either) -> Push:
    server = Repository(office.path)
    if not either.faulty:
        main = trials.tip(office, MAIN)
        server.update_ref(BRANCH, main)
        trials.plant_draft(office, "penulis", {"index.md": b"x"})
        trials.plant(office, {"content/halaman/kontak.md": b"# Kontak\n"})
        trials.desk(office)
    first = trials.commit(office, "penulis", {f"{FOLDER}/index.md": b"y"}, parents=[trials.tip(office, MAIN)])
    return Push(trials.desk(office), (f"+{first}:{BRANCH}",))


@trial(
    "records squashed away", "drafts squashed before any record", "tidak boleh ditulis ulang atau dihapus", spare=True
)
def _(office: Office, either: Either) -> Push:
    if not either.faulty:
        Repository(office.path).update_ref(BRANCH, trials.tip(office, MAIN))
        trials.plant_draft(office, "penulis", {"index.md": b"x"})
        trials.plant_draft(office, "penulis", {"index.md": b"y"})
        trials.desk(office)
    clone, main = trials.desk(office), trials.tip(office, MAIN)
    tree = clone.resolve(f"{trials.tip(office)}^{{tree}}") or ""
    squashed = clone.commit_tree(tree, [main], "satu saja", office.who("penulis"))
    return Push(clone, (f"+{squashed}:{BRANCH}",))


@trial("a branch with records deleted", "a branch without records deleted", "tidak boleh ditulis ulang atau dihapus")
def _(office: Office, either: Either) -> Push:
    first = trials.commit(office, "penulis", {f"{OTHER}/index.md": b"x"}, parents=[trials.tip(office, MAIN)])
    trials.desk(office).push("origin", f"{first}:{OTHER_BRANCH}")
    return Push(trials.desk(office), (f":{either(BRANCH, OTHER_BRANCH)}",))


@trial("a commit that changes nothing", "a commit that changes one letter", "tidak mengubah apa pun")
def _(office: Office, either: Either) -> Push:
    data = Repository(office.path).read(BRANCH, f"{FOLDER}/takarir.md") or b""
    first = trials.commit(office, "penulis", {f"{FOLDER}/notula.md": b"x"})
    changes = {f"{FOLDER}/takarir.md": data + either(b"", b".")}
    return trials.push(office, trials.commit(office, "penulis", changes, parents=[first]))


@trial(
    "an item begun on another's unmerged branch",
    "an item begun on main",
    "menyentuh content/konten/kota/2026/contoh",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "penulis", {"notula.md": b"x"})
    trials.desk(office)
    parents = [trials.tip(office, either(BRANCH, MAIN))]
    first = trials.commit(office, "penulis", {f"{OTHER}/index.md": b"x"}, parents=parents)
    return trials.push(office, first, OTHER_BRANCH)


@trial("a draft from the future", "a draft of a clock ten minutes fast", "dari masa depan", spare=True)
def _(office: Office, either: Either) -> Push:
    return dated(office, either(60, 10))


@trial("a draft older than what it stands on", "a draft of a clock ten minutes slow", "lebih tua daripada", spare=True)
def _(office: Office, either: Either) -> Push:
    return dated(office, either(-60, -10))


def dated(office: Office, minutes: int) -> Push:
    at = trials.now() + timedelta(minutes=minutes)
    return trials.push(office, trials.commit(office, "penulis", {f"{FOLDER}/notula.md": b"x"}, at=at))


@trial("a file too large for anybody's clone", "a scanned decree of 20 MB", "berkas terbesar yang diterima 50 MB")
def _(office: Office, either: Either) -> Push:
    size = either(hygiene.LARGEST_FILE + 1, 20 * 1024 * 1024)
    return trials.draft(office, "salinan.pdf", b"%PDF-1.7\n".ljust(size, b"\0"))


@trial(
    "a large file, removed again in the next commit", "a file removed in the next commit", "berkas terbesar", spare=True
)
def _(office: Office, either: Either) -> Push:
    size = either(hygiene.LARGEST_FILE + 1, 100)
    first = trials.commit(office, "penulis", {f"{FOLDER}/a.pdf": b"%PDF-1.7\n".ljust(size, b"\1")})
    return trials.push(
        office, trials.commit(office, "penulis", {f"{FOLDER}/a.pdf": None, f"{FOLDER}/b.md": b"x"}, parents=[first])
    )


@trial("more files than an item can have", "an album of a hundred pictures", "paling banyak 1000 berkas", spare=True)
def _(office: Office, either: Either) -> Push:
    many: dict[str, bytes | None] = {f"{FOLDER}/media/{number}.jpg": b"x" for number in range(either(1001, 100))}
    return trials.push(office, quick(office, trials.tip(office), many))


def quick(office: Office, base: str, files: dict[str, bytes | None]) -> str:
    """Commit many files of the same content with one process for all of them."""
    repository = trials.desk(office)
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"x")
    env = {"GIT_INDEX_FILE": str(repository.folder / "banyak")}
    repository.git("read-tree", base, env=env)
    rows = "".join(f"100644 {blob}\t{path}\0" for path in files)
    repository.git("update-index", "-z", "--index-info", stdin=rows.encode(), env=env)
    return repository.commit_tree(repository.git("write-tree", env=env), [base], "banyak", office.who("penulis"))


@trial("more commits than anybody makes", "twenty commits at once", "paling banyak 500 sekali kirim", spare=True)
def _(office: Office, either: Either) -> Push:
    repository, tip, who = trials.desk(office), trials.tip(office), office.who("penulis")
    if either.faulty:  # a stream makes them quickly, unsigned: they are counted before anything else is asked
        person = f"{who.name} <{who.email}> {int(trials.now().timestamp())} +0000"
        head = f"commit refs/heads/banyak\nauthor {person}\ncommitter {person}\ndata 0\n"
        stream = f"{head}from {tip}\n\n" + f"{head}\n" * 500
        repository.git("fast-import", "--quiet", "--force", stdin=stream.encode())
        return trials.push(office, "refs/heads/banyak")
    for number in range(20):
        tip = trials.commit(office, who, {f"{FOLDER}/notula.md": f"{number}".encode()}, parents=[tip])
    return trials.push(office, tip)


@trial("a history whose beginning was cut off", "a draft from a clone cut off at main", "git fetch --unshallow")
def _(office: Office, either: Either) -> Push:
    desk, main, path = trials.desk(office), trials.tip(office, MAIN), office.root / "dangkal"
    unknown = trials.commit(office, "penulis", {f"{OTHER}/a.md": b"x"}, parents=[main])
    private = trials.commit(office, "penulis", {f"{OTHER}/b.md": b"x"}, parents=[unknown])
    desk.update_ref("refs/heads/dangkal", either(private, main))
    desk.git("clone", "--quiet", "--depth=1", "--branch=dangkal", f"file://{desk.path}", str(path))
    shallow = Repository(path)
    shallow.git("remote", "set-url", "origin", str(office.path))
    base = either(private, main)
    first = shallow.commit([base], base, {f"{OTHER}/index.md": b"x"}, "naskah", office.who("penulis"))
    return Push(shallow, (f"{first}:{OTHER_BRANCH}",))
