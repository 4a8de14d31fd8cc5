"""What the stand-ins of Meta's three Graph APIs share: errors by number, lists with cursors, troubles, deletions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.media import looking
from pipeline.model.platform import Images
from pipeline.rules.alt_too_long import LIMIT as ALT_LIMIT
from pipeline.sandbox.store import Dropped, Trouble, live, remarks
from pipeline.sandbox.wire import Answer, fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.platform import Videos
    from pipeline.sandbox.store import Row, Store
    from pipeline.sandbox.wire import Call

NO_TOKEN = (190, 0, "Invalid OAuth access token")
NOT_THERE = (100, 33, "Unsupported request: object does not exist or cannot be loaded")
NO_PATH = (100, 0, "Unknown path components")
DAY = timedelta(days=1)
"""How far back a quota counts."""


def error(code: int, subcode: int, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error as the Graph API words it."""
    said: Row = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "tiruan"}
    if subcode:
        said |= {"error_subcode": subcode, "is_transient": False}
    return Answer(status, {"error": said}, headers or {})


def described(url: str, alt: str, accepted: Images | Videos, store: Store) -> Row | Answer:
    """Fetch the one file of a container with its alternative text, or return the error it makes."""
    if len(alt) > ALT_LIMIT:
        return error(100, 0, f"Param alt_text must be at most {ALT_LIMIT} characters long.")
    kept = fetched(url, accepted, store)
    return kept if isinstance(kept, Answer) else {"berkas": kept, "alt": alt}


def fetched(url: str, accepted: Images | Videos, store: Store) -> str | Answer:
    """Fetch a file as Meta does and return its name in *store*, or the error it makes."""
    found = fetch(url)
    if found is None or not found[1].startswith(("image/", "video/")):
        return error(9004, 2207052, "Only photo or video can be accepted as media type: media could not be fetched")
    content, mime = found
    if mime not in accepted.formats:
        return error(36001, 2207005, f"The image format is not supported: {mime}")
    if len(content) > accepted.size:
        return error(36000, 2207004, "The image is too large")
    if isinstance(accepted, Images) and not _is_shaped(content, accepted.ratios):
        return error(36003, 2207009, "The aspect ratio is not supported")
    return store.keep(content, mime)


def _is_shaped(content: bytes, ratios: tuple[float, float]) -> bool:
    """Whether a picture is neither too tall nor too wide; one pixel's rounding is forgiven."""
    seen = looking.look(content)
    least, most = ratios
    return (seen.width + 1) >= least * seen.height and (seen.width - 1) <= most * seen.height


def add(data: Row, store: Store, platform: str, said: Row) -> str:
    """Make a post visible and return its id; *said* has its id, account and text, and may have more."""
    head = {"platform": platform, "nama": store.name(said["akun"]), "media": [], "balasan_untuk": ""}
    data["kiriman"].append({**head, "pada": store.clock().isoformat(), "dihapus": "", **said})
    return str(said["id"])


def spent(data: Row, store: Store, platform: str, account: str, *, answers: bool = False) -> int:
    """Return how many posts, or answers, *account* made within a day: deleting gives none of them back."""
    since = store.clock() - DAY
    rows = [row for row in data["kiriman"] if (row["platform"], row["akun"]) == (platform, account)]
    rows = [row for row in rows if bool(row["balasan_untuk"]) is answers]
    return sum(datetime.fromisoformat(row["pada"]) > since for row in rows)


def paused() -> Answer:
    """Return the answer that asks for a pause of a minute."""
    return error(4, 0, "Application request limit reached", status=429, headers={"Retry-After": "60"})


def happens(kind: Trouble | None) -> bool:
    """Whether the publication takes place all the same."""
    return kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE)


def outcome(kind: Trouble | None, made: Row) -> Answer:
    """Return what the client hears of a publication that made *made*, in trouble *kind*."""
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return error(2, 0, "An unexpected error has occurred", status=500)
    if kind is Trouble.DUPLICATE:
        return error(4, 2207051, "Application request limit reached", status=403)
    return Answer(200, made)


def page(call: Call, rows: list[Row]) -> Answer:
    """Return one page of *rows*, with the cursor of the next."""
    start, most = int(call.query.get("after", "0")), int(call.query.get("limit", "25"))
    shown, rest = rows[start : start + most], rows[start + most :]
    return Answer(200, {"data": shown, "paging": {"cursors": {"after": str(start + most)}} if rest else {}})


def moment(stored: str) -> str:
    """Return a stored time as the Graph API writes it."""
    return f"{datetime.fromisoformat(stored).astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000"


def found(data: Row, platform: str, thing: str) -> Row | None:
    """Return the visible post *thing*."""
    return next((row for row in live(data, platform) if row["id"] == thing), None)


def below(data: Row, platform: str, post: str) -> list[Row]:
    """Return what others wrote below *post*, newest first."""
    return [row for row in reversed(remarks(data, platform)) if row["untuk"] == post]


def delete(thing: str, platform: str, store: Store) -> Answer:
    """Delete a post for good."""
    with store.open() as data:
        post = found(data, platform, thing)
        if post is None:
            return error(*NOT_THERE)
        post["dihapus"] = store.clock().isoformat()
    return Answer(200, {"success": True, "deleted_id": thing})
