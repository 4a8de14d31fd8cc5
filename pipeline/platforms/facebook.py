"""Facebook Page, Graph API: pictures go up unpublished, then one post names them; a video goes up unpublished, too.

https://developers.facebook.com/docs/pages-api/posts and /docs/graph-api/reference/page/{feed,photos,videos}
(v25.0). There is no idempotency key: after an unknown outcome the Page's own feed is asked, by text and time, and
error 506 (duplicate) is evidence that an earlier attempt worked when the feed shows it. A video or a reel has its id
before it is published, so it can be asked exactly. The account's id is the Page's, the token a Page token.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.flow import OK, Deferred, Part, Rejected, Request, Unknown
from pipeline.model.platform import Images, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _facebook_reel, _graph

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.platform import Health, Remark
    from pipeline.model.publishing import Media, Post

NAME = "facebook"
ENDPOINT = _facebook_reel.API
HOSTS = (_facebook_reel.HOST,)
"""Where reels are sent."""
CAPTION_LIMIT = 63_206
HASHTAG_LIMIT = 30
IMAGES = Images(least=0, most=10, formats=("image/jpeg", "image/png"), size=4_000_000, width=2048, height=2048)
VIDEOS = Videos(most=1, formats=("video/mp4", "video/quicktime"), size=1_000_000_000, seconds=1200)
ALT = True
VIDEO_ALT = False
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = False
STAGED_FOR = timedelta(hours=23)  # an unpublished picture is kept for 24

_VIDEO, _REEL = "video:", "reel:"
"""Mark the id of a staged video among staged ids: it is published itself, pictures are named by a post."""
_PACE = (0.0, 5.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)  # seconds between looks at a video: five minutes
_INVALID = frozenset({100, 324, 1609005})
"""Codes of a post that is refused as it stands: a wrong field, an unfit picture, a link that cannot be read."""
_NAMES = ("message", "created_time", "permalink_url")
_REFUSED = "Facebook menolak penghapusan: token perlu izin pages_manage_posts dari pengelola Halaman"
_NEWEST_FIRST = {"order": "reverse_chronological", "filter": "stream"}


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count UTF-16 units: Meta does not say what it counts, and this is never less."""
    return _graph.utf16(text)


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Send the files up unpublished: nobody sees them, and what is not used goes after a day."""
    videos = [media for media in post.media if media.mime.startswith("video/")]
    if videos and len(post.media) > 1:
        raise Rejected("Facebook menerima satu video tanpa gambar lain: pisahkan menjadi dua butir")
    if videos and _facebook_reel.fits(videos[0]):
        return Staged(ids=(_REEL + (yield from _facebook_reel.stage(videos[0], account)),))
    if videos:
        return Staged(ids=(_VIDEO + (yield from _upload_video(post, videos[0], account)),))
    photos: list[str] = []
    for media in post.media:
        photos += [(yield from _upload_photo(media, account))]
    return Staged(ids=tuple(photos))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Write the post, the answer, or publish the video. The address is a courtesy: failing to read it is no failure."""
    if reel := _marked(staged, _REEL):
        yield from _facebook_reel.commit(post, account, reel)
        return (yield from _addressed(reel, post))
    video = _marked(staged, _VIDEO)
    if video:
        reply = yield Request("POST", f"{ENDPOINT}/{video}", form={"published": "true"})
    elif post.reply_to:
        reply = yield Request("POST", f"{ENDPOINT}/{post.reply_to}/comments", form={"message": post.text})
    else:
        photos = {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(staged.ids)}
        reply = yield Request("POST", f"{ENDPOINT}/{account.id}/feed", form={"message": post.text, **photos})
    if video and reply.status == OK and reply.body.get("success") is True:
        return (yield from _addressed(video, post))
    if not video and reply.status == OK and isinstance(reply.body.get("id"), str) and reply.body["id"]:
        return (yield from _addressed(str(reply.body["id"]), post))
    return (yield from _refused(reply, post, account, staged))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the reel or the video itself, or look for the text in the Page's feed or below the comment answered."""
    if reel := _marked(staged, _REEL):
        return (yield from _addressed(reel, post)) if (yield from _facebook_reel.is_live(reel)) else None
    if video := _marked(staged, _VIDEO):
        return (yield from _find_video(video, post))
    own, order = (f"{post.reply_to}/comments", _NEWEST_FIRST) if post.reply_to else (f"{account.id}/feed", None)
    receipt, complete = yield from _graph.listed(post, staged, f"{ENDPOINT}/{own}", _NAMES, order)
    if receipt is None and not complete:
        raise Unknown(_graph.UNTOLD)
    return receipt


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete a post, a video or an answer."""
    yield from _graph.retract(f"{ENDPOINT}/{receipt.remote_id}", f"{ENDPOINT}/{account.id}/feed", _REFUSED)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others wrote since *since* below the Page's last thousand posts, answers to comments included."""
    newest = "id,comments.order(reverse_chronological).filter(stream).limit(1){created_time}"
    posts, _ = yield from _graph.rows(f"{ENDPOINT}/{account.id}/feed", {"fields": newest}, None, "")
    fields = {"fields": "id,message,created_time,permalink_url,from", **_NEWEST_FIRST}
    found: list[Remark] = []
    for post in (str(post.get("id", "")) for post in posts if _is_fresh(post, since)):
        rows, _ = yield from _graph.rows(f"{ENDPOINT}/{post}/comments", fields, since, "created_time")
        written = [(row, _author(row)) for row in rows]
        found += [_graph.remark(row, post, _NAMES, name) for row, (by, name) in written if by != account.id]
    return tuple(remark for remark in found if remark.at >= since)


def health(account: Account, /) -> Flow[Health]:
    """Ask who the token is: it must be the Page itself. Its end cannot be asked without the token in an address."""
    question = Request("GET", f"{ENDPOINT}/me", params={"fields": "id,name"}, repeatable=True)
    told, body = yield from _graph.usable(question)
    if told.usable and str(body.get("id", "")) != account.id:
        return replace(
            told, usable=False, message="token ini bukan token Halaman: ambil token Halaman akun itu sendiri"
        )
    return told


def _upload_photo(media: Media, account: Account) -> Flow[str]:
    fields: dict[str, str | Part] = {"published": "false", "source": Part(media.name, media.mime, media.content())}
    described = {**fields, "alt_text_custom": media.alt} if media.alt else fields
    place = f"{ENDPOINT}/{account.id}/photos"
    return _graph.made(Request("POST", place, multipart=described, repeatable=True))


def _upload_video(post: Post, media: Media, account: Account) -> Flow[str]:
    """Let Facebook fetch the video, unpublished, and wait until it is processed: what fails, fails before it shows."""
    fields = {"file_url": media.url, "description": post.text, "published": "false"}
    video = yield from _graph.made(Request("POST", f"{ENDPOINT}/{account.id}/videos", form=fields, repeatable=True))
    for pause in _PACE:
        params = {"fields": "status"}
        reply = yield Request("GET", f"{ENDPOINT}/{video}", params=params, delay=pause, repeatable=True)
        status = reply.body.get("status")
        match status.get("video_status") if isinstance(status, dict) else None:
            case "ready":
                return video
            case "error" | "expired" | "upload_failed":
                raise Rejected("Facebook tidak dapat mengolah video: periksa format dan panjangnya")
            case None:
                raise _graph.fault(reply)
    raise Deferred("Facebook belum selesai mengolah video")


def _find_video(video: str, post: Post) -> Flow[Receipt | None]:
    reply = yield Request("GET", f"{ENDPOINT}/{video}", params={"fields": "published"}, repeatable=True)
    if reply.status != OK or not isinstance(reply.body.get("published"), bool):
        raise Unknown(_graph.UNTOLD)
    return (yield from _addressed(video, post)) if reply.body["published"] else None


def _refused(reply: Response, post: Post, account: Account, staged: Staged) -> Flow[Receipt]:
    """Judge an irreversible call that did not succeed; a 'duplicate' may be an earlier attempt that did."""
    number, _ = _graph.code(reply)
    if number == _graph.DUPLICATE:
        earlier = yield from find(post, account, staged)
        if earlier:
            return earlier
        raise Rejected("Facebook menolak: teks yang sama baru saja dikirim Halaman ini")
    raise _graph.fault(reply) if number in _INVALID else _graph.doubt(reply)


def _addressed(remote_id: str, post: Post) -> Flow[Receipt]:
    """Return the receipt with the address people see; a video's address comes without its host."""
    url = yield from _graph.courtesy(f"{ENDPOINT}/{remote_id}", "permalink_url")
    return Receipt(
        remote_id=remote_id, url=f"https://www.facebook.com{url}" if url.startswith("/") else url or post.link
    )


def _marked(staged: Staged, mark: str) -> str:
    return next((name.removeprefix(mark) for name in staged.ids if name.startswith(mark)), "")


def _author(row: _graph.Row) -> tuple[str, str]:
    """Return id and name of who wrote a comment; '' where Facebook keeps them back."""
    by = row.get("from")
    return (str(by.get("id", "")), str(by.get("name", ""))) if isinstance(by, dict) else ("", "")


def _is_fresh(post: _graph.Row, since: datetime) -> bool:
    """Whether the newest comment below *post*, told with it, is not older than *since*."""
    told = post.get("comments")
    newest = told.get("data") if isinstance(told, dict) else None
    return isinstance(newest, list) and bool(newest) and _graph.at(newest[0], "created_time") >= since
