"""The one comment: what it says, and that nothing anybody wrote does anything in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import markdown
import pytest

from pipeline.desk.forge.comment import LIMIT, MARKER, Sheet, render
from pipeline.desk.forge.hearing import Unheard
from pipeline.desk.forge.said import Said
from pipeline.model.base import Finding, Severity
from pipeline.model.people import Account
from pipeline.model.publishing import Media, Post

HOSTILE = [
    "@kepala lihat",
    f"{MARKER} palsu",
    "</code></pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "| sel | palsu |",
    "`x` ``` ~~~ **tebal** _miring_",
    "[tautan](https://lain.example) ![gambar](https://lain.example/x.png)",
    "satu\n\n# judul\n\n- butir\n\n| a |\n| - |",
    "&lt;b&gt; &#64;kepala",
    "> kutip #12 kantor/jdih#3",
]


def row(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - the fields of `overview.summary`
    """Return an item that waits for its second step."""
    known = {"id": "kota-2026-contoh", "judul": "Mengenal JDIH", "sop": "kota/medsos", "putaran": 1, "kurang": []}
    waiting = {"keterangan": "masih menunggu langkah 2 oleh Penulis", "pemegang": ["penulis"]}
    return known | waiting | {"langkah": [step(1, "selesai", oleh="kepala"), step(2, "ditunggu")]} | changes


def step(number: int, state: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - the fields of `overview.summary`
    said = {"no": number, "kegiatan": "Menulis.", "peran": "Penulis", "standar": "2 hari", "keadaan": state, "oleh": ""}
    due = {"tenggat": "2026-11-24T10:00:00+07:00", "terlambat": False, "waktu_kerja_menit": None, "kahar": False}
    return said | due | changes


def unheard(text: str) -> Unheard:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    return Unheard(said=Said(source="github:komentar:1", author=text, at=at, commit=None), reason=text)


def post(text: str) -> Post:
    media = Media(name=text, url="https://jdih.example/k.jpg", alt=text, mime="image/jpeg", content=bytes)
    account = Account(platform="x", id="1", handle="jdih_kpu_contoh")
    return Post(item="x", platform="x", account=account, text=text, media=(media,), digest="d")


def everywhere(text: str) -> Sheet:
    """Return a comment that has *text* wherever a person can write."""
    return Sheet(
        row=row(judul=text, keterangan=text, kurang=[text, f"{text} (disposisi.md)"]),
        faults=[text],
        findings=[Finding(code="CAP002", path=text, line=1, message=text)],
        unheard=[unheard(text)],
        posts=[post(text)],
        plan=[text],
        papers={"disposisi.md": "https://github.com/kantor/jdih/new/usul/x?filename=disposisi.md"},
    )


class Outside(HTMLParser):
    """Collects the words that stand not in <code>, and every element."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.words, self.tags = 0, "", set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.depth += tag == "code"
        self.words += "".join(str(value) for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.words += "" if self.depth else data


def outside(text: str) -> Outside:
    """Read the page Markdown makes of *text*, before any forge has cleaned it."""
    seen = Outside()
    seen.feed(markdown.markdown(text, extensions=["tables", "sane_lists"]))
    seen.close()
    return seen


PLAIN = outside(render(everywhere("biasa"))).words.split()


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_wrote_stands_in_code_only_and_makes_nothing(text: str) -> None:
    shown = render(everywhere(text))
    seen = outside(shown)
    assert seen.words.split() == PLAIN, "outside of <code> the comment says what it always says"
    assert seen.tags <= {
        "h3",
        "p",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "code",
        "blockquote",
        "br",
        "a",
    }
    assert shown.count(MARKER) == 1
    assert shown.startswith(MARKER)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_row_of_the_table_keeps_its_seven_cells(text: str) -> None:
    shown = render(Sheet(row=row(langkah=[step(1, "belum", kegiatan=text, peran=text, oleh=text, standar=text)])))
    [line] = [line for line in shown.splitlines() if line.startswith("| 1 |")]
    assert line.count("|") == 8


def test_the_table_says_who_did_what_and_what_is_waited_for_until_when() -> None:
    shown = render(Sheet(row=row(), next_words=["/sop 2 SELESAI"]))
    assert "| 1 | Menulis. | Penulis | selesai | kepala | 2 hari |  |" in shown
    assert "| 2 | Menulis. | Penulis | **ditunggu** |  | 2 hari | tenggat 2026-11-24 03:00 UTC |" in shown
    here = render(Sheet(row=row(), zone=ZoneInfo("Asia/Makassar"), unheard=[unheard("x")]))
    assert "tenggat 2026-11-24 11:00 WITA |" in here
    assert "<code>x</code>, 2026-11-21 11:00 WITA: <code>x</code>" in here
    assert "UTC" not in here
    assert "Yang ditunggu dapat menulis komentar: `/sop 2 SELESAI`" in shown


def test_a_late_step_is_called_late_and_no_minutes_are_counted() -> None:
    shown = render(Sheet(row=row(langkah=[step(2, "ditunggu", terlambat=True, terlambat_menit=77.5)])))
    assert "**ditunggu**, **terlambat**" in shown
    assert "77" not in shown


def test_a_role_nobody_holds_is_said() -> None:
    assert "tidak ada pemegangnya" in render(Sheet(row=row(pemegang=[])))
    assert "tidak ada pemegangnya" not in render(Sheet(row=row()))
    assert "tidak ada pemegangnya" not in render(Sheet(row=row(pemegang=[], langkah=[step(1, "selesai")])))


def test_a_missing_paper_leads_to_where_it_is_written() -> None:
    papers = {name: f"https://f.example/{name}" for name in ("disposisi.md", "index.md", "takarir.md")}
    shown = render(Sheet(row=row(kurang=["Disposisi (disposisi.md)", "Gambar (media/**)"]), papers=papers))
    assert "- <code>Disposisi</code>: [disposisi.md](https://f.example/disposisi.md)" in shown
    assert "- <code>Gambar (media/&#42;&#42;)</code>" in shown
    assert "Kertas langkah ini: [index.md](https://f.example/index.md), [takarir.md]" in shown


def test_findings_are_counted_by_weight_and_the_rest_is_named_not_hidden() -> None:
    findings = [
        Finding(code="CAP002", path="a.md", line=n, message="x", severity=severity)
        for n, severity in enumerate([Severity.GALAT] * 15 + [Severity.PERINGATAN] * 8)
    ]
    shown = render(Sheet(row=None, findings=findings))
    assert "### Pemeriksaan: 15 galat, 8 saran" in shown
    assert "- dan 3 lagi: jalankan jdih check" in shown
    assert shown.count("CAP002") == 20


def test_a_post_is_shown_word_for_word_even_with_blank_lines() -> None:
    shown = render(Sheet(row=None, posts=[post("Halo & <semua>\n\nBaris *dua*")]))
    assert (
        "<blockquote><code>Halo &amp; &lt;semua&gt;</code><br><br><code>Baris &#42;dua&#42;</code><br><code>&#91;"
        in shown
    )


@pytest.mark.parametrize(("platform", "told"), [("x", True), ("pinterest", True), ("telegram", False)])
def test_words_for_a_picture_are_shown_only_where_they_are_sent(platform: str, told: bool) -> None:  # noqa: FBT001 - a column
    [media] = post("Halo").media
    shown = render(
        Sheet(row=None, posts=[replace(post("Halo"), platform=platform, media=(replace(media, alt="Rapat"),))])
    )
    assert ("Rapat" in shown) is told
    assert ("teks alternatif tidak dikirim" in shown) is not told


def test_a_title_that_is_sent_is_shown_above_the_text() -> None:
    shown = render(Sheet(row=None, posts=[replace(post("Rapat pleno\nIsinya"), platform="youtube")]))
    assert "<blockquote><code>&#91;judul: Rapat pleno&#93;</code><br><code>Rapat pleno</code>" in shown


def test_every_part_of_a_thread_is_shown_as_one() -> None:
    parts = [replace(post(text), part=part, parts=2) for part, text in enumerate(("Pembuka", "Penutup"), 1)]
    shown = render(Sheet(row=None, posts=parts))
    heads = [f"<code>x:jdih&#95;kpu&#95;contoh utas {part}/2</code>" for part in (1, 2)]
    assert 0 < shown.index(heads[0]) < shown.index("Pembuka") < shown.index(heads[1]) < shown.index("Penutup")


@pytest.mark.parametrize("size", [1_000, 30_000, 59_000, 200_000])
def test_a_very_long_comment_is_cut_between_blocks(size: int) -> None:
    text = render(Sheet(row=row(), posts=[post(f"{n} {'kata ' * (size // 5)}") for n in range(8)], plan=["x"]))
    assert len(text) < LIMIT + 100
    assert ("(dipotong: selengkapnya" in text) is (size > 1_000)
    assert text.count("<blockquote>") == text.count("</blockquote>")
    assert re.findall(r"</?code>", text)[::2] == ["<code>"] * (text.count("<code>"))


def test_the_same_sheet_gives_the_same_comment() -> None:
    assert render(everywhere("x")) == render(everywhere("x"))
