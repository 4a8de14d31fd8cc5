"""Check rules: one module each, listed here.

To add a rule, write a module with a CODE, KINDS, a docstring (Mengapa, Salah, Benar, Dasar) and `check`,
add it to RULES, and add example folders under tests/rules/<CODE>/. A rule that only advises says
`SEVERITY = Severity.PERINGATAN`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pipeline import content
from pipeline.model.base import Finding, Severity
from pipeline.rules import (
    abstract_incomplete,
    active_markup,
    alt_missing,
    alt_too_long,
    alt_unhelpful,
    announcement_without_product,
    answer_by_hand,
    body_empty,
    caption_empty,
    caption_file_missing,
    caption_too_long,
    comment_answered,
    copy_missing,
    copy_missing_historic,
    copy_unattested,
    file_unexpected,
    file_unlisted,
    hashtag_duplicate,
    hashtag_form,
    hashtag_obligatory,
    hashtag_too_many,
    hidden_characters,
    letters_fancy,
    media_absent,
    media_has_location,
    media_not_image,
    media_too_large,
    media_unfit,
    media_unnamed,
    metadata_missing,
    mixed_scripts,
    not_for_upload,
    number_area,
    number_form,
    number_sequence,
    number_year,
    order_not_carried,
    pdf_unsafe,
    personal_number,
    platform_unknown,
    relation_unknown,
    removal_by_hand,
    schedule_too_early,
    target_unknown,
    template_unfilled,
    thread_unfit,
    type_unknown,
    variant_unused,
    video_unfit,
)
from pipeline.rules._context import Context, Desk, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model.item import Entry, Item

__all__ = ["RULES", "Context", "Desk", "Place", "Rule", "check", "check_folder", "severity"]


class Rule(Protocol):
    """What a rule module provides."""

    CODE: str

    @property
    def KINDS(self) -> tuple[type[Entry], ...]:  # noqa: N802 - a module's constant
        """The kinds of item it concerns."""

    def check(self, item: Any, context: Context, /) -> Iterator[Place]:  # noqa: ANN401 - one of KINDS
        """Yield file, line and message for each thing the writer must mend."""


RULES: tuple[Rule, ...] = (
    metadata_missing,
    type_unknown,
    body_empty,
    template_unfilled,
    schedule_too_early,
    target_unknown,
    order_not_carried,
    removal_by_hand,
    answer_by_hand,
    announcement_without_product,
    platform_unknown,
    comment_answered,
    caption_empty,
    caption_too_long,
    caption_file_missing,
    variant_unused,
    thread_unfit,
    hashtag_obligatory,
    hashtag_form,
    hashtag_too_many,
    hashtag_duplicate,
    alt_missing,
    alt_unhelpful,
    alt_too_long,
    letters_fancy,
    media_absent,
    media_unnamed,
    media_not_image,
    media_too_large,
    media_has_location,
    media_unfit,
    video_unfit,
    copy_missing,
    copy_missing_historic,
    copy_unattested,
    file_unlisted,
    pdf_unsafe,
    abstract_incomplete,
    not_for_upload,
    relation_unknown,
    number_form,
    number_area,
    number_year,
    number_sequence,
    hidden_characters,
    active_markup,
    mixed_scripts,
    personal_number,
    file_unexpected,
)


def check_folder(folder: str, files: Mapping[str, bytes], desk: Desk) -> list[Finding]:
    """Read the item in *folder* (from the repository root) and check it; what cannot be read is found too."""
    item = content.read(folder, files)
    if isinstance(item, tuple):
        return list(item)
    office = desk.offices.get(item.office)
    if office is None:
        message = f"kantor '{item.office}' belum terdaftar: buat site_config/offices/{item.office}.yaml"
        return [Finding(code="MET005", path=f"{folder}/{content.INDEX}", line=1, message=message)]
    return check(item, Context(office=office, desk=desk, files=files))


def check(item: Item, context: Context) -> list[Finding]:
    """Apply every rule that concerns *item* and return what they found, by file and line."""
    findings = [
        Finding(code=rule.CODE, path=f"{item.folder}/{file}", line=line, message=message, severity=severity(rule))
        for rule in RULES
        if isinstance(item, rule.KINDS)
        for file, line, message in rule.check(item, context)
    ]
    return sorted(findings, key=lambda found: (found.path, found.line, found.code))


def severity(rule: Rule) -> Severity:
    """Return how much the findings of *rule* weigh; a rule that says nothing is obeyed."""
    found: Severity = getattr(rule, "SEVERITY", Severity.GALAT)
    return found
