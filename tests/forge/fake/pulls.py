"""Pull requests and their reviews, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.forge.fake import shapes
from tests.forge.fake.state import Refused, Reviewed
from tests.forge.fake.wire import Reply, Route

if TYPE_CHECKING:
    from tests.forge.fake.hub import Hub
    from tests.forge.fake.state import Thread
    from tests.forge.fake.wire import Call

EVENTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED", "": "PENDING"}


def listed(hub: Hub, call: Call) -> Reply:
    asked = call.query
    rows = [one for one in hub.state.threads.values() if one.branch]
    if asked.get("state", "open") != "all":
        rows = [one for one in rows if one.open == (asked.get("state", "open") == "open")]
    if "head" in asked:
        rows = [one for one in rows if asked["head"] == f"{one.fork.partition('/')[0] or hub.state.owner}:{one.branch}"]
    rows.sort(key=lambda one: one.number, reverse=asked.get("direction", "desc") == "desc")
    return Reply(200, [shapes.pull(hub.state, one, hub.web, whole=False) for one in rows])


def with_commit(hub: Hub, _call: Call, sha: str) -> Reply:
    """Return the pull requests that brought a commit: by the merge itself, or by a branch that holds it."""
    rows = [one for one in hub.state.threads.values() if one.branch and sha in _commits(hub, one)]
    return Reply(200, [shapes.pull(hub.state, one, hub.web, whole=False) for one in rows])


def _commits(hub: Hub, pull: Thread) -> set[str]:
    base = pull.merge_base or hub.bare.head(pull.base) or pull.head
    return {pull.merge_commit, *hub.bare.git("rev-list", pull.head, f"^{base}").splitlines()}


def opened(hub: Hub, call: Call) -> Reply:
    given = call.body
    branch = given["head"].removeprefix(f"{hub.state.owner}:")
    pull = hub.open_pull(call.who, branch, given["base"], (given.get("title", branch), given.get("body") or ""))
    return Reply(201, shapes.pull(hub.state, pull, hub.web))


def one(hub: Hub, _call: Call, number: str) -> Reply:
    return Reply(200, shapes.pull(hub.state, hub.state.pull(number), hub.web))


def changed(hub: Hub, call: Call, number: str) -> Reply:
    pull = hub.state.pull(number)
    pull.title = call.body.get("title", pull.title)
    pull.body = call.body.get("body", pull.body)
    if "state" in call.body and not pull.merge_commit:
        if call.body["state"] == "open" and not pull.open:
            hub.reopen(pull)
        pull.open = call.body["state"] == "open"
        pull.closed_at = None if pull.open else hub.state.now()
        hub.state.tell("pull_request", "reopened" if pull.open else "closed", call.who.login, pull.number)
    if {"title", "body"} & call.body.keys():
        hub.state.tell("pull_request", "edited", call.who.login, pull.number)
    return Reply(200, shapes.pull(hub.state, pull, hub.web))


def merged(hub: Hub, call: Call, number: str) -> Reply:
    commit = hub.merge(call.who, hub.state.pull(number), call.body)
    return Reply(200, {"sha": commit, "merged": True, "message": "Pull Request successfully merged"})


def asked_for(hub: Hub, call: Call, number: str) -> Reply:
    pull = hub.state.pull(number)
    known = {account.login for account in hub.state.accounts.values() if account.app is None}
    wanted = call.body.get("reviewers", [])
    if pull.author in wanted:
        raise Refused(422, "Review cannot be requested from pull request author.")
    if not set(wanted) <= known:
        raise Refused(422, "Reviews may only be requested from collaborators.")
    pull.reviewers += [login for login in wanted if login not in pull.reviewers]
    return Reply(201, shapes.pull(hub.state, pull, hub.web, whole=False))


def asked_no_longer(hub: Hub, call: Call, number: str) -> Reply:
    pull = hub.state.pull(number)
    pull.reviewers = [login for login in pull.reviewers if login not in call.body["reviewers"]]
    return Reply(200, shapes.pull(hub.state, pull, hub.web, whole=False))


def reviews(hub: Hub, call: Call, number: str) -> Reply:
    pull = hub.state.pull(number)
    rows = [row for row in hub.state.reviews if row.thread == pull.number]
    seen = [row for row in rows if row.state != "PENDING" or row.author == call.who.login]
    return Reply(200, [shapes.review(hub.state, row) for row in seen])


def reviewed(hub: Hub, call: Call, number: str) -> Reply:
    pull, given = hub.state.pull(number), call.body
    verdict = EVENTS[given.get("event", "")]
    _refuse_review(call, pull, verdict)
    commit = given.get("commit_id", pull.head)
    if not hub.bare.has(commit):
        raise Refused(422, "Unprocessable Entity", ["The commit is not part of the pull request"])
    at = None if verdict == "PENDING" else hub.state.now()
    row = Reviewed(next(hub.state.ids), pull.number, call.who.login, verdict, given.get("body") or "", commit, at)
    hub.state.reviews.append(row)
    if at:
        hub.state.tell("pull_request_review", "submitted", call.who.login, pull.number)
    pull.reviewers = [login for login in pull.reviewers if login != call.who.login]
    return Reply(200, shapes.review(hub.state, row))


def _refuse_review(call: Call, pull: Thread, verdict: str) -> None:
    if call.who.login == pull.author and verdict in {"APPROVED", "CHANGES_REQUESTED"}:
        word = "approve" if verdict == "APPROVED" else "request changes on"
        raise Refused(422, "Unprocessable Entity", [f"Can not {word} your own pull request"])
    if verdict in {"CHANGES_REQUESTED", "COMMENTED"} and not call.body.get("body"):
        raise Refused(422, "Unprocessable Entity", ["Review body is required"])


def review_edited(hub: Hub, call: Call, number: str, review: str) -> Reply:
    row = hub.state.review(number, review)
    if call.who.login != row.author:
        raise Refused(403, "Must be the author of the review.")
    row.body = call.body["body"]
    hub.state.tell("pull_request_review", "edited", call.who.login, int(number))
    return Reply(200, shapes.review(hub.state, row))


def review_dismissed(hub: Hub, call: Call, number: str, review: str) -> Reply:
    row = hub.state.review(number, review)
    if row.state not in {"APPROVED", "CHANGES_REQUESTED"}:
        raise Refused(422, "Unprocessable Entity", ["Can not dismiss this review"])
    row.state = "DISMISSED"
    hub.state.tell("pull_request_review", "dismissed", call.who.login, int(number))
    return Reply(200, shapes.review(hub.state, row))


_PULL, _REVIEW = r"/pulls/(\d+)", r"/pulls/(\d+)/reviews/(\d+)"
ROUTES = (
    Route("GET", "/commits/([0-9a-f]{40})/pulls", "read", "pull_requests", with_commit),
    Route("GET", "/pulls", "read", "pull_requests", listed),
    Route("POST", "/pulls", "write", "pull_requests", opened),
    Route("GET", _PULL, "read", "pull_requests", one),
    Route("PATCH", _PULL, "write", "pull_requests", changed),
    Route("PUT", f"{_PULL}/merge", "write", "contents", merged),
    Route("POST", f"{_PULL}/requested_reviewers", "write", "pull_requests", asked_for),
    Route("DELETE", f"{_PULL}/requested_reviewers", "write", "pull_requests", asked_no_longer),
    Route("GET", f"{_PULL}/reviews", "read", "pull_requests", reviews),
    Route("POST", f"{_PULL}/reviews", "read", "pull_requests", reviewed),
    Route("PUT", _REVIEW, "read", "pull_requests", review_edited),
    Route("PUT", f"{_REVIEW}/dismissals", "write", "pull_requests", review_dismissed),
)
