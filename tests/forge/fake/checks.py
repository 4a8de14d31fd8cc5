"""Statuses, pushes and rulesets, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.forge.fake import shapes
from tests.forge.fake.state import Refused, Stated, found
from tests.forge.fake.wire import Reply, Route

if TYPE_CHECKING:
    from tests.forge.fake.hub import Hub
    from tests.forge.fake.wire import Call

MOST_STATUSES = 1000


def statuses(hub: Hub, _call: Call, sha: str) -> Reply:
    rows = [one for one in reversed(hub.state.statuses) if one.sha == sha]
    return Reply(200, [shapes.status(hub.state, one) for one in rows])


def stated(hub: Hub, call: Call, sha: str) -> Reply:
    given = call.body
    context, description = given.get("context", "default"), given.get("description") or ""
    same = [one for one in hub.state.statuses if one.sha == sha and one.context == context]
    if not hub.bare.has(sha):
        raise Refused(422, f"No commit found for SHA: {sha}", [])
    if len(description) > 140:
        raise Refused(422, "Validation Failed", [{"code": "custom", "message": "description is too long"}])
    if len(same) >= MOST_STATUSES:
        raise Refused(422, "Validation Failed", [{"code": "custom", "message": "This SHA has too many statuses"}])
    url = given.get("target_url") or ""
    row = Stated(next(hub.state.ids), sha, context, given["state"], description, url, call.who.login, hub.state.now())
    hub.state.statuses.append(row)
    return Reply(201, shapes.status(hub.state, row))


def activity(hub: Hub, call: Call) -> Reply:
    ref = call.query.get("ref", "")
    rows = [one for one in hub.state.moves if ref in {"", one.ref, one.ref.removeprefix("refs/heads/")}]
    if call.query.get("direction", "desc") == "desc":
        rows.reverse()
    return Reply(200, [shapes.activity(hub.state, one) for one in rows])


def rulesets(hub: Hub, _call: Call) -> Reply:
    return Reply(200, [shapes.ruleset(hub.state, number, whole=False) for number in hub.state.rulesets])


def ruleset(hub: Hub, _call: Call, number: str) -> Reply:
    found(hub.state.rulesets.get(int(number)))
    return Reply(200, shapes.ruleset(hub.state, int(number)))


def ruleset_made(hub: Hub, call: Call) -> Reply:
    if any(one["name"] == call.body["name"] for one in hub.state.rulesets.values()):
        raise Refused(422, "Validation Failed", [{"code": "custom", "message": "Name must be unique"}])
    number = next(hub.state.ids)
    hub.state.rulesets[number] = call.body
    return Reply(201, shapes.ruleset(hub.state, number))


def ruleset_changed(hub: Hub, call: Call, number: str) -> Reply:
    found(hub.state.rulesets.get(int(number)))
    hub.state.rulesets[int(number)] |= call.body
    return Reply(200, shapes.ruleset(hub.state, int(number)))


ROUTES = (
    Route("GET", "/commits/([0-9a-f]{40})/statuses", "read", "statuses", statuses),
    Route("POST", "/statuses/([0-9a-f]{40})", "write", "statuses", stated),
    Route("GET", "/activity", "read", "contents", activity),
    Route("GET", "/rulesets", "read", "administration", rulesets),
    Route("POST", "/rulesets", "admin", "administration", ruleset_made),
    Route("GET", r"/rulesets/(\d+)", "read", "administration", ruleset),
    Route("PUT", r"/rulesets/(\d+)", "admin", "administration", ruleset_changed),
)
