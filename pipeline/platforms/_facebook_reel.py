"""Facebook reels: an upright video of 90 seconds at most goes out as a reel, any other as a video of the Page.

https://developers.facebook.com/docs/video-api/guides/reels-publishing (2026-07-30). A reel has its id before its bytes,
so it can always be asked, and is published once however often it is finished. It shows when Facebook has processed it,
which begins with `finish`. 30 reels a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.flow import OK, TOKEN_HERE, Deferred, Rejected, Request, Unknown
from pipeline.media import films
from pipeline.platforms import _answers, _graph

if TYPE_CHECKING:
    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

VERSION = "v25.0"
API = f"https://graph.facebook.com/{VERSION}"
HOST = "https://rupload.facebook.com"

_LEAST, _SECONDS, _RATES = 540, (3, 90), (24, 60)
_RATIO, _SLACK = 9 / 16, 0.01
_PACE = (0.0, 5.0, 15.0, 30.0, 60.0, 60.0)  # seconds between looks: under three minutes
_BUSY = "Facebook masih mengolah reel: ditanyakan lagi nanti"
_UNFIT = "Facebook tidak dapat mengolah reel: periksa format dan panjang videonya"


def fits(media: Media) -> bool:
    """Whether a video is one that Facebook takes as a reel: 9:16, 3 to 90 seconds, 540 pixels wide or more."""
    film = films.probe(media.content())
    if film is None or not film.height:
        return False
    upright = abs(film.width / film.height - _RATIO) < _SLACK and film.width >= _LEAST
    return upright and _SECONDS[0] <= film.seconds <= _SECONDS[1] and _RATES[0] <= film.rate <= _RATES[1]


def stage(media: Media, account: Account) -> Flow[str]:
    """Let Facebook fetch the video; nobody sees it until it is finished. Return its id."""
    start = Request("POST", f"{API}/{account.id}/video_reels", form={"upload_phase": "start"}, repeatable=True)
    reply = yield start
    video = reply.body.get("video_id")
    if reply.status != OK or not isinstance(video, str) or not video:
        raise _graph.fault(reply)
    headers = {"Authorization": f"OAuth {TOKEN_HERE}", "file_url": media.url}
    reply = yield Request("POST", f"{HOST}/video-upload/{VERSION}/{video}", headers=headers, repeatable=True)
    if reply.status != OK or reply.body.get("success") is not True:
        raise _unfetched(reply)
    for pause in _PACE:
        told = yield from _looked(video, pause)
        if _is_broken(told):
            raise Rejected(_UNFIT)
        if _phase(told, "uploading_phase") == "complete":
            return video
    raise Deferred("Facebook belum selesai mengambil video")


def commit(post: Post, account: Account, video: str) -> Flow[None]:
    """Finish the reel and wait until people see it. What goes wrong after that is asked again by the id."""
    finish = {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", "description": post.text}
    reply = yield Request("POST", f"{API}/{account.id}/video_reels", form=finish)
    if reply.status != OK or reply.body.get("success") is not True:
        raise _graph.doubt(reply)
    for pause in _PACE:
        try:
            told = yield from _looked(video, pause)
        except (Deferred, Rejected) as fault:
            raise Unknown(f"reel sudah diserahkan; {fault}") from None
        if _is_published(told):
            return
        if _is_broken(told):
            raise Rejected(_UNFIT)
    raise Unknown(_BUSY)


def is_live(video: str) -> Flow[bool]:
    """Ask whether people see the reel; False: it was never finished, or never will be seen."""
    told = yield from _looked(video, 0.0)
    begun = {_phase(told, "processing_phase"), _phase(told, "publishing_phase")} - {"", "not_started"}
    if begun and not _is_published(told) and not _is_broken(told):
        raise Unknown(_BUSY)
    return _is_published(told)


def _looked(video: str, delay: float) -> Flow[dict[str, Any]]:
    reply = yield Request("GET", f"{API}/{video}", params={"fields": "status"}, delay=delay, repeatable=True)
    status = reply.body.get("status")
    if reply.status != OK or not isinstance(status, dict):
        raise _graph.fault(reply)
    return status


def _phase(told: dict[str, Any], name: str) -> str:
    return str(_answers.part(told, name).get("status", ""))


def _is_published(told: dict[str, Any]) -> bool:
    return _answers.part(told, "publishing_phase").get("publish_status") == "published"


def _is_broken(told: dict[str, Any]) -> bool:
    phases = [_phase(told, name) for name in ("uploading_phase", "processing_phase", "publishing_phase")]
    return "error" in (told.get("video_status"), *phases)


def _unfetched(reply: Response) -> Deferred | Rejected:
    """Judge the upload host's own kind of refusal."""
    told = _answers.part(reply.body, "debug_info")
    if told.get("retriable") is False:
        return Rejected(f"Facebook tidak dapat mengambil video: {told.get('message') or 'tanpa keterangan'}")
    return _graph.fault(reply)
