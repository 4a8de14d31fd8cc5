"""Build the public site: run the engine, stamp the documents, index them, write what changed.

Order matters to a reader and to a takedown: pages that may no longer be read go first,
then the search index is made anew from what is left.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipeline import frontmatter, programs, store
from pipeline.model.base import JdihError
from pipeline.model.site import BuildReport
from pipeline.site import bundle, staging
from pipeline.site.assembly import Written, assemble, attachments

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.site import SiteData

PAGES = "content/halaman"
THEME = "site_config/theme"
CONFIG = "mkdocs.yml"
_NO_CONFIG = "mkdocs.yml tidak ada di {}: jalankan di dalam folder proyek"
_INDEX = "pagefind/"


def build(data: SiteData, root: Path, out: Path, cache: Path, site_url: str) -> BuildReport:
    """Bring the folder *out* to the state *data* describes; *cache* holds what need not be made again.

    *root* is a checkout with mkdocs.yml, content/halaman and site_config/theme. *site_url* is only
    used for canonical addresses: the site itself works under any path.
    """
    started = time.perf_counter()
    if not site_url.startswith(("https://", "http://")) or not site_url.endswith("/"):
        raise JdihError(f"alamat situs {site_url!r} harus diawali https:// dan diakhiri garis miring")
    files = assemble(data, written(root, cache, site_url), site_url)
    folder = store.Folder(out)
    folder.put(files)
    for path, file in attachments(data):
        folder.put({path: file.read()})
    folder.forget(sparing=_INDEX)
    folder.put({_INDEX + path: content for path, content in _index(files, cache).items()})
    folder.forget()
    folder.close()
    return BuildReport(
        pages=sum(path.endswith(".html") for path in files),
        written=folder.written,
        removed=folder.removed,
        seconds=time.perf_counter() - started,
    )


def site_url(root: Path) -> str:
    """Return the address mkdocs.yml gives the site."""
    config = root / CONFIG
    if not config.is_file():
        raise JdihError(_NO_CONFIG.format(root.name))
    try:
        found = frontmatter.parse_yaml(config.read_bytes()).fields.get("site_url", "")
    except frontmatter.MalformedError as error:
        raise JdihError(f"{CONFIG}:{error.line}: {error}") from error
    return str(found)


def written(root: Path, cache: Path, site_url: str) -> Written:
    """Return the hand-written pages and the shells, rendered by the engine unless nothing it reads has changed."""
    config = root / CONFIG
    if not config.is_file():
        raise JdihError(_NO_CONFIG.format(root.name))
    sources, theme = store.read_folder(root / PAGES), store.read_folder(root / THEME)
    place = cache / "mesin"
    inputs = {f"{PAGES}/{path}": content for path, content in sources.items()}
    inputs |= {f"{THEME}/{path}": content for path, content in theme.items()} | {CONFIG: config.read_bytes()}
    key = staging.fingerprint(inputs, site_url, *programs.versions("mkdocs", "mkdocs-material", "markdown"))
    mark = place / "kunci"
    if not mark.is_file() or mark.read_text() != key:
        _run_engine(root, place, staging.staged(sources), site_url)
        store.write(mark, key.encode())
    return Written(sources, store.read_folder(place / "hasil"))


def _run_engine(root: Path, place: Path, staged: dict[str, bytes], site_url: str) -> None:
    store.clear(place)
    docs, result = place / "naskah", place / "hasil"
    for path, content in staged.items():
        store.write(docs / path, content)
    config = place / CONFIG
    made = staging.configuration(
        str((root / CONFIG).resolve()), docs=str(docs.resolve()), theme=str((root / THEME).resolve()), site_url=site_url
    )
    store.write(config, made)
    programs.mkdocs(config.resolve(), result.resolve())


def _index(files: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """Return the search bundle of the pages in *files*, made anew only when a page changed."""
    pages = {path: content for path, content in files.items() if path.endswith(".html")}
    key = staging.fingerprint(pages, *programs.versions("pagefind-bin-extended"))
    place = cache / "pencarian"
    mark = place / "kunci"
    if not mark.is_file() or mark.read_text() != key:
        store.clear(place)
        for path, content in pages.items():
            store.write(place / "halaman" / path, content)
        programs.pagefind(place / "halaman", place / "hasil")
        store.clear(place / "halaman")
        store.write(mark, key.encode())
    return bundle.settle(store.read_folder(place / "hasil"))
