"""Rulesets: which bind whom where, and what stands between a pull request and its base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.forge.fake.state import ADMIN, Account, Refused

if TYPE_CHECKING:
    from tests.forge.fake.state import State, Thread

GOOD = {"success", "neutral", "skipped"}
_ADMINISTRATORS = {"OrganizationAdmin", "RepositoryRole"}


def binding(state: State, who: Account, ref: str | None = None) -> list[tuple[dict[str, Any], str]]:
    """Return the active rules that bind *who*, each with the pattern of refs it is for; only those of *ref*."""
    if who.bypass:
        return []
    found = []
    for ruleset in state.rulesets.values():
        if ruleset.get("enforcement") != "active" or any(_is(who, actor) for actor in ruleset.get("bypass_actors", ())):
            continue
        pattern = _pattern(ruleset.get("conditions") or {})
        if ref is None or re.fullmatch(pattern, ref):
            found += [(rule, pattern) for rule in ruleset.get("rules", ())]
    return found


def for_pushes(state: State, who: Account) -> list[tuple[str, str]]:
    """Return (type of rule, pattern of refs) as the pre-receive hook reads it."""
    return [(rule["type"], pattern) for rule, pattern in binding(state, who)]


def merge_faults(state: State, who: Account, pull: Thread, method: str) -> list[str]:
    """Return why *who* may not merge *pull* yet, in GitHub's words."""
    said: list[str] = []
    for rule, _ in binding(state, who, f"refs/heads/{pull.base}"):
        parameters = rule.get("parameters") or {}
        if rule["type"] == "update":
            said.append("Cannot update this protected ref.")
        if rule["type"] == "pull_request":
            said += _review_faults(state, pull, parameters, method)
        if rule["type"] == "required_status_checks":
            checks = parameters.get("required_status_checks", ())
            said += [
                f'Required status check "{one["context"]}" is expected.' for one in checks if _bad(state, pull, one)
            ]
    return said


def dismisses_stale(state: State, pull: Thread) -> bool:
    """Tell whether a push takes the approvals of *pull* away."""
    anybody = Account(login="", token="", id=0)
    bound = [rule.get("parameters") or {} for rule, _ in binding(state, anybody, f"refs/heads/{pull.base}")]
    return any(parameters.get("dismiss_stale_reviews_on_push") for parameters in bound)


def last_words(state: State, pull: Thread) -> dict[str, str]:
    """Return reviewer -> the last of their reviews that says something."""
    spoken = [one for one in state.reviews if one.thread == pull.number and one.state not in {"COMMENTED", "PENDING"}]
    return {one.author: one.state for one in spoken}


def refuse_merge(faults: list[str]) -> None:
    if faults:
        raise Refused(405, "\n".join(("Repository rule violations found", "", *faults)))


def _review_faults(state: State, pull: Thread, parameters: dict[str, Any], method: str) -> list[str]:
    words = list(last_words(state, pull).values())
    said = []
    if method not in parameters.get("allowed_merge_methods", (method,)):
        said.append(f"The merge method {method} is not allowed.")
    if words.count("APPROVED") < parameters.get("required_approving_review_count", 0):
        said.append("At least one approving review is required.")
    if "CHANGES_REQUESTED" in words and parameters.get("required_approving_review_count", 0):
        said.append("Changes were requested.")
    return said


def _bad(state: State, pull: Thread, check: dict[str, Any]) -> bool:
    """Tell whether a required check fails on the head. From another identity it is as if it were not there."""
    app = check.get("integration_id")

    def counts(login: str) -> bool:
        return app is None or state.account(login).app == app

    name = check["context"].lower()
    told = [
        (one.at, one.id, one.state)
        for one in state.statuses
        if one.sha == pull.head and one.context.lower() == name and counts(one.by)
    ]
    return not told or max(told)[2] not in GOOD


def _is(who: Account, actor: dict[str, Any]) -> bool:
    if actor.get("actor_type") == "Integration":
        return who.app is not None and who.app == actor.get("actor_id")
    return actor.get("actor_type") in _ADMINISTRATORS and who.role == ADMIN and who.app is None


def _pattern(conditions: dict[str, Any]) -> str:
    """Return a regular expression for the refs a ruleset is for."""
    names = conditions.get("ref_name") or {}
    included = "|".join(_translated(one) for one in names.get("include", ())) or "(?!)"
    excluded = "|".join(_translated(one) for one in names.get("exclude", ()))
    return f"(?!(?:{excluded})$)(?:{included})" if excluded else f"(?:{included})"


def _translated(pattern: str) -> str:
    special = {"~ALL": "refs/heads/.*", "~DEFAULT_BRANCH": "refs/heads/main"}
    if pattern in special:
        return special[pattern]
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    wild = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(part, re.escape(part)) for part in parts)
