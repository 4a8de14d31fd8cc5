"""Cut GitHub's OpenAPI description down to what the client and the fake speak.

`npm pack @octokit/openapi@23.0.2` and unpack `package/generated/api.github.com.json`, then
`python tests/forge/trim_openapi.py package/generated/api.github.com.json tests/forge/github-openapi.json`.
Words for readers (descriptions, examples) and GitHub's own extensions are left out; every schema is as it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

REPO = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/activity": ["get"],
    "/commits/{commit_sha}/pulls": ["get"],
    "/commits/{ref}/statuses": ["get"],
    "/issues": ["get", "post"],
    "/issues/comments": ["get"],
    "/issues/comments/{comment_id}": ["patch", "delete"],
    "/issues/{issue_number}": ["patch"],
    "/issues/{issue_number}/comments": ["get", "post"],
    "/issues/{issue_number}/labels": ["post"],
    "/issues/{issue_number}/labels/{name}": ["delete"],
    "/labels": ["get", "post"],
    "/pulls": ["get", "post"],
    "/pulls/{pull_number}": ["get", "patch"],
    "/pulls/{pull_number}/merge": ["put"],
    "/pulls/{pull_number}/requested_reviewers": ["post", "delete"],
    "/pulls/{pull_number}/reviews": ["get", "post"],
    "/pulls/{pull_number}/reviews/{review_id}": ["put"],
    "/pulls/{pull_number}/reviews/{review_id}/dismissals": ["put"],
    "/rulesets": ["get", "post"],
    "/rulesets/{ruleset_id}": ["get", "put"],
    "/statuses/{sha}": ["post"],
}
WORDS = {"description", "summary", "example", "examples", "externalDocs", "tags", "title", "operationId"}
NAMED = {"properties", "schemas", "responses", "parameters", "headers", "paths"}
"""Objects whose keys are names, not keywords: a property may be called `description`."""


def lean(node: Any, *, names: bool = False) -> Any:  # noqa: ANN401 - JSON is anything
    """Return *node* without words for readers."""
    if isinstance(node, list):
        return [lean(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    kept = node if names else {key: value for key, value in node.items() if key not in WORDS and key[:2] != "x-"}
    return {key: lean(value, names=not names and key in NAMED) for key, value in kept.items()}


def references(node: Any) -> set[str]:  # noqa: ANN401 - JSON is anything
    """Return every `$ref` below *node*."""
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))


def trim(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the operations above and every component they reach."""
    paths: dict[str, Any] = {}
    for path, methods in OPERATIONS.items():
        paths[REPO + path] = {method: lean(whole["paths"][REPO + path][method]) for method in methods}
    small = {key: whole[key] for key in ("openapi", "info", "servers")} | {"paths": paths, "components": {}}
    waiting = references(paths)
    while waiting:
        kind, name = waiting.pop().split("/")[2:]
        if name not in small["components"].setdefault(kind, {}):
            small["components"][kind][name] = lean(whole["components"][kind][name])
            waiting |= references(small["components"][kind][name])
    return small


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    small = trim(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(json.dumps(small, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
