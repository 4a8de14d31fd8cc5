"""The office's server: a bare repository, its hooks, and where its results go."""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline import frontmatter, keyring, programs, settings, store
from pipeline.carriers import bare_git, history
from pipeline.carriers.repository import GitFault, Identity, Repository, init_bare
from pipeline.model.base import JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.people import People, Person

FILE = "jdih-server.yaml"
DEMO = ".jdih/office.git"
"""Where `jdih demo` keeps its server."""
UNTIL = "berlaku_sampai"
TREE = "jdih-main"
"""Where the server keeps `main` as plain files, inside the bare repository's folder."""
_HOOKS = {
    "pre-receive": """#!/bin/sh
# Ditulis oleh jdih init-server: menolak kiriman yang tidak menurut SOP.
PYTHONPATH={package} exec {python} -P -m pipeline hook pre-receive
""",
    "post-receive": """#!/bin/sh
# Ditulis oleh jdih init-server: mencatat kuitansi; situs dan media sosial mengikuti main, cabang lain tidak menunggu.
kiriman=$(cat)
saat=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
printf '%s\\n' "$kiriman" | while read -r baris; do printf '%s %s\\n' "$saat" "$baris"; done >> jdih-kuitansi.masuk
case "$kiriman" in *" refs/heads/main"*) ;; *) exit 0 ;; esac
printf '%s\\n' "$kiriman" | PYTHONPATH={package} {python} -P -m pipeline hook post-receive
""",
}


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one server knows beside the repository: places, addresses, secrets."""

    site_out: Path
    site_url: str
    endpoints: Mapping[str, str]
    """Platform -> base address, where it is not the platform's own (the sandbox)."""
    secrets: Mapping[str, str] = field(repr=False)
    """Account (`platform:handle`) -> token. Never printed, never committed."""
    ends: Mapping[str, date]
    """Account -> the last day its token is good, where the secrets file says so."""
    identity: Identity
    """The publishing robot that signs the ledger."""


def init_server(path: Path, source: Path, keys: Path | None = None) -> list[str]:
    """Make a bare repository with hooks, filled with *source*'s content and configuration.

    With *keys*, a folder, key pairs are made there for everybody registered who has none. Returns
    what was done, in Indonesian; an existing server keeps its history and only gets its hooks anew.
    """
    repository = init_bare(path.resolve())
    for name, value in (("receive.fsckObjects", "true"), ("receive.denyNonFastForwards", "false"), ("gc.auto", "0")):
        repository.git("config", name, value)
    said = [] if repository.resolve(bare_git.MAIN) else _fill(repository, source, keys)
    for name, script in _HOOKS.items():
        _write_hook(repository.folder / "hooks" / name, script)
    return [*said, f"repositori {path} siap, dijaga oleh hook {' dan '.join(_HOOKS)}"]


def _fill(repository: Repository, source: Path, keys: Path | None) -> list[str]:
    people_path = source / history.PEOPLE
    if not people_path.exists():
        raise JdihError(f"{source} tidak berisi {history.PEOPLE}: jalankan di folder proyek")
    data = people_path.read_bytes()
    made = _make_keys(settings.people(data), keys) if keys else {}
    data = keyring.with_keys(data, made) if made else data
    index = repository.folder / "jdih-isi-awal"
    for left in (index, index.with_name(f"{index.name}.lock")):
        left.unlink(missing_ok=True)  # by a run that was interrupted
    env = {"GIT_INDEX_FILE": str(index)}
    present = [name for name in ("content", "site_config", "mkdocs.yml") if (source / name).exists()]
    repository.in_folder(source, "add", "--force", "--", *present, env=env)
    tree = repository.git("write-tree", env=env)
    index.unlink()
    founder = _founder(settings.people(data), keys)
    first = repository.commit((), tree, {history.PEOPLE: data}, "Isi awal repositori kantor\n", founder)
    repository.update_ref(bare_git.MAIN, first)
    return [f"{len(made)} pasang kunci dibuat di {keys}"] if made else []


def _make_keys(people: People, folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = {}
    for person in people.by_id.values():
        if not person.keys:
            private = folder / person.id
            if not private.exists():
                programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person.id, "-f", private])
            kind, public, *_ = programs.run(["ssh-keygen", "-y", "-f", private]).decode().split()
            made[person.id] = f"{kind} {public}"
    return made


def _founder(people: People, keys: Path | None) -> Identity:
    person = people.authorised(Authority.KONFIGURASI)
    if person is None:
        raise JdihError(f"{history.PEOPLE}: belum ada orang berwenang {Authority.KONFIGURASI}")
    return identity_of(person, keys)


def identity_of(person: Person, keys: Path | None) -> Identity:
    """Return a registered person as a signer, with the private key kept in the folder *keys*."""
    return Identity(person.name, person.email, keys.resolve() / person.id if keys else None)


def command() -> str:
    """Return the words by which a shell runs this very program, wherever it stands."""
    return f"PYTHONPATH={_quote(_package())} {_quote(sys.executable)} -P -m pipeline"


def _package() -> Path:
    return Path(pipeline.__file__).resolve().parent.parent


def _write_hook(path: Path, script: str) -> None:
    store.write(path, script.format(package=_quote(_package()), python=_quote(sys.executable)).encode())
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _quote(path: object) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


# -- settings


def configure(  # noqa: PLR0913 - a server is these things
    path: Path, *, site_out: Path, site_url: str, robot_key: Path, endpoints: Mapping[str, str], secrets: Path
) -> None:
    """Write the server's own settings, beside the repository's files and readable by its owner only."""
    values = {
        "situs": str(site_out.resolve()),
        "alamat_situs": site_url,
        "kunci_penerbit": str(robot_key.resolve()),
        "titik_akhir": dict(endpoints),
        "rahasia": str(secrets.resolve()),
    }
    target = path / FILE
    store.write(target, frontmatter.dump(values).encode())
    target.chmod(0o600)


def find(folder: Path) -> Path:
    """Return the server's repository: *folder* itself, or the demonstration's below it; raise `JdihError`."""
    for candidate in (folder.resolve(), (folder / DEMO).resolve()):
        if (candidate / FILE).exists():
            return candidate
    raise JdihError(f"{folder} bukan repositori peladen: sebut foldernya dengan --repo, atau jalankan jdih demo dahulu")


def settings_of(path: Path) -> ServerSettings:
    """Read a server's settings; raise `JdihError` when they are absent or incomplete."""
    values = _read(path / FILE, f"peladen {path} belum diatur: tulis {FILE} (lihat docs/panduan/peladen.md)")
    lacking = [key for key in ("situs", "alamat_situs", "kunci_penerbit", "rahasia") if not values.get(key)]
    if lacking:
        raise JdihError(f"{path / FILE}: lengkapi {', '.join(lacking)}")
    endpoints = values.get("titik_akhir")
    return ServerSettings(
        site_out=Path(str(values["situs"])),
        site_url=str(values["alamat_situs"]),
        endpoints={str(k): str(v) for k, v in endpoints.items()} if isinstance(endpoints, dict) else {},
        secrets=secrets(Path(str(values["rahasia"]))),
        ends=ends(Path(str(values["rahasia"]))),
        identity=_robot(path, Path(str(values["kunci_penerbit"]))),
    )


def secrets(path: Path) -> dict[str, str]:
    """Read a file of tokens (account -> token); raise `JdihError` when others may read it, too."""
    return {ref: _secret(value) for ref, value in _held(path).items()}


def ends(path: Path) -> dict[str, date]:
    """Return the last day each token of the file is good, where it says so; raise `JdihError` for what is no day."""
    told = {ref: value[UNTIL] for ref, value in _held(path).items() if isinstance(value, dict) and UNTIL in value}
    found = {}
    for ref, day in told.items():
        try:
            found[ref] = date.fromisoformat(str(day))
        except ValueError:
            raise JdihError(f"{path}: {UNTIL} {ref} bukan tanggal: tulis seperti 2027-01-20") from None
    return found


def _held(path: Path) -> Mapping[str, object]:
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise JdihError(f"{path} dapat dibaca orang lain: jalankan chmod 600 {path}")
    return _read(path, f"{path} tidak terbaca")


def _secret(value: object) -> str:
    """Return what is sent as the secret: a text, or several fields as JSON. When it ends is ours to know."""
    if not isinstance(value, dict):
        return str(value)
    fields = {name: each for name, each in value.items() if name != UNTIL}
    return str(fields["token"]) if fields.keys() == {"token"} else json.dumps(fields)


def mapping(path: Path) -> dict[str, str]:
    """Read a file of pairs, a value with fields of its own as JSON; raise `JdihError` when it cannot be."""
    pairs = _read(path, f"{path} tidak terbaca").items()
    return {str(key): json.dumps(value) if isinstance(value, dict) else str(value) for key, value in pairs}


def _robot(path: Path, key: Path) -> Identity:
    people = history.policy(Repository(path), bare_git.MAIN).people
    robot = people.authorised(Authority.TERBITAN)
    if robot is None or not key.exists():
        raise JdihError(f"penerbit belum siap: daftarkan orang berwenang {Authority.TERBITAN} dan kuncinya {key}")
    return Identity(robot.name, robot.email, key)


def _read(path: Path, absent: str) -> Mapping[str, object]:
    try:
        return frontmatter.parse_yaml(path.read_bytes()).fields
    except OSError as error:
        raise JdihError(absent) from error
    except frontmatter.MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error


# -- the plain copy of `main`


def export_main(path: Path) -> Path:
    """Bring the server's plain copy of `main` up to date and return its folder."""
    repository, target = Repository(path), path / TREE
    target.mkdir(exist_ok=True)
    env = {"GIT_INDEX_FILE": str(path / f"{TREE}.index")}
    try:
        repository.in_folder(target, "read-tree", "--reset", "-u", bare_git.MAIN, env=env)
    except GitFault as error:
        raise JdihError(f"main tidak dapat disalin ke {target}: {error}") from error
    return target
