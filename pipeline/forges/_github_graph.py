"""What only GitHub's GraphQL API tells: who has changed an issue's text since it was opened.

https://docs.github.com/graphql/reference/objects#issue, `userContentEdits`. There it is no error of HTTP when something
could not be read: whatever is missing raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.flow import OK
from pipeline.forges import _github_values as values
from pipeline.forges._github_wire import ask, graph, words
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.flow import Flow

_MOST = 100
QUERY = (
    "query($owner:String!,$name:String!,$number:Int!){repository(owner:$owner,name:$name){issue(number:$number)"
    f"{{userContentEdits(first:{_MOST}){{totalCount nodes{{editor{{login}}}}}}}}}}}}"
)


def issue_editors(repo: str, number: int, /) -> Flow[frozenset[str]]:
    """Return the logins of who has changed an issue's text; '' among them when an account is gone."""
    owner, _, name = repo.partition("/")
    reply = yield from ask(graph(QUERY, {"owner": owner, "name": name, "number": number}), OK)
    if reply.body.get("errors"):
        raise JdihError(f"GitHub tidak memberi tahu siapa yang menyunting #{number}: {words(reply)}")
    edits: Any = values.at(reply.json, ("data", "repository", "issue", "userContentEdits"))
    if edits is None:
        return frozenset()
    if values.number(edits, "totalCount") > _MOST:
        raise JdihError(f"#{number} disunting lebih dari {_MOST} kali: tulis formulir baru")
    return frozenset(values.login(row, "editor") for row in values.at(edits, ("nodes",)) or ())
