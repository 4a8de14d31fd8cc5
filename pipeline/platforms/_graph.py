"""What Meta's three Graph APIs (Instagram, Facebook Page, Threads) have in common.

Answers are judged by their numbers, never by their words (error-codes pages of 2026-06-02; numbers met in the
field are in the platform notes, 1 and 2.1 to 2.3). A list is read back to a moment, a container is looked at
until it is ready, and 'does not exist' is believed only when the account's own list agrees.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import BROKEN, OK, TOO_MANY, UNAUTHORIZED, Deferred, Rejected, Request, Unknown, too_many, troubled
from pipeline.model.platform import Health, Remark
from pipeline.model.publishing import Receipt
from pipeline.platforms._answers import part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.flow import Flow, Response
    from pipeline.model.publishing import Post, Staged

Row = dict[str, Any]

UNTOLD = "platform tidak dapat memastikan kiriman ini sudah tayang atau belum"
GONE = (100, 33)
"""Code and subcode of 'does not exist, or you may not see it'."""
DUPLICATE = 506
"""'Duplicate posts cannot be published consecutively': a guess of Facebook's by content alone."""

_PAGES = 10
_SKEW = timedelta(minutes=5)
_TOKEN = frozenset({10, 102, 190, *range(200, 300)})
_BUSY = frozenset({4, 17, 32, 341, 613, *range(80001, 80015)})
_QUOTA = frozenset({2207042})
_LATER = frozenset({2207003, 2207006, 2207008, 2207020, 2207027, 4279009})
"""Subcodes after which the container may be tried, or made, again: nothing has been published."""
_NEVER = frozenset(
    {2207004, 2207005, 2207009, 2207010, 2207023, 2207026, 2207028, 2207040, 2207050, 2207052, 2207057}
)  # fmt: skip


def utf16(text: str) -> int:
    """Count UTF-16 units: Meta does not say what it counts, and this is never less."""
    return len(text.encode("utf-16-le")) // 2


def made(request: Request) -> Flow[str]:
    """Send a repeatable *request* and return the id of what it made."""
    reply = yield request
    found = reply.body.get("id")
    if reply.status == OK and isinstance(found, str) and found:
        return found
    raise fault(reply)


def ready(container: str, fields: tuple[str, str], pace: Iterable[float], spoilt: frozenset[str]) -> Flow[None]:
    """Look at *container* (its address) after each pause of *pace* (seconds) until it is ready.

    *fields* are the names of its status and of what explains a failure: a subcode, or a word. The words in
    *spoilt* mean that the file is unfit; after any other a container may be made again.
    """
    for pause in pace:
        reply = yield look(container, fields, pause)
        match reply.body.get(fields[0]):
            case "FINISHED":
                return
            case "ERROR" | "EXPIRED":
                raise _spoilt(str(reply.body.get(fields[1], "")), spoilt)
            case None:
                raise fault(reply)
    raise Deferred("platform belum selesai mengolah gambar atau video")


def look(container: str, fields: tuple[str, str], delay: float = 0.0) -> Request:
    """Return the question how far *container* is."""
    return Request("GET", container, params={"fields": ",".join(fields)}, delay=delay, repeatable=True)


def _spoilt(said: str, unfit: frozenset[str]) -> Deferred | Rejected:
    number = said.rpartition(" ")[2]
    later = int(number) in _LATER if number.isdecimal() else bool(unfit) and said not in unfit
    if later:
        return Deferred(f"platform gagal mengambil atau mengolah berkas ({said})")
    return Rejected(f"platform tidak dapat mengolah berkas: {said or 'tanpa keterangan'}")


def courtesy(url: str, name: str) -> Flow[str]:
    """Return the field *name* of *url*, '' when it cannot be read: Meta answered 100/33 to valid reads in 2026."""
    try:
        reply = yield Request("GET", url, params={"fields": name}, repeatable=True)
    except (Deferred, Unknown):
        return ""
    return str(reply.body.get(name, ""))


def rows(url: str, params: Mapping[str, str], since: datetime | None, moment: str) -> Flow[tuple[list[Row], bool]]:
    """Return a list, newest first, back to *since*, and whether it was read that far.

    *moment* names the field with a row's time; None: the whole list.
    """
    found: list[Row] = []
    after = ""
    for _ in range(_PAGES):
        asked = {"limit": "100", **params, **({"after": after} if after else {})}
        reply = yield Request("GET", url, params=asked, repeatable=True)
        page = reply.body.get("data")
        if reply.status != OK or not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
            raise fault(reply)
        fresh = [row for row in page if since is None or at(row, moment) >= since - _SKEW]
        found += fresh
        after = _cursor(reply)
        if not after or len(fresh) < len(page) or not page:
            return found, True
    return found, False


def _cursor(reply: Response) -> str:
    paging = reply.body.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    return str(cursors.get("after") or "") if isinstance(cursors, dict) else ""


def at(row: Row, moment: str) -> datetime:
    """Return the time in a row's field *moment*, e.g. `2026-11-21T09:01:00+0000`."""
    try:
        return datetime.strptime(str(row[moment]), "%Y-%m-%dT%H:%M:%S%z")
    except (KeyError, TypeError, ValueError):
        raise Deferred("platform memberi daftar yang tidak terbaca") from None


def listed(
    post: Post, staged: Staged, url: str, names: tuple[str, ...], order: Mapping[str, str] | None = None
) -> Flow[tuple[Receipt | None, bool]]:
    """Look for *post* in the account's own list at *url*; also return whether the list was read far enough.

    *names* are its fields for the text, the time, the address ('' where it has none) and, where there is one, for
    what a post answers; *order* is what makes the list come newest first where it does not by itself.
    """
    text, moment, link, *above = names
    asked = {"fields": ",".join(filter(None, ("id", *names))), **(order or {})}
    found, complete = yield from rows(url, asked, staged.since, moment)
    for row in found:
        answered = [told["id"] for name in above if (told := part(row, name)).get("id")]
        if str(row.get(text, "")).strip() == post.text.strip() and answered in ([], [post.reply_to]):
            return Receipt(remote_id=str(row.get("id", "")), url=str(row.get(link) or post.link)), True
    return None, complete


def find(
    post: Post, staged: Staged, container: str, status: tuple[str, str], own: tuple[str, tuple[str, ...]]
) -> Flow[Receipt | None]:
    """Ask the *container* (its address, '' without one) first, then look for the text in the *own* list.

    A container that says PUBLISHED is live, under an id that only the list can tell.
    """
    state = ""
    if container:
        reply = yield look(container, status)
        state = str(reply.body.get(status[0], ""))
    receipt, complete = yield from listed(post, staged, *own)
    if receipt is None and state == "PUBLISHED":
        return Receipt(remote_id="", url="")
    if receipt is None and (not complete or (container and not state)):
        raise Unknown(UNTOLD)
    return receipt


def published(reply: Response) -> str:
    """Return the id the irreversible call gave, or say what is known about it: by default nothing."""
    found = reply.body.get("id")
    if reply.status == OK and isinstance(found, str) and found:
        return found
    raise doubt(reply)


def doubt(reply: Response) -> Deferred | Rejected | Unknown:
    """Judge the answer to an irreversible call that is no success: what is not surely refused is unknown."""
    number, sub = code(reply)
    if reply.status == TOO_MANY or (number in _BUSY and not sub) or number in _TOKEN:
        return fault(reply)
    if sub in _QUOTA | _LATER | _NEVER:
        return fault(reply)
    return Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}, kode {number}/{sub}")


def retract(url: str, own: str, refused: str) -> Flow[None]:
    """Delete the post at *url*. 'Does not exist' is believed only when the account's list at *own* agrees.

    Otherwise raise `Rejected` with *refused*, which says what the token lacks.
    """
    reply = yield Request("DELETE", url, repeatable=True)
    if reply.status == OK and reply.body.get("success") is True:
        return
    if code(reply) != GONE:
        raise fault(reply)
    still = yield Request("GET", url, params={"fields": "id"}, repeatable=True)
    left, complete = yield from rows(own, {"fields": "id"}, None, "")
    ids = {str(row.get("id")) for row in left}
    if not complete or code(still) != GONE or url.rpartition("/")[2] in ids:
        raise Rejected(refused)


def remark(row: Row, post: str, names: tuple[str, ...], author: str) -> Remark:
    """Return a comment listed below *post*; *names* are its fields for the text, the time and the address."""
    text, moment, link = names[:3]
    return Remark(
        id=str(row.get("id", "")),
        post=post,
        author=author,
        text=str(row.get(text, "")),
        at=at(row, moment),
        url=str(row.get(link, "")),
    )


def usable(question: Request) -> Flow[tuple[Health, Mapping[str, Any]]]:
    """Ask *question* as the account; a refusal makes it unusable, trouble on the way is raised."""
    reply = yield question
    if reply.status == OK and isinstance(reply.json, dict):
        return Health(usable=True, message="akun dapat dipakai"), reply.body
    problem = fault(reply)
    if isinstance(problem, Deferred) and code(reply)[0] not in _TOKEN and reply.status != UNAUTHORIZED:
        raise problem
    return Health(usable=False, message=str(problem)), {}


def quota_left(body: Mapping[str, Any]) -> int | None:
    """Return how many posts the account may still make today, from `quota_usage` and `config`; None: not told."""
    rows = body.get("data")
    quota = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    config = quota.get("config")
    used, most = quota.get("quota_usage"), config.get("quota_total") if isinstance(config, dict) else None
    return most - used if isinstance(used, int) and isinstance(most, int) else None


def fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its numbers."""
    number, sub = code(reply)
    error = reply.body.get("error")
    said = error.get("message") if isinstance(error, dict) else f"HTTP {reply.status}"
    if number in _TOKEN or reply.status == UNAUTHORIZED:
        return Deferred(f"token atau izin akun ditolak platform, perbarui token ({said})", account_wide=True)
    if sub in _QUOTA:
        return Deferred("kuota kiriman harian akun habis", 3600.0, account_wide=True)
    if reply.status == TOO_MANY or number in _BUSY:
        return too_many(reply)
    if sub in _NEVER:
        return Rejected(f"{said} ({number}/{sub})")
    if sub in _LATER or number in (-1, 1, 2) or reply.status >= BROKEN or not error:
        return troubled(reply, f"platform sedang bermasalah ({said})")
    return Rejected(f"{said} ({number}/{sub})")


def code(reply: Response) -> tuple[int, int]:
    """Return the error's code and subcode; 0 where there is none."""
    error = reply.body.get("error")
    if not isinstance(error, dict):
        return 0, 0
    number, sub = error.get("code"), error.get("error_subcode")
    return number if isinstance(number, int) else 0, sub if isinstance(sub, int) else 0
