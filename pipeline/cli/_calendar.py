"""What the verbs that speak of deadlines say of years whose days off are not all official."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def warn_of_years(years: Collection[int]) -> None:
    """Print one line when a deadline touches a year the calendar does not know for certain."""
    if years:
        print(
            f"peringatan: hari libur dan cuti bersama {', '.join(map(str, years))} belum resmi seluruhnya: "
            "tenggat dan keterlambatan yang menyentuhnya dapat bergeser"
        )
