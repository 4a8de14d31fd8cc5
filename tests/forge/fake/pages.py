"""The pages people see: a pull request with its conversation, checks and files; an issue; the list."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import markdown
import nh3
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from tests.forge.fake import rules
from tests.forge.fake.state import Account, Refused, found

if TYPE_CHECKING:
    from tests.forge.fake.hub import Hub
    from tests.forge.fake.state import Thread

HERE = Path(__file__).parent
VERDICTS = {
    "APPROVED": ("baik", "approved these changes"),
    "CHANGES_REQUESTED": ("buruk", "requested changes"),
    "COMMENTED": ("biasa", "reviewed"),
    "DISMISSED": ("biasa", "reviewed (dismissed)"),
}


def rendered(text: str) -> Markup:
    """Return Markdown as a forge shows it: tables and lists, no scripts, no hidden comments."""
    here = text.replace("https://github.com/", "/")  # a forge's own pages are this forge's here
    made = markdown.markdown(here, extensions=["tables", "fenced_code", "sane_lists", "nl2br", "md_in_html"])
    return Markup(nh3.clean(made))  # noqa: S704 - just sanitised


_ENVIRONMENT = Environment(autoescape=True, loader=FileSystemLoader(HERE))
_ENVIRONMENT.filters["rendered"] = rendered


def page(hub: Hub, path: str) -> tuple[int, str]:
    """Return status and HTML of the page at *path*."""
    shared = {"repo": hub.state.repo, "root": f"/{hub.state.repo}"}
    try:
        status, shown = 200, _shown(hub, path.removeprefix(f"/{hub.state.repo}"))
    except Refused as refused:
        status, shown = refused.status, {"kind": "none"}
    return status, _ENVIRONMENT.get_template("page.html").render(shared, **shown)


def _shown(hub: Hub, below: str) -> dict[str, Any]:
    if below in {"", "/", "/pulls"}:
        rows = sorted(hub.state.threads.values(), key=lambda one: -one.number)
        return {"kind": "list", "rows": [one for one in rows if one.branch], "states": _states(hub)}
    match = found(re.fullmatch(r"/(pull|issues)/(\d+)(/files)?", below))
    thread = hub.state.pull(match[2]) if match[1] == "pull" else hub.state.thread(match[2])
    if match[3]:
        return {"kind": "files", "thread": thread, "files": _files(hub, thread)}
    return {"kind": "talk", "thread": thread, "talk": _talk(hub, thread), "gate": _gate(hub, thread)}


def _talk(hub: Hub, thread: Thread) -> list[dict[str, Any]]:
    """Return everything that happened, oldest first."""
    state = hub.state
    events: list[dict[str, Any]] = [
        {"at": one.at, "who": one.author, "body": one.body, "edited": one.updated != one.at}
        for one in state.comments
        if one.thread == thread.number
    ]
    for one in state.reviews:
        if one.thread == thread.number and one.at:
            tone, verb = VERDICTS[one.state]
            short = (one.commit or "")[:7]
            events.append(
                {"at": one.at, "who": one.author, "body": one.body, "tone": tone, "verb": verb, "commit": short}
            )
    for moved in state.moves:
        if thread.branch and moved.ref == f"refs/heads/{thread.branch}" and moved.at > thread.at:
            verb = "force-pushed" if moved.kind == "force_push" else "pushed"
            events.append(
                {"at": moved.at, "who": moved.actor, "verb": verb, "commit": moved.after[:7], "tone": "biasa"}
            )
    if thread.merge_commit:
        merged = {"who": thread.merged_by, "verb": "merged commit", "commit": thread.merge_commit[:7], "tone": "gabung"}
        events.append({"at": thread.closed_at, **merged})
    return sorted(events, key=lambda event: event["at"])


def _gate(hub: Hub, thread: Thread) -> dict[str, Any] | None:
    """Return what the box above the merge button says."""
    if not thread.branch:
        return None
    last = {one.context: one for one in hub.state.statuses if one.sha == thread.head}
    rows = [(one.state, name, one.description, one.by) for name, one in last.items()]
    anybody = Account(login="", token="", id=0)
    return {"rows": rows, "faults": rules.merge_faults(hub.state, anybody, thread, "merge"), "good": rules.GOOD}


def _states(hub: Hub) -> dict[int, str]:
    """Return what the gate says last about every pull request."""
    said = {}
    for thread in hub.state.threads.values():
        words = [one.description for one in hub.state.statuses if one.sha == thread.head]
        said[thread.number] = words[-1] if words else ""
    return said


def _files(hub: Hub, thread: Thread) -> list[dict[str, Any]]:
    """Return the changed files with their lines."""
    files = []
    patch = hub.bare.changes(thread.merge_base or thread.base, thread.head)
    for piece in re.split(r"^diff --git ", patch, flags=re.MULTILINE)[1:]:
        head, _, body = piece.partition("\n")
        name = head.rpartition(" b/")[2]
        files.append({"name": name, "lines": list(_lines(body))})
    return files


def _lines(body: str) -> list[tuple[str, str, str]]:
    """Return (kind, number in the new file, text) of a patch's lines."""
    rows, number = [], 0
    for line in body.splitlines():
        hunk = re.match(r"@@ -\S+ \+(\d+)", line)
        if hunk:
            number = int(hunk[1])
            rows.append(("hunk", "", line))
        elif number and line[:1] in {"+", " "}:
            rows.append(("plus" if line[0] == "+" else "same", str(number), line[1:]))
            number += 1
        elif number and line[:1] == "-":
            rows.append(("minus", "", line[1:]))
        elif line.startswith("Binary"):
            rows.append(("hunk", "", line))
    return rows
