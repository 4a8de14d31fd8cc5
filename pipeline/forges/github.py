"""GitHub's REST API: https://docs.github.com/rest, version 2022-11-28.

What is asked for again may be asked twice; what creates something is sent once, and after an answer that does not
tell, GitHub is asked whether it is there. `repo` is `owner/name` throughout; lists are oldest first.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.flow import BROKEN, CREATED, NOT_FOUND, OK, Response, Unknown
from pipeline.forges import _github_graph, _github_wire
from pipeline.forges import _github_values as values
from pipeline.forges._github_wire import (
    NOT_MERGEABLE,
    UNPROCESSABLE,
    ask,
    clipped,
    create,
    get,
    once,
    plain,
    put,
    rows,
    unmerged,
)
from pipeline.model.forge import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.forge import Comment, CommitStatus, Issue, Pull, Push, Review, Ruleset

NAME = "github"
ENDPOINT = _github_wire.ENDPOINT
COMMENT_LIMIT, DESCRIPTION_LIMIT = 65_536, 140
"""Characters GitHub takes; what is longer ends in an ellipsis."""

_BASE = "main"
_WEB = "https://github.com"
_LONGEST_ADDRESS = 8000
"""Characters: GitHub answers 414 to an address of more than about 8 KB."""
_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]*@)?github\.com/|(?:ssh://)?git@github\.com[:/])([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII
)
_OWN = {"includes_parents": "false"}


def repository_of(remote: str, /) -> str:
    """Return `owner/name` of the repository a clone's *remote* leads to; '' when that is not on GitHub."""
    found = _REMOTE.fullmatch(remote)
    return found[1] if found else ""


def proposals_url(repo: str, branch: str, /) -> str:
    """Return where people find the pull requests of *branch*."""
    return f"{_WEB}/{repo}/pulls?q={quote(f'is:pr head:{branch}')}"


def new_file_url(repo: str, branch: str, path: str, text: str, /) -> str:
    """Return where people write the file *path* on *branch*, begun with *text* unless an address cannot hold it."""
    folder, _, name = path.rpartition("/")
    blank = f"{_WEB}/{repo}/new/{quote(branch)}/{quote(folder)}?filename={quote(name)}"
    begun = f"{blank}&value={quote(text, safe='')}"
    return begun if text and len(begun) <= _LONGEST_ADDRESS else blank


def edit_file_url(repo: str, branch: str, path: str, /) -> str:
    """Return where people write on in the file *path* of *branch*."""
    return f"{_WEB}/{repo}/edit/{quote(branch)}/{quote(path)}"


def upload_url(repo: str, branch: str, folder: str, /) -> str:
    """Return where people put files of their own into *folder* of *branch*."""
    return f"{_WEB}/{repo}/upload/{quote(branch)}/{quote(folder)}"


def picture_url(repo: str, commit: str, path: str, /) -> str:
    """Return where a picture of *commit* is shown; in a private repository to its own people alone."""
    return f"{_WEB}/{repo}/blob/{commit}/{quote(path)}?raw=true"


def pulls(repo: str, /) -> Flow[tuple[Pull, ...]]:
    """Return the open pull requests."""
    listed = yield from rows(repo, "/pulls", {"state": "open", "sort": "created", "direction": "asc"})
    return tuple(map(values.pull, listed))


def pulls_of(repo: str, branch: str, /) -> Flow[tuple[Pull, ...]]:
    """Return every pull request ever made from *branch* of this repository, closed ones included."""
    head = f"{repo.partition('/')[0]}:{branch}"
    listed = yield from rows(repo, "/pulls", {"head": head, "state": "all", "sort": "created", "direction": "asc"})
    return tuple(map(values.pull, listed))


def pull(repo: str, number: int, /) -> Flow[Pull]:
    """Return one pull request."""
    return values.pull((yield from ask(get(repo, f"/pulls/{number}"), OK)).json)


def pulls_with(repo: str, sha: str, /) -> Flow[tuple[Pull, ...]]:
    """Return the pull requests a commit belongs to, merged ones included."""
    return tuple(map(values.pull, (yield from rows(repo, f"/commits/{sha}/pulls"))))


def open_pull(repo: str, branch: str, title: str, body: str, /) -> Flow[Pull]:
    """Open a pull request from *branch* to `main`, or return the open one there is."""

    def find() -> Flow[Pull | None]:
        return next((one for one in (yield from pulls_of(repo, branch)) if one.open and one.base == _BASE), None)

    document = {"head": branch, "base": _BASE, "title": title, "body": body}
    return (yield from create(once("POST", repo, "/pulls", document), values.pull, find, UNPROCESSABLE))


def comments_since(repo: str, since: datetime, /) -> Flow[tuple[tuple[int, Comment], ...]]:
    """Return the comments on pull requests written or changed since a moment, each with the pull request's number."""
    asked = {"since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "sort": "created", "direction": "asc"}
    listed = yield from rows(repo, "/issues/comments", asked)
    return tuple((number, values.comment(row)) for row in listed if (number := values.pull_of(row)))


def close_pull(repo: str, number: int, /) -> Flow[None]:
    """Close a pull request without merging it."""
    yield from ask(put("PATCH", repo, f"/pulls/{number}", {"state": "closed"}), OK)


def reopen_pull(repo: str, number: int, /) -> Flow[bool]:
    """Open a closed pull request again; GitHub no longer can once its branch was made anew or rewritten."""
    reply = yield from ask(put("PATCH", repo, f"/pulls/{number}", {"state": "open"}), OK, UNPROCESSABLE)
    return reply.status == OK


def reviews(repo: str, number: int, /) -> Flow[tuple[Review, ...]]:
    """Return the submitted reviews in their order; drafts of reviews are nobody's business yet."""
    listed = yield from rows(repo, f"/pulls/{number}/reviews")
    submitted = [row for row in listed if values.text(row, "state") != Verdict.PENDING]
    return tuple(map(values.review, submitted))


def comments(repo: str, number: int, /) -> Flow[tuple[Comment, ...]]:
    """Return the comments on the conversation of a pull request or issue."""
    return tuple(map(values.comment, (yield from rows(repo, f"/issues/{number}/comments"))))


def pushes(repo: str, branch: str, /) -> Flow[tuple[Push, ...]]:
    """Return how *branch* moved and by whom, as GitHub noted it when it happened."""
    listed = yield from rows(repo, "/activity", {"ref": f"refs/heads/{branch}", "direction": "asc"})
    return tuple(map(values.push, listed))


def request_reviewers(repo: str, number: int, logins: Collection[str], /) -> Flow[None]:
    """Ask for reviews. Who opened the pull request, or may not read it, makes GitHub refuse them all."""
    if logins:
        yield from ask(
            put("POST", repo, f"/pulls/{number}/requested_reviewers", {"reviewers": sorted(logins)}), CREATED
        )


def withdraw_reviewers(repo: str, number: int, logins: Collection[str], /) -> Flow[None]:
    """Ask no longer."""
    if logins:
        yield from ask(put("DELETE", repo, f"/pulls/{number}/requested_reviewers", {"reviewers": sorted(logins)}), OK)


def set_status(repo: str, sha: str, said: CommitStatus, me: str, /) -> Flow[None]:
    """Say how a check stands on a commit, unless *me* said just that last.

    The last word counts, so saying it twice does no harm; GitHub keeps at most 1,000 per commit and context.
    """
    description = clipped(said.description, DESCRIPTION_LIMIT)
    wanted = {"state": said.status.value, "description": description, "target_url": said.url}
    reply = yield from ask(get(repo, f"/commits/{sha}/statuses", {"per_page": "100"}), OK)
    listed = reply.json if isinstance(reply.json, list) else []
    last = next((row for row in listed if values.text(row, "context").lower() == said.context.lower()), None)
    if last and values.login(last, "creator") == me and all((last.get(key) or "") == wanted[key] for key in wanted):
        return
    yield from ask(put("POST", repo, f"/statuses/{sha}", {"context": said.context, **wanted}), CREATED)


def put_comment(repo: str, number: int, marker: str, body: str, me: str, /) -> Flow[None]:
    """Keep one comment of *me* up to date in place. *body* begins with the hidden *marker* it is found by."""
    body = clipped(body, COMMENT_LIMIT)

    def find() -> Flow[Comment | None]:
        said = yield from comments(repo, number)
        return next((one for one in said if one.author == me and one.body.startswith(marker)), None)

    there = yield from find()
    if there is None:
        there = yield from create(
            once("POST", repo, f"/issues/{number}/comments", {"body": body}), values.comment, find
        )
    if plain(there.body) != plain(body):
        yield from ask(put("PATCH", repo, f"/issues/comments/{there.id}", {"body": body}), OK)


def set_labels(repo: str, number: int, prefix: str, wanted: Collection[str], /) -> Flow[None]:
    """Make *wanted* the labels that begin with *prefix* on a pull request; other labels are left alone."""
    present = {label for label in (yield from pull(repo, number)).labels if label.startswith(prefix)}
    missing = sorted(set(wanted) - present)
    if missing:
        yield from ask(put("POST", repo, f"/issues/{number}/labels", {"labels": missing}), OK)
    for label in sorted(present - set(wanted)):
        yield from ask(put("DELETE", repo, f"/issues/{number}/labels/{quote(label, safe='')}"), OK, NOT_FOUND)


def merge(repo: str, number: int, sha: str, title: str, message: str, /) -> Flow[str]:
    """Merge exactly *sha* with a merge commit and return that commit's id. Sent once; then GitHub is asked."""
    document = {"sha": sha, "merge_method": "merge", "commit_title": title, "commit_message": message}
    request = once("PUT", repo, f"/pulls/{number}/merge", document)
    try:
        reply = yield request
    except Unknown:
        reply = Response(BROKEN)
    if reply.status == OK:
        return values.text(reply.json, "sha")
    if reply.status >= BROKEN or reply.status == NOT_MERGEABLE:
        now = yield from pull(repo, number)
        if now.merged and now.head == sha:
            return now.merge_commit
    raise unmerged(reply, request)


def issues(repo: str, label: str, /) -> Flow[tuple[Issue, ...]]:
    """Return the open issues with *label*; GitHub lists pull requests among them, which are left out."""
    asked = {"labels": label, "state": "open", "sort": "created", "direction": "asc"}
    listed = yield from rows(repo, "/issues", asked)
    return tuple(values.issue(row) for row in listed if "pull_request" not in row)


def issue_editors(repo: str, number: int, /) -> Flow[frozenset[str]]:
    """Return the logins of who has changed an issue's text; '' among them when an account is gone."""
    return (yield from _github_graph.issue_editors(repo, number))


def open_issue(repo: str, label: str, title: str, body: str, /) -> Flow[Issue]:
    """Open an issue with *label*. An open one with the same title is taken for it when the answer is lost."""

    def find() -> Flow[Issue | None]:
        return next((one for one in (yield from issues(repo, label)) if one.title == title), None)

    document = {"title": title, "body": clipped(body, COMMENT_LIMIT), "labels": [label]}
    return (yield from create(once("POST", repo, "/issues", document), values.issue, find))


def comment_issue(repo: str, number: int, body: str, /) -> Flow[Comment]:
    """Comment on an issue or pull request."""
    body = clipped(body, COMMENT_LIMIT)

    def find() -> Flow[Comment | None]:
        said = yield from comments(repo, number)
        return next((one for one in reversed(said) if plain(one.body) == plain(body)), None)

    return (yield from _comment(repo, number, body, find))


def close_issue(repo: str, number: int, /) -> Flow[None]:
    """Close an issue as done."""
    yield from ask(put("PATCH", repo, f"/issues/{number}", {"state": "closed", "state_reason": "completed"}), OK)


def make_label(repo: str, name: str, /) -> Flow[None]:
    """Make a label known to the repository: a form's label that is not known is silently left off its issue."""
    listed = yield from rows(repo, "/labels")
    if not any(values.text(row, "name").casefold() == name.casefold() for row in listed):
        yield from ask(once("POST", repo, "/labels", {"name": name}), CREATED)


def rulesets(repo: str, /) -> Flow[tuple[Ruleset, ...]]:
    """Return the repository's own rulesets, each with its rules (the list leaves them out)."""
    found: tuple[Ruleset, ...] = ()
    for row in (yield from rows(repo, "/rulesets", _OWN)):
        whole = yield from ask(get(repo, f"/rulesets/{values.number(row, 'id')}"), OK)
        found += (values.ruleset(whole.json),)
    return found


def put_ruleset(repo: str, number: int | None, document: Mapping[str, Any], /) -> Flow[int]:
    """Make (None) or replace a ruleset and return its number. Names are unique: GitHub refuses a second."""
    if number is not None:
        replaced = yield from ask(put("PUT", repo, f"/rulesets/{number}", document), OK)
        return values.number(replaced.json, "id")

    def find() -> Flow[int | None]:
        listed = yield from rows(repo, "/rulesets", _OWN)
        return next((values.number(row, "id") for row in listed if row.get("name") == document.get("name")), None)

    return (yield from create(once("POST", repo, "/rulesets", document), lambda row: values.number(row, "id"), find))


def _comment(repo: str, number: int, body: str, find: Callable[[], Flow[Comment | None]]) -> Flow[Comment]:
    request = once("POST", repo, f"/issues/{number}/comments", {"body": body})
    return (yield from create(request, values.comment, find))
