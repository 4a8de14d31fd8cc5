"""One module per forge. A new forge is a module with these names and one line in `FORGES`.

What such a module must provide, and why, is in docs/decisions/0017-forges.md. `repo` is `owner/name`, lists are
oldest first, and what cannot be read raises: a lookup that fails blocks, it never counts as "nothing there".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pipeline.forges import github

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.forge import Comment, CommitStatus, Issue, Pull, Push, Review, Ruleset


class Forge(Protocol):
    """What a forge module offers. `Rejected`, `Deferred` and `JdihError` as in `pipeline.flow`."""

    NAME: str
    ENDPOINT: str
    """The published base address its requests begin with."""

    def repository_of(self, remote: str, /) -> str:
        """Return `owner/name` of the repository a clone's *remote* leads to; '' when that is not on this forge."""

    def proposals_url(self, repo: str, branch: str, /) -> str:
        """Return where people find the pull requests of *branch*."""

    def new_file_url(self, repo: str, branch: str, path: str, text: str, /) -> str:
        """Return where people write the file *path* on *branch*, begun with *text*."""

    def edit_file_url(self, repo: str, branch: str, path: str, /) -> str:
        """Return where people write on in the file *path* of *branch*."""

    def upload_url(self, repo: str, branch: str, folder: str, /) -> str:
        """Return where people put files of their own into *folder* of *branch*."""

    def picture_url(self, repo: str, commit: str, path: str, /) -> str:
        """Return where a picture of *commit* is shown to those who may read the repository."""

    def pulls(self, repo: str, /) -> Flow[tuple[Pull, ...]]:
        """Return the open pull requests."""

    def pulls_of(self, repo: str, branch: str, /) -> Flow[tuple[Pull, ...]]:
        """Return every pull request ever made from *branch*, closed ones included."""

    def pull(self, repo: str, number: int, /) -> Flow[Pull]:
        """Return one pull request."""

    def pulls_with(self, repo: str, sha: str, /) -> Flow[tuple[Pull, ...]]:
        """Return the pull requests a commit belongs to, merged ones included."""

    def comments_since(self, repo: str, since: datetime, /) -> Flow[tuple[tuple[int, Comment], ...]]:
        """Return what was said on any pull request, open or closed, since a moment, each with its number."""

    def close_pull(self, repo: str, number: int, /) -> Flow[None]:
        """Close a pull request without merging it."""

    def reopen_pull(self, repo: str, number: int, /) -> Flow[bool]:
        """Open a closed pull request again; say whether the forge still can."""

    def open_pull(self, repo: str, branch: str, title: str, body: str, /) -> Flow[Pull]:
        """Open a pull request to `main`, or return the open one there is."""

    def reviews(self, repo: str, number: int, /) -> Flow[tuple[Review, ...]]:
        """Return the submitted reviews."""

    def comments(self, repo: str, number: int, /) -> Flow[tuple[Comment, ...]]:
        """Return the comments of a pull request or issue."""

    def pushes(self, repo: str, branch: str, /) -> Flow[tuple[Push, ...]]:
        """Return how *branch* moved, by whom and when, as the forge noted it."""

    def request_reviewers(self, repo: str, number: int, logins: Collection[str], /) -> Flow[None]:
        """Ask for reviews."""

    def withdraw_reviewers(self, repo: str, number: int, logins: Collection[str], /) -> Flow[None]:
        """Ask no longer."""

    def set_status(self, repo: str, sha: str, said: CommitStatus, me: str, /) -> Flow[None]:
        """Say how a check stands on a commit; nothing when *me* said just that last."""

    def put_comment(self, repo: str, number: int, marker: str, body: str, me: str, /) -> Flow[None]:
        """Keep the one comment of *me* that begins with *marker* up to date in place."""

    def set_labels(self, repo: str, number: int, prefix: str, wanted: Collection[str], /) -> Flow[None]:
        """Make *wanted* the labels that begin with *prefix*; others are left alone."""

    def merge(self, repo: str, number: int, sha: str, title: str, message: str, /) -> Flow[str]:
        """Merge exactly *sha* with a merge commit and return that commit's id; merged already is as good."""

    def issues(self, repo: str, label: str, /) -> Flow[tuple[Issue, ...]]:
        """Return the open issues with *label*."""

    def issue_editors(self, repo: str, number: int, /) -> Flow[frozenset[str]]:
        """Return the logins of everybody who has changed an issue's text; '' among them for an account that is gone."""

    def open_issue(self, repo: str, label: str, title: str, body: str, /) -> Flow[Issue]:
        """Open an issue."""

    def comment_issue(self, repo: str, number: int, body: str, /) -> Flow[Comment]:
        """Comment on an issue or pull request."""

    def close_issue(self, repo: str, number: int, /) -> Flow[None]:
        """Close an issue as done."""

    def make_label(self, repo: str, name: str, /) -> Flow[None]:
        """Make a label known to the repository, unless it is."""

    def rulesets(self, repo: str, /) -> Flow[tuple[Ruleset, ...]]:
        """Return the repository's own rules for branches."""

    def put_ruleset(self, repo: str, number: int | None, document: Mapping[str, Any], /) -> Flow[int]:
        """Make (None) or replace one and return its number."""


FORGES: Mapping[str, Forge] = {github.NAME: github}
