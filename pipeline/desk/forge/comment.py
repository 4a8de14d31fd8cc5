"""The one comment writers and editors live with on a forge, in Indonesian Markdown. Pure.

Everything people wrote stands escaped inside `<code>`, where a forge makes nothing of it: no mention,
no link, no markup, no end of our own hidden marker.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.desk import wording
from pipeline.model.base import Severity
from pipeline.platforms import PLATFORMS, describes, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from pipeline.desk.forge.hearing import Unheard
    from pipeline.model.base import Finding
    from pipeline.model.publishing import Media, Post

MARKER = "<!-- jdih:sop -->"
LIMIT = 60_000
"""Characters; GitHub refuses a comment longer than 65,536."""
_MARKS = {"selesai": "selesai", "ditunggu": "**ditunggu**", "belum": ""}
_MARKUP = str.maketrans({mark: f"&#{ord(mark)};" for mark in "|`*_[]~\\"})
_UNTOLD = "teks alternatif tidak dikirim"
_MOST = 20
"""Findings and remarks shown; the rest is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What the comment shows."""

    row: Mapping[str, Any] | None
    """The case as `overview.summary` gives it; None while no SOP is known."""
    faults: Sequence[str] = ()
    """Why the branch itself cannot be taken."""
    findings: Sequence[Finding] = ()
    unheard: Sequence[Unheard] = ()
    posts: Sequence[Post] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Post key -> address of its picture."""
    plan: Sequence[str] = ()
    """What happens after merging, in words."""
    next_words: Sequence[str] = ()
    """Commands the person waited for may write."""
    way_out: str = ""
    """How the item may be given up; '' when it may not."""
    papers: Mapping[str, str] = field(default_factory=dict)
    """File the step waited for writes -> address where it is written, with its template."""
    zone: tzinfo = UTC
    """The office's: every time is told in it."""


def render(sheet: Sheet) -> str:
    """Return the comment's whole text, with the marker it is found by."""
    parts = [MARKER, *_faults(sheet)]
    if sheet.row:
        parts += _progress(sheet.row, sheet)
    parts += _findings(sheet)
    parts += _unheard(sheet)
    parts += _posts(sheet)
    if sheet.plan:
        parts += ["### Sesudah digabung", *(f"- {quoted(line)}" for line in sheet.plan)]
    text = "\n\n".join(_joined(parts))
    if len(text) > LIMIT:
        text = text[:LIMIT].rpartition("\n\n")[0] + "\n\n(dipotong: selengkapnya pada jdih status dan jdih check)"
    return text


def _joined(parts: Iterable[str]) -> Iterator[str]:
    """Yield blocks, with the lines of one list or table kept together."""
    block: list[str] = []
    for part in parts:
        if part.startswith(("| ", "- ")):
            block.append(part)
            continue
        if block:
            yield "\n".join(block)
            block = []
        yield part
    if block:
        yield "\n".join(block)


def quoted(text: str) -> str:
    """Return what somebody wrote, on one line, as text a forge makes nothing of."""
    flat = _inert(text)
    return f"<code>{flat}</code>" if flat else ""


def _inert(text: str) -> str:
    """Return *text* on one line, with what HTML and Markdown would read escaped."""
    return html.escape(" ".join(text.split())).translate(_MARKUP)


def _faults(sheet: Sheet) -> Iterator[str]:
    if sheet.faults:
        yield "### Cabang ini belum dapat diterima"
        yield from (f"- {quoted(fault)}" for fault in sheet.faults)


def _progress(row: Mapping[str, Any], sheet: Sheet) -> Iterator[str]:
    yield f"### {quoted(str(row.get('judul') or row['id']))}"
    yield f"SOP `{row['sop']}`, putaran {row['putaran']}. {quoted(str(row['keterangan']))}"
    yield "| No | Langkah | Peran | Keadaan | Oleh | Standar | Waktu |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    yield from (_step(step, sheet.zone) for step in row["langkah"])
    if not row["pemegang"] and any(step["keadaan"] == "ditunggu" for step in row["langkah"]):
        yield "**Peran yang ditunggu tidak ada pemegangnya**: tunjuk seseorang di `site_config/people.yaml`"
    if sheet.next_words:
        yield "Yang ditunggu dapat menulis komentar: " + " atau ".join(f"`{word}`" for word in sheet.next_words)
    if sheet.way_out:
        yield sheet.way_out
    yield from _papers([str(name) for name in row.get("kurang") or ()], sheet.papers)


def _papers(lacking: Sequence[str], papers: Mapping[str, str]) -> Iterator[str]:
    """Yield the papers that are lacking, then the others the step may write; a link leads to where each is written."""
    named = {name.rpartition(" (")[2].removesuffix(")"): name for name in lacking}
    if lacking:
        yield "Yang masih kurang:"
    for file, name in named.items():
        yield f"- {quoted(name.rpartition(' (')[0])}: {_link(file, papers)}" if file in papers else f"- {quoted(name)}"
    if others := [file for file in papers if file not in named]:
        yield f"Kertas langkah ini: {', '.join(_link(file, papers) for file in others)}"


def _link(file: str, papers: Mapping[str, str]) -> str:
    return f"[{_inert(file)}]({papers[file]})"


def _step(step: Mapping[str, Any], zone: tzinfo) -> str:
    marks = [_MARKS[step["keadaan"]]]
    marks += ["keadaan kahar"] if step["kahar"] else []
    marks += ["**terlambat**"] if step["terlambat"] else []
    spent = f"{step['waktu_kerja_menit']:g} menit kerja".replace(".", ",") if step["waktu_kerja_menit"] else ""
    end = f"{datetime.fromisoformat(step['tenggat']).astimezone(zone):%Y-%m-%d %H:%M %Z}" if step["tenggat"] else ""
    due = f"tenggat {end}" if end and step["keadaan"] == "ditunggu" else spent
    cells = (
        str(step["no"]),
        _inert(str(step["kegiatan"])),
        _inert(str(step["peran"])),
        ", ".join(mark for mark in marks if mark),
        _inert(str(step["oleh"])),
        _inert(str(step["standar"] or "-")),
        _inert(due),
    )
    return f"| {' | '.join(cells)} |"


def _findings(sheet: Sheet) -> Iterator[str]:
    if not sheet.findings:
        return
    errors = sum(finding.severity is Severity.GALAT for finding in sheet.findings)
    yield f"### Pemeriksaan: {errors} galat, {len(sheet.findings) - errors} saran"
    for finding in sheet.findings[:_MOST]:
        mark = "" if finding.severity is Severity.GALAT else "saran: "
        yield f"- {quoted(f'{finding.path}:{finding.line}')} {finding.code} {mark}{quoted(finding.message)}"
    if len(sheet.findings) > _MOST:
        yield f"- dan {len(sheet.findings) - _MOST} lagi: jalankan jdih check"


def _unheard(sheet: Sheet) -> Iterator[str]:
    if not sheet.unheard:
        return
    yield "### Yang tidak dihitung"
    for each in sheet.unheard[-_MOST:]:
        at = each.said.at.astimezone(sheet.zone)
        yield f"- {quoted(each.said.author)}, {at:%Y-%m-%d %H:%M %Z}: {quoted(each.reason)}"


def _posts(sheet: Sheet) -> Iterator[str]:
    if sheet.posts:
        yield "### Pratinjau kiriman"
    for post in sheet.posts:
        media = [f"[{each.name}: {each.alt if _is_told(post, each) else _UNTOLD}]" for each in post.media]
        # One line of HTML: a line break of Markdown would end the block, `<pre>` would not wrap.
        named = [f"[judul: {called}]"] if (called := title(post)) else []
        text = "<br>".join(quoted(line) for line in [*named, *post.text.splitlines(), *media])
        yield f"{quoted(wording.place(post))}\n<blockquote>{_picture(post, sheet.pictures)}{text}</blockquote>"


def _is_told(post: Post, media: Media) -> bool:
    """Whether the alternative text of *media* is shown: it is not where its platform takes none."""
    return post.platform not in PLATFORMS or describes(media, post.platform)


def _picture(post: Post, pictures: Mapping[str, str]) -> str:
    """Return the picture of a post; its text stands beside it, so it is named and not told again."""
    source = html.escape(pictures.get(post.key, ""))
    name = html.escape(f"Pratinjau kiriman {wording.place(post)}")
    return f'<img src="{source}" width="360" alt="{name}"><br>' if source else ""
