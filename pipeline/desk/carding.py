"""A caption card for an item, from its own words and the office's template (site_config/kartu)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline import content, frontmatter, items, store
from pipeline.frontmatter import MalformedError
from pipeline.media import cards, looking, plan, preparing
from pipeline.model.base import JdihError
from pipeline.model.item import Fit, Konten
from pipeline.site import wording

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.frontmatter import Value
    from pipeline.media.cards import Card
    from pipeline.model.people import Office

FOLDER = "site_config/kartu"
FILE = "media/kartu.jpg"
USUAL = "umum"
_AS_DRAWN = plan.Target("image/jpeg", looking.MAX_BYTES, 4096, 4096, (0.05, 20.0), Fit.TEPI)


def templates(root: Path, office: str) -> dict[str, Path]:
    """Return the card templates *office* may use, by name: its own beside, and before, everybody's."""
    found = [*(root / FOLDER).glob("*.svg"), *(root / FOLDER / office).glob("*.svg")]
    return {path.stem: path for path in found}


def draw(root: Path, item: Konten, office: Office, name: str) -> Card:
    """Draw the card of *item* with the template *name*; raise `JdihError` when there is none such."""
    known = templates(root, office.id)
    if name not in known:
        raise JdihError(f"templat kartu '{name}' tidak ada: pilih dari {', '.join(sorted(known)) or FOLDER}")
    texts = {
        "judul": item.title,
        "ringkasan": item.summary,
        "kategori": wording.CATEGORIES[item.category],
        "tanggal": wording.day(item.day),
        "kantor": office.name,
        "kantor_pendek": office.short_name,
    }
    return cards.draw(known[name].read_bytes(), texts, fonts(root))


def fonts(root: Path) -> list[Path]:
    """Return the font files everything here is drawn with."""
    return sorted((root / FOLDER / "huruf").glob("*.ttf"))


def keep(folder: Path, card: Card) -> None:
    """Put the card into the item's *folder*; what a designer made there is never overwritten."""
    path = folder / FILE
    if path.exists():
        raise JdihError(f"{FILE} sudah ada: pindahkan atau hapus dahulu bila hendak diganti")
    store.write(path, preparing.prepare(card.png, _AS_DRAWN))


def alternative(item: Konten) -> str:
    """Return the card's words for those who do not see it."""
    words = f"Kartu bertulisan: {item.title.rstrip('.')}. {item.summary}"
    return " ".join(words.split())


def enter(folder: Path, alt: str) -> bool:
    """Name the card in the item's takarir.md; False when that is left to the writer, who is shown what to write."""
    path = folder / content.CAPTION
    if not path.is_file():
        return False
    before = path.read_bytes()
    try:
        after = _entered(before, alt).encode()
        old, new = frontmatter.parse(before), frontmatter.parse(after)
    except (MalformedError, UnicodeDecodeError):
        return False
    if new.fields != {**old.fields, "media": _expected(old.fields.get("media"), alt)} or new.body != old.body:
        return False  # lines were not enough to say it: nothing of the writer's is risked
    store.write(path, after)
    return True


def _expected(named: Value | None, alt: str) -> list[Value]:
    """Return what `media` must be afterwards: the card, and everything else as it was."""
    card: Value = {"berkas": FILE, "teks_alt": alt}
    others = named if isinstance(named, list) else []
    if any(_is_card(each) for each in others):
        return [card if _is_card(each) else each for each in others]
    return [card, *others]


def _is_card(each: Value) -> bool:
    return isinstance(each, dict) and each.get("berkas") == FILE


def entry(alt: str) -> list[str]:
    """Return the lines of takarir.md that name the card."""
    return [f"  - berkas: {FILE}", f"    teks_alt: {json.dumps(alt, ensure_ascii=False)}"]


def _entered(data: bytes, alt: str) -> str:
    """Return takarir.md with the card's entry: an unfilled one is filled in, else one is added."""
    document, lines = frontmatter.parse(data), data.decode().split("\n")
    named = document.fields.get("media") or []
    for index, each in enumerate(named if isinstance(named, list) else []):
        if isinstance(each, dict) and _is_card(each):
            said = str(each.get("teks_alt", ""))
            at = document.lines.get(f"media.{index}.teks_alt")
            if at and (not said or items.UNFILLED.search(said)):
                lines[at - 1] = entry(alt)[1]
            return "\n".join(lines)
    if at := document.lines.get("media"):
        lines[at - 1 : at] = ["media:", *entry(alt)]
    else:
        lines[1:1] = ["media:", *entry(alt)]
    return "\n".join(lines)
