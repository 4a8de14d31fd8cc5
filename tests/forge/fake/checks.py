"""Statuses, check runs, pushes and rulesets, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.forge.fake import shapes
from tests.forge.fake.state import Refused, Run, Stated, found
from tests.forge.fake.wire import Reply, Route

if TYPE_CHECKING:
    from tests.forge.fake.hub import Hub
    from tests.forge.fake.wire import Call

MOST_STATUSES, MOST_ANNOTATIONS = 1000, 50


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


def runs(hub: Hub, call: Call, sha: str) -> Reply:
    name = call.query.get("check_name")
    rows = [one for one in reversed(hub.state.runs) if one.sha == sha and name in {None, one.name}]
    return Reply(200, [shapes.check_run(hub.state, one) for one in rows], key="check_runs")


def run_made(hub: Hub, call: Call) -> Reply:
    given = call.body
    row = Run(
        next(hub.state.ids), given["head_sha"], given["name"], call.who.login, hub.state.now(), given, _marks(given)
    )
    hub.state.runs.append(row)
    return Reply(201, shapes.check_run(hub.state, row))


def run_changed(hub: Hub, call: Call, number: str) -> Reply:
    row = found(next((one for one in hub.state.runs if one.id == int(number)), None))
    if row.by != call.who.login:
        raise Refused(403, "Invalid app_id `0` - check run can only be modified by the GitHub App that created it.")
    row.given = {**row.given, **call.body}
    row.annotations += _marks(call.body)
    return Reply(200, shapes.check_run(hub.state, row))


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


def _marks(given: dict[str, Any]) -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = (given.get("output") or {}).get("annotations", [])
    if len(marks) > MOST_ANNOTATIONS:
        raise Refused(422, "Validation Failed", [{"code": "custom", "message": "No more than 50 annotations"}])
    return marks


ROUTES = (
    Route("GET", "/commits/([0-9a-f]{40})/statuses", "read", "statuses", statuses),
    Route("POST", "/statuses/([0-9a-f]{40})", "write", "statuses", stated),
    Route("GET", "/commits/([0-9a-f]{40})/check-runs", "read", "checks", runs),
    Route("POST", "/check-runs", "write", "checks", run_made),
    Route("PATCH", r"/check-runs/(\d+)", "write", "checks", run_changed),
    Route("GET", "/activity", "read", "contents", activity),
    Route("GET", "/rulesets", "read", "administration", rulesets),
    Route("POST", "/rulesets", "admin", "administration", ruleset_made),
    Route("GET", r"/rulesets/(\d+)", "read", "administration", ruleset),
    Route("PUT", r"/rulesets/(\d+)", "admin", "administration", ruleset_changed),
)
