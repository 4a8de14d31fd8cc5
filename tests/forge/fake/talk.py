"""Issues, comments and labels, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.forge.fake import shapes
from tests.forge.fake.state import ADMIN, Refused, Said, Thread, found
from tests.forge.fake.wire import Reply, Route

if TYPE_CHECKING:
    from tests.forge.fake.hub import Hub
    from tests.forge.fake.wire import Call

LONGEST = 65_536


def issues(hub: Hub, call: Call) -> Reply:
    wanted = [name for name in call.query.get("labels", "").split(",") if name]
    rows = [one for one in hub.state.threads.values() if set(wanted) <= set(one.labels)]
    if call.query.get("state", "open") != "all":
        rows = [one for one in rows if one.open == (call.query.get("state", "open") == "open")]
    rows.sort(key=lambda one: one.number, reverse=call.query.get("direction", "desc") == "desc")
    return Reply(200, [shapes.issue(hub.state, one, hub.web) for one in rows])


def issue_opened(hub: Hub, call: Call) -> Reply:
    given, number = call.body, next(hub.state.numbers)
    thread = Thread(number, call.who.login, str(given["title"]), _text(given.get("body")), hub.state.now())
    thread.labels = list(given.get("labels", ()))
    hub.state.threads[number] = thread
    hub.state.tell("issues", "opened", call.who.login, number)
    return Reply(201, shapes.issue(hub.state, thread, hub.web))


def issue_changed(hub: Hub, call: Call, number: str) -> Reply:
    thread = hub.state.thread(number)
    if call.who.login != thread.author and call.who.app is None and call.who.role < ADMIN:
        raise Refused(403, "Must have admin rights to Repository.")
    thread.title = call.body.get("title", thread.title)
    if call.body.get("body", thread.body) != thread.body:
        thread.body = call.body["body"]
        thread.editors.append(call.who.login)
    if "state" in call.body:
        thread.open = call.body["state"] == "open"
        thread.closed_at = None if thread.open else hub.state.now()
    hub.state.tell("issues", _happening(call.body), call.who.login, thread.number)
    return Reply(200, shapes.issue(hub.state, thread, hub.web))


def comments(hub: Hub, _call: Call, number: str) -> Reply:
    thread = hub.state.thread(number)
    rows = [one for one in hub.state.comments if one.thread == thread.number]
    return Reply(200, [shapes.comment(hub.state, one, hub.web) for one in rows])


def all_comments(hub: Hub, call: Call) -> Reply:
    since = call.query.get("since", "")
    rows = [one for one in hub.state.comments if (shapes.moment(one.updated) or "") >= since]
    rows.sort(key=lambda one: one.id, reverse=call.query.get("direction", "desc") == "desc")
    return Reply(200, [shapes.comment(hub.state, one, hub.web) for one in rows])


def commented(hub: Hub, call: Call, number: str) -> Reply:
    thread, now = hub.state.thread(number), hub.state.now()
    said = Said(next(hub.state.ids), thread.number, call.who.login, _text(call.body["body"]), now, now)
    hub.state.comments.append(said)
    hub.state.tell("issue_comment", "created", call.who.login, thread.number)
    return Reply(201, shapes.comment(hub.state, said, hub.web))


def comment_edited(hub: Hub, call: Call, number: str) -> Reply:
    said = hub.state.comment(number)
    _refuse_stranger(call, said)
    said.body, said.updated = _text(call.body["body"]), hub.state.later(said.at)
    hub.state.tell("issue_comment", "edited", call.who.login, said.thread)
    return Reply(200, shapes.comment(hub.state, said, hub.web))


def comment_deleted(hub: Hub, call: Call, number: str) -> Reply:
    said = hub.state.comment(number)
    _refuse_stranger(call, said)
    hub.state.comments.remove(said)
    hub.state.tell("issue_comment", "deleted", call.who.login, said.thread)
    return Reply(204)


def labelled(hub: Hub, call: Call, number: str) -> Reply:
    thread = hub.state.thread(number)
    thread.labels += [name for name in call.body["labels"] if name not in thread.labels]
    return Reply(200, [shapes.label(name) for name in thread.labels])


def unlabelled(hub: Hub, _call: Call, number: str, name: str) -> Reply:
    thread = hub.state.thread(number)
    thread.labels.remove(found(next((one for one in thread.labels if one == unquote(name)), None)))
    return Reply(200, [shapes.label(one) for one in thread.labels])


def labels(hub: Hub, _call: Call) -> Reply:
    return Reply(200, [shapes.label(name) for name in sorted(hub.state.labels)])


def label_made(hub: Hub, call: Call) -> Reply:
    name = str(call.body["name"])
    if name.casefold() in {each.casefold() for each in hub.state.labels}:
        raise Refused(422, "Validation Failed", [{"resource": "Label", "code": "already_exists", "field": "name"}])
    hub.state.labels.add(name)
    return Reply(201, shapes.label(name))


def graph(hub: Hub, call: Call) -> Reply:
    """Answer the one question the client asks of GraphQL; the original counts as an edit once there is another."""
    variables = call.body["variables"]
    thread = hub.state.threads.get(variables["number"])
    if thread is None:
        return Reply(200, {"data": {"repository": {"issue": None}}, "errors": [{"message": "Could not resolve"}]})
    logins = [thread.author, *thread.editors] if thread.editors else []
    known = {account.login for account in hub.state.accounts.values()}
    nodes = [{"editor": {"login": login} if login in known else None} for login in reversed(logins)]
    edits = {"totalCount": len(nodes), "nodes": nodes} if nodes else None
    return Reply(200, {"data": {"repository": {"issue": {"userContentEdits": edits}}}})


def _refuse_stranger(call: Call, said: Said) -> None:
    if call.who.login != said.author and call.who.role < ADMIN:
        raise Refused(403, "Must have admin rights to Repository.")


def _happening(body: dict[str, Any]) -> str:
    return {"open": "reopened", "closed": "closed"}.get(body.get("state", ""), "edited")


def _text(body: str | None) -> str:
    if body and len(body) > LONGEST:
        long = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body is too long"}
        raise Refused(422, "Validation Failed", [long])
    return body or ""


_ISSUE, _COMMENT = r"/issues/(\d+)", r"/issues/comments/(\d+)"
ROUTES = (
    Route("GET", "/issues", "read", "issues", issues),
    Route("POST", "/issues", "read", "issues", issue_opened),
    Route("PATCH", _ISSUE, "read", "issues", issue_changed),
    Route("GET", f"{_ISSUE}/comments", "read", "issues", comments),
    Route("POST", f"{_ISSUE}/comments", "read", "issues", commented),
    Route("GET", "/issues/comments", "read", "issues", all_comments),
    Route("PATCH", _COMMENT, "read", "issues", comment_edited),
    Route("DELETE", _COMMENT, "read", "issues", comment_deleted),
    Route("POST", f"{_ISSUE}/labels", "write", "issues", labelled),
    Route("DELETE", f"{_ISSUE}/labels/([^/]+)", "write", "issues", unlabelled),
    Route("GET", "/labels", "read", "issues", labels),
    Route("POST", "/labels", "write", "issues", label_made),
)
