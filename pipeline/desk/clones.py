"""A person's own clone: whose it is, and that it is fresh from the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.carriers.repository import GitFault, Identity, Repository, clone
from pipeline.desk import cases
from pipeline.forges import FORGES
from pipeline.items import BRANCHES
from pipeline.model.base import JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from pipeline.model.people import Person

REMOTE = "origin"
COPY = ".jdih/tembolok/main"


def make_clone(source: str, folder: Path, who: Identity) -> Repository:
    """Clone the office's repository for one person, ready to sign; an existing clone is opened as it is."""
    if folder.exists():
        return Repository(folder)
    unready = folder.with_name(f".{folder.name}")
    store.clear(unready)  # a clone that was interrupted: nobody has worked in it
    repository = clone(source, unready)
    for key, value in (
        ("user.name", who.name),
        ("user.email", who.email),
        ("user.signingkey", str(who.key)),
        ("gpg.format", "ssh"),
        ("commit.gpgSign", "true"),
    ):
        repository.git("config", key, value)
    repository.close()
    unready.rename(folder)
    return Repository(folder)


def open_clone(folder: Path) -> Repository:
    """Open the clone around *folder*, fresh from the server; raise `JdihError` where that cannot be."""
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if top is None:
        raise JdihError("jalankan di dalam salinan (clone) repositori kantor")
    repository = Repository(top)
    try:
        repository.fetch(REMOTE)
    except GitFault as error:
        raise JdihError("peladen (origin) tidak dapat dihubungi: periksa jaringan, lalu ulangi") from error
    return repository


def export_main(repository: Repository) -> Path:
    """Bring a plain copy of the server's `main` beside what the clone caches up to date, and return its folder."""
    target = Path(repository.path) / COPY
    target.mkdir(parents=True, exist_ok=True)
    env = {"GIT_INDEX_FILE": str(target.with_name(f"{target.name}.index").resolve())}
    repository.in_folder(target, "read-tree", "--reset", "-u", cases.view(repository).main, env=env)
    return target


def open_any(folder: Path) -> Repository:
    """Open the clone around *folder*, or the server's bare repository *folder* itself."""
    return Repository(folder) if (folder / "HEAD").exists() else open_clone(folder)


def identity(repository: Repository) -> Identity:
    """Return who works in this clone, from Git's own settings; raise `JdihError` when one is missing."""
    values = {}
    for key, hint in (
        ("user.name", "Nama Jabatan"),
        ("user.email", "alamat@kantor"),
        ("user.signingkey", "~/.ssh/id_ed25519"),
    ):
        try:
            values[key] = repository.git("config", "--get", key)
        except GitFault as error:
            raise JdihError(f"{key} belum diatur: jalankan git config {key} '{hint}'") from error
    key_path = Path(values["user.signingkey"]).expanduser()
    if not key_path.exists():
        raise JdihError(f"kunci tanda tangan {key_path} tidak ada: periksa git config user.signingkey")
    return Identity(values["user.name"], values["user.email"], key_path)


def proposal_of(repository: Repository, item: str) -> str | None:
    """Return where an item's steps are decided when a forge carries the repository: an address, or words.

    None on an office's own server. What tells the two apart is `main`: somebody there speaks for a forge.
    """
    if not _is_carried(repository):
        return None
    remote, branch = repository.git("remote", "get-url", REMOTE), f"{BRANCHES.removeprefix('refs/heads/')}{item}"
    found = ((forge, forge.repository_of(remote)) for forge in FORGES.values())
    return next((forge.proposals_url(name, branch) for forge, name in found if name), f"usulan cabang {branch}")


def _is_carried(repository: Repository) -> bool:
    if repository.bare or repository.resolve(cases.view(repository).main) is None:
        return False
    return cases.policy(repository).people.authorised(Authority.PENGENDALI) is not None


def is_on_forge(folder: Path) -> bool:
    """Whether *folder* is in a clone of a repository a forge carries."""
    return (folder / ".git").exists() and _is_carried(Repository(folder))


def refuse_on_forge(repository: Repository, item: str) -> None:
    """Raise `JdihError` where a forge carries the repository: what is recorded there is said on the proposal."""
    if (place := proposal_of(repository, item)) is not None:
        raise JdihError(
            "repositori ini di forge: naskah dikirim dengan git push, langkah diputuskan dengan ulasan atau komentar "
            f"/sop pada usulannya, dan robot yang mencatat serta menggabungkan: {place}"
        )


def registered(repository: Repository, who: Identity) -> Person:
    """Return the registered person behind an identity; raise `JdihError` when there is none."""
    person = cases.policy(repository).people.by_email(who.email)
    if person is None:
        raise JdihError(f"alamat {who.email} belum terdaftar: minta pengelola sistem mendaftarkannya")
    return person
