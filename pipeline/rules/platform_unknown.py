"""Tujuan bukan platform yang dikenal, atau kantor tidak punya akun itu di sana.

Mengapa: yang disetujui tidak akan pernah tayang, tanpa seorang pun tahu. Platform tanpa penghubung boleh dituju
bila akunnya terdaftar: kirimannya menjadi tugas yang dikerjakan dengan tangan.
Salah: `tujuan: [instagrem]`; pada tanggapan, `akun: jdih_kpu_lama` yang tidak ada pada berkas kantor.
Benar: `tujuan: [instagram]`, dengan akun terdaftar pada berkas kantor; pada tanggapan, `akun` persis seperti di sana.
Dasar: SOP KPU Kab. Kepulauan Mentawai 6/2023 langkah 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Tanggapan
from pipeline.platforms import PLATFORMS
from pipeline.rules._orders import is_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET017"
KINDS = (Konten, Tanggapan)


def check(item: Konten | Tanggapan, context: Context, /) -> Iterator[Place]:
    """Compare the platforms asked for with those that exist and with the office's accounts."""
    owned = {account.platform for account in context.office.accounts}
    for key, name in _asked(item):
        if name not in owned and name not in PLATFORMS:
            yield *item.at(key), f"platform '{name}' tidak dikenal: pilih dari {', '.join(PLATFORMS)}"
        elif name not in owned:
            yield *item.at(key), f"{context.office.short_name} tidak punya akun {name}: hapus, atau daftarkan akunnya"
        elif isinstance(item, Tanggapan):
            yield from _account(item, context)


def _asked(item: Konten | Tanggapan) -> list[tuple[str, str]]:
    if isinstance(item, Tanggapan):
        return [("platform", item.platform)]
    return [(f"tujuan.{index}", name) for index, name in enumerate(item.targets)]


def _account(item: Tanggapan, context: Context) -> Iterator[Place]:
    """Refuse an account the office does not have; an answer that is out may name one that was renamed since."""
    handles = [account.handle for account in context.office.accounts if account.platform == item.platform]
    own = context.desk.places.get(item.id)
    if item.account not in handles and not (own and is_out(own, context.desk)):
        lacking = f"tidak punya akun '{item.account}' di" if item.account else "belum disebut akunnya di"
        yield *item.at("akun"), f"{context.office.short_name} {lacking} {item.platform}: tulis {' atau '.join(handles)}"
