"""The forge's own rules for branches, kept as files and compared with what the forge has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.desk import cases
from pipeline.desk.forge import forms, witness
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.desk.forge.link import Link

FOLDER = ".github/rulesets"
_APP_KEYS = ("integration_id", "actor_id")


def prepare(link: Link) -> None:
    """Receipt today's `main` as where trust begins, and make the forms' labels known; what is there is left alone.

    Before the rules: afterwards only the App writes the branch of receipts.
    """
    link.fetch()
    if witness.begin(link):
        link.say("kuitansi dimulai: main hari ini menjadi pangkal kepercayaan")
    data = link.repository.read(cases.view(link.repository).main, forms.FILE)
    for form in forms.read(data) if data else ():
        link.ask(link.forge.make_label(link.name, form.label))


def apply(link: Link, root: Path, app: int, *, check: bool) -> list[str]:
    """Make the forge's rulesets those of the files, or with *check* only say where they differ."""
    there = {each.name: each for each in link.ask(link.forge.rulesets(link.name))}
    troubles = []
    for document in _documents(root, app):
        name = document["name"]
        found = there.get(name)
        differences = sorted(_differences(document, found.document)) if found else ["belum ada"]
        if not differences:
            continue
        if check:
            troubles.append(f"aturan {name}: {'; '.join(differences)}")
            continue
        link.ask(link.forge.put_ruleset(link.name, found.id if found else None, document))
        link.say(f"aturan {name} dipasang")
    return troubles


def _documents(root: Path, app: int) -> Iterator[dict[str, Any]]:
    files = store.read_folder(root / FOLDER)
    if not files:
        raise JdihError(f"{FOLDER} kosong: jalankan di folder proyek")
    for name, data in sorted(files.items()):
        try:
            document = json.loads(data)
        except ValueError as error:
            raise JdihError(f"{FOLDER}/{name} bukan JSON: {error}") from error
        yield _with_app(document, app)


def _with_app(value: Any, app: int) -> Any:  # noqa: ANN401 - any part of a JSON document
    """Write the App's id where the files say 0."""
    if isinstance(value, dict):
        return {key: app if key in _APP_KEYS and each == 0 else _with_app(each, app) for key, each in value.items()}
    return [_with_app(each, app) for each in value] if isinstance(value, list) else value


def _differences(wanted: Mapping[str, Any], there: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Yield where *there* lacks what is *wanted*; what the forge adds is no difference, more rules are."""
    for key, value in wanted.items():
        where, other = f"{at}{key}", there.get(key)
        if isinstance(value, dict) and isinstance(other, dict):
            yield from _differences(value, other, f"{where}.")
        elif key == "rules" and isinstance(other, list):
            yield from _rule_differences(value, other)
        elif value != other:
            yield f"{where} berbunyi {json.dumps(other)}, seharusnya {json.dumps(value)}"


def _rule_differences(wanted: list[dict[str, Any]], there: list[dict[str, Any]]) -> Iterator[str]:
    found = {rule.get("type"): rule for rule in there}
    for rule in wanted:
        if rule["type"] not in found:
            yield f"aturan {rule['type']} tidak ada"
        else:
            yield from _differences(
                rule.get("parameters", {}), found[rule["type"]].get("parameters", {}), rule["type"] + "."
            )
    yield from (f"aturan {kind} tidak dikenal" for kind in found.keys() - {rule["type"] for rule in wanted})
