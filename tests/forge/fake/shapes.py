"""What the fake remembers, in the shapes of GitHub's description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.forge.fake.spec import SERVER, fill

if TYPE_CHECKING:
    from datetime import datetime

    from tests.forge.fake.state import Moved, Reviewed, Said, State, Stated, Thread

Row = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def user(state: State, login: str) -> Row | None:
    """Return an account; None when it is gone."""
    account = next((one for one in state.accounts.values() if one.login == login), None)
    kind = "Bot" if account and account.app else "User"
    return fill("simple-user", login=login, id=account.id, type=kind) if account else None


def repository(full_name: str) -> Row:
    owner, _, name = full_name.partition("/")
    return fill("repository", full_name=full_name, name=name, owner=fill("simple-user", login=owner), private=False)


def label(name: str) -> Row:
    colours: Row = {"description": "", "color": "ededed", "default": False}
    return {"id": 1, "node_id": "", "url": SERVER, "name": name, **colours}


def pull(state: State, thread: Thread, web: str, *, whole: bool = True) -> Row:
    """Return a pull request; listed ones lack what costs GitHub time."""
    home = {"ref": thread.base, "sha": thread.merge_base or thread.head, "label": f"{state.owner}:{thread.base}"}
    side = {"ref": thread.branch, "sha": thread.head, "label": f"{state.owner}:{thread.branch}"}
    owner = fill("simple-user", login=state.owner)
    merged = bool(thread.merge_commit)
    extra: Row = {"merged": merged, "merged_by": user(state, thread.merged_by)} if whole else {}
    return fill(
        "pull-request" if whole else "pull-request-simple",
        number=thread.number,
        id=thread.number,
        title=thread.title,
        body=thread.body or None,
        state="open" if thread.open else "closed",
        draft=thread.draft,
        user=user(state, thread.author),
        html_url=f"{web}/pull/{thread.number}",
        created_at=moment(thread.at),
        updated_at=moment(state.now()),
        closed_at=moment(thread.closed_at),
        merged_at=moment(thread.closed_at) if merged else None,
        merge_commit_sha=thread.merge_commit or None,
        labels=[label(name) for name in thread.labels],
        requested_reviewers=[user(state, login) for login in thread.reviewers],
        head=side | {"repo": repository(thread.fork or state.repo), "user": owner},
        base=home | {"repo": repository(state.repo), "user": owner},
        **extra,
    )


def issue(state: State, thread: Thread, web: str) -> Row:
    """Return an issue; a pull request is one too."""
    where = "pull" if thread.branch else "issues"
    extra: Row = {"pull_request": dict.fromkeys(("url", "html_url", "diff_url", "patch_url"), SERVER)}
    return fill(
        "issue",
        number=thread.number,
        id=thread.number,
        title=thread.title,
        body=thread.body or None,
        state="open" if thread.open else "closed",
        user=user(state, thread.author),
        labels=[label(name) for name in thread.labels],
        html_url=f"{web}/{where}/{thread.number}",
        created_at=moment(thread.at),
        updated_at=moment(state.now()),
        closed_at=moment(thread.closed_at),
        **(extra if thread.branch else {}),
    )


def comment(state: State, said: Said, web: str) -> Row:
    where = "pull" if state.threads[said.thread].branch else "issues"
    return fill(
        "issue-comment",
        id=said.id,
        html_url=f"{web}/{where}/{said.thread}#issuecomment-{said.id}",
        body=said.body,
        user=user(state, said.author),
        created_at=moment(said.at),
        updated_at=moment(said.updated),
    )


def review(state: State, one: Reviewed) -> Row:
    extra: Row = {"submitted_at": moment(one.at)} if one.at else {}
    return fill(
        "pull-request-review",
        id=one.id,
        body=one.body,
        state=one.state,
        commit_id=one.commit,
        user=user(state, one.author),
        **extra,
    )


def status(state: State, one: Stated) -> Row:
    return fill(
        "status",
        id=one.id,
        context=one.context,
        state=one.state,
        description=one.description,
        target_url=one.url or None,
        creator=user(state, one.by),
        created_at=moment(one.at),
        updated_at=moment(one.at),
    )


def activity(state: State, one: Moved) -> Row:
    return fill(
        "activity",
        id=one.id,
        ref=one.ref,
        before=one.before,
        after=one.after,
        timestamp=moment(one.at),
        activity_type=one.kind,
        actor=user(state, one.actor),
    )


def ruleset(state: State, number: int, *, whole: bool = True) -> Row:
    given = state.rulesets[number]
    kept: Row = given if whole else {key: given[key] for key in ("name", "target", "enforcement") if key in given}
    return fill("repository-ruleset", id=number, source=state.repo, source_type="Repository", **kept)
