"""Other programs, checked: the only module that imports subprocess.

Each program gets the environment it is handed and nothing else, no shell, no standard
input unless given, and a time limit. A fault is one Indonesian line for the operator.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LAST_WORDS = 300


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60,
) -> bytes:
    """Run a program to its end and return its standard output.

    `env` is the whole environment of the program; None hands on our own. `timeout` is in seconds.
    """
    name = Path(argv[0]).name
    try:
        done = subprocess.run(
            [str(word) for word in argv],
            cwd=cwd,
            env=env,
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise JdihError(f"program {name} tidak ditemukan: pasang dahulu, lalu ulangi") from error
    except subprocess.TimeoutExpired as error:
        raise JdihError(f"program {name} belum selesai setelah {timeout:g} detik dan dihentikan") from error
    except OSError as error:
        raise JdihError(f"program {name} tidak dapat dijalankan: {error.strerror}") from error
    if done.returncode:
        raise JdihError(f"program {name} gagal ({done.returncode}): {_last_words(done.stderr or done.stdout)}")
    return done.stdout


@contextmanager
def streaming(argv: Sequence[str | Path], *, env: Mapping[str, str], stdin: IO[bytes]) -> Iterator[IO[bytes]]:
    """Run a program on the file *stdin* and yield its output as it comes; leaving waits for its end.

    Its complaints go to our own standard error. It does not hear the Ctrl-C that ends us.
    """
    name = Path(argv[0]).name
    try:
        process = subprocess.Popen(
            [str(word) for word in argv], env=env, stdin=stdin, stdout=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        raise JdihError(f"program {name} tidak dapat dijalankan: {error.strerror}") from error
    with process:
        yield cast("IO[bytes]", process.stdout)


def find(name: str) -> Path | None:
    """Return where the program *name* is installed, or None."""
    found = shutil.which(name)
    return Path(found) if found else None


def versions(*packages: str) -> tuple[str, ...]:
    """Return the installed versions of Python packages, for keys of what they produced."""
    return tuple(f"{package} {importlib.metadata.version(package)}" for package in packages)


def mkdocs(config: Path, site: Path) -> None:
    """Build *config* into *site* with the mkdocs of this very Python."""
    run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", config, "--site-dir", site],
        cwd=config.parent,
        env={"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=180,
    )


def pagefind(site: Path, bundle: Path) -> None:
    """Index the built pages of *site* into the folder *bundle*, as Indonesian text.

    The program comes inside a Python package (`pagefind-bin-extended`), so it is found by import, never on PATH.
    """
    run(
        [_pagefind(), "--site", site, "--output-path", bundle, "--force-language", "id", "--quiet"], env={}, timeout=300
    )


def _pagefind() -> Path:
    package = importlib.util.find_spec("pagefind_bin_extended")
    if package is None or package.origin is None:
        raise JdihError("pengindeks pagefind tidak terpasang: jalankan lagi pemasangan dari requirements.lock")
    return Path(package.origin).with_name("pagefind_extended")


def _last_words(output: bytes) -> str:
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:_LAST_WORDS] if lines else "tanpa keterangan"
