"""The fake forge's acts: what happens to the state when somebody does something. No HTTP here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.forge.fake import rules
from tests.forge.fake.bare import Bare, Conflict
from tests.forge.fake.state import NOBODY, Moved, Refused, Thread

if TYPE_CHECKING:
    from tests.forge.fake.state import Account, State


@dataclass
class Hub:
    """The state, the repository, and where people see them."""

    state: State
    bare: Bare
    web: str = ""
    """Address of the repository's pages."""

    def open_pull(self, who: Account, branch: str, base: str, words: tuple[str, str]) -> Thread:
        """Open a pull request with title and text, or refuse as GitHub does."""
        head, onto = self.bare.head(branch), self.bare.head(base)
        if head is None or onto is None:
            wrong = "head" if head is None else "base"
            raise Refused(422, "Validation Failed", [{"resource": "PullRequest", "field": wrong, "code": "invalid"}])
        own = [one for one in self.state.threads.values() if one.open and not one.fork]
        if any(one.branch == branch and one.base == base for one in own):
            raise _unfit(f"A pull request already exists for {self.state.owner}:{branch}.")
        if not self.bare.ahead(onto, head):
            raise _unfit(f"No commits between {base} and {branch}")
        number = next(self.state.numbers)
        thread = Thread(number, who.login, *words, self.state.now(), branch=branch, base=base, head=head)
        self.state.threads[number] = thread
        self.state.tell("pull_request", "opened", who.login, number)
        return thread

    def reopen(self, pull: Thread) -> None:
        """Let a closed pull request be opened again, unless its branch was rewritten or made anew since."""
        head = self.bare.head(pull.branch)
        if head is None or self.bare.ahead(head, pull.head):
            raise _unfit(f"state cannot be changed. The {pull.branch} branch was force-pushed or recreated.")
        if not self.bare.ahead(self.bare.head(pull.base) or head, head):
            raise _unfit(f"state cannot be changed. There are no new commits on the {pull.branch} branch.")
        pull.head = head

    def merge(self, who: Account, pull: Thread, given: dict[str, str]) -> str:
        """Merge *pull* for *who*; 405, 409 and 422 as GitHub gives them."""
        method = given.get("merge_method", "merge")
        base = self.bare.head(pull.base)
        if not pull.open or base is None:
            raise Refused(405, "Pull Request is not mergeable")
        if pull.draft:
            raise Refused(405, "Pull Request is still a draft")
        if method != "merge":
            raise Refused(405, f"The merge method {method} is not allowed in this repository.")
        if given.get("sha", pull.head) != pull.head:
            raise Refused(409, "Head branch was modified. Review and try the merge again.")
        rules.refuse_merge(rules.merge_faults(self.state, who, pull, method))
        title = given.get("commit_title") or f"Merge pull request #{pull.number} from {self.state.owner}/{pull.branch}"
        message = f"{title}\n\n{given.get('commit_message', pull.title)}".rstrip() + "\n"
        try:
            commit = self.bare.merge(base, pull.head, message, who.login, self.state.now())
        except Conflict as error:
            raise Refused(405, "Pull Request is not mergeable") from error
        self.bare.move(pull.base, commit, base)
        self._merged(pull, who.login, commit, base)
        self._note(f"refs/heads/{pull.base}", base, commit, who.login, "pr_merge")
        self._follow(who.login)
        return commit

    def noticed(self, before: dict[str, str], login: str) -> None:
        """Note what a push of *login* did to the branches that stood at *before*."""
        after = self.bare.heads()
        for ref in sorted(before.keys() | after.keys()):
            old, new = before.get(ref, NOBODY), after.get(ref, NOBODY)
            if old != new:
                self._note(ref, old, new, login, self._kind(old, new))
        self._follow(login)

    def _kind(self, old: str, new: str) -> str:
        if old == NOBODY:
            return "branch_creation"
        if new == NOBODY:
            return "branch_deletion"
        return "push" if self.bare.ahead(new, old) == 0 else "force_push"

    def _note(self, ref: str, before: str, after: str, login: str, kind: str) -> None:
        self.state.moves.append(Moved(next(self.state.ids), ref, before, after, login, self.state.now(), kind))
        if kind == "branch_creation":
            self.state.tell("create", "", login, ref=ref)
        self.state.tell("delete" if kind == "branch_deletion" else "push", "", login, ref=ref)

    def _follow(self, login: str) -> None:
        """Bring the open pull requests to where their branches are."""
        for pull in [one for one in self.state.threads.values() if one.open and one.branch and not one.fork]:
            head, base = self.bare.head(pull.branch), self.bare.head(pull.base)
            if head is None or base is None:
                pull.open, pull.closed_at = False, self.state.now()
                self.state.tell("pull_request", "closed", login, pull.number)
            elif head != pull.head:
                pull.head = head
                self._dismiss_stale(pull)
                self.state.tell("pull_request", "synchronize", login, pull.number)
            if head and base and pull.open and not self.bare.ahead(base, head):
                self._merged(pull, login, base, base)

    def _dismiss_stale(self, pull: Thread) -> None:
        if rules.dismisses_stale(self.state, pull):
            for one in self.state.reviews:
                if one.thread == pull.number and one.state == "APPROVED":
                    one.state = "DISMISSED"

    def _merged(self, pull: Thread, login: str, commit: str, base: str) -> None:
        pull.open, pull.closed_at = False, self.state.now()
        pull.merged_by, pull.merge_commit, pull.merge_base = login, commit, base
        self.state.tell("pull_request", "closed", login, pull.number)


def _unfit(message: str) -> Refused:
    return Refused(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}])
