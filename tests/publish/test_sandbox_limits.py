"""What a platform refuses, its stand-in refuses: over the limit in the platform's own form, at the limit not."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests
from PIL import Image

from pipeline.media.looking import MAX_VIDEO_BYTES
from pipeline.platforms import bluesky, facebook, mastodon, telegram, threads, tiktok, x, youtube
from pipeline.platforms._bluesky_record import COLLECTION
from pipeline.rules.alt_too_long import LIMIT as ALT
from pipeline.sandbox import Sandbox
from pipeline.sandbox.server import LONGEST
from pipeline.sandbox.wire import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.publish.parts import Clock

    Send = Callable[["Stand", int], requests.Response]

DID, HEAD = "did:plc:uji", {"Authorization": "Bearer t"}
JPEG_MIME, MP4_MIME = "image/jpeg", "video/mp4"


def drawn(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, "JPEG")
    return buffer.getvalue()


@dataclass(frozen=True)
class Stand:
    """A sandbox and a site, on loopback. The site gives a picture of any size, and a file of any length and type."""

    sandbox: Sandbox
    address: str
    site: str

    def post(self, path: str, **sent: Any) -> requests.Response:  # noqa: ANN401
        return requests.post(f"{self.address}/{path}", headers=HEAD | sent.pop("headers", {}), timeout=60, **sent)

    def ids(self, path: str, times: int, **sent: Any) -> list[str]:  # noqa: ANN401
        return [str(self.post(path, **sent).json()["id"]) for _ in range(times)]

    def picture(self, width: int = 32, height: int = 32) -> str:
        return f"{self.site}/gambar/{width}/{height}"

    def video(self, size: int) -> str:
        return f"{self.site}/video/{size}"


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, *numbers = self.path.strip("/").split("/")
        body = drawn(int(numbers[0]), int(numbers[1])) if kind == "gambar" else bytes(int(numbers[0]))
        said = len(body) + 5 if kind == "terpotong" else len(body)
        self.send_response(200)
        self.send_header("Content-Type", JPEG_MIME if kind == "gambar" else MP4_MIME)
        self.send_header("Content-Length", str(said))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stand(tmp_path: Path, clock: Clock) -> Iterator[Stand]:
    sandbox = Sandbox(tmp_path / "sandbox", clock)
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server, sandbox.running() as address:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Stand(sandbox, address, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


# -- one function a limit: sends as much as it is told


def x_upload(stand: Stand, mime: str = JPEG_MIME) -> str:
    kind = {MP4_MIME: "tweet_video", "image/gif": "tweet_gif"}.get(mime, "tweet_image")
    wanted = {"media_type": mime, "total_bytes": 1, "media_category": kind}
    session: str = stand.post("x/2/media/upload/initialize", json=wanted).json()["data"]["id"]
    parts = {"segment_index": (None, "0"), "media": ("a", b"v", mime)}
    stand.post(f"x/2/media/upload/{session}/append", files=parts)
    stand.post(f"x/2/media/upload/{session}/finalize")
    return session


def x_said(stand: Stand, media: Sequence[str]) -> requests.Response:
    return stand.post("x/2/tweets", json={"text": "a", "media": {"media_ids": media}})


def x_pictures(stand: Stand, count: int) -> requests.Response:
    return x_said(stand, [x_upload(stand) for _ in range(count)])


def x_beside_a_video(stand: Stand, pictures: int) -> requests.Response:
    return x_said(stand, [x_upload(stand, MP4_MIME), *(x_upload(stand) for _ in range(pictures))])


def x_beside_a_gif(stand: Stand, pictures: int) -> requests.Response:
    return x_said(stand, [x_upload(stand, "image/gif"), *(x_upload(stand) for _ in range(pictures))])


def x_alt(stand: Stand, signs: int) -> requests.Response:
    described = {"id": x_upload(stand), "metadata": {"alt_text": {"text": "a" * signs}}}
    return stand.post("x/2/media/metadata", json=described)


def x_below(stand: Stand, strangers: int) -> requests.Response:
    """Answer a remark, or a post that never was."""
    there = stand.post("x/2/tweets", json={"text": f"kiriman {strangers}"}).json()["data"]["id"]
    answered = "999" if strangers else stand.sandbox.remark("x", there, "warga", "Kapan?")
    return stand.post("x/2/tweets", json={"text": "c", "reply": {"in_reply_to_tweet_id": answered}})


def telegram_file(kind: str, mime: str) -> Send:
    def send(stand: Stand, size: int) -> requests.Response:
        files = {"chat_id": (None, "@uji"), "caption": (None, "c"), kind: ("a", bytes(size), mime)}
        return stand.post(f"telegram/botT/send{kind.capitalize()}", files=files)

    return send


def telegram_album(stand: Stand, count: int) -> requests.Response:
    listed = json.dumps([{"type": "photo", "media": f"attach://b{n}"} for n in range(count)])
    files = {f"b{n}": ("a", b"v", JPEG_MIME) for n in range(count)}
    return stand.post("telegram/botT/sendMediaGroup", files={"chat_id": (None, "@a"), "media": (None, listed), **files})


def mastodon_file(mime: str) -> Send:
    def send(stand: Stand, size: int) -> requests.Response:
        return stand.post("mastodon/api/v2/media", files={"file": ("a", bytes(size), mime)})

    return send


def mastodon_said(stand: Stand, pictures: int, videos: int = 0) -> requests.Response:
    path = "mastodon/api/v2/media"
    names = stand.ids(path, pictures, files={"file": ("a", b"v", JPEG_MIME)})
    names += stand.ids(path, videos, files={"file": ("a", b"v", MP4_MIME)})
    return stand.post("mastodon/api/v1/statuses", json={"status": "a", "media_ids": names})


def mastodon_beside_a_video(stand: Stand, pictures: int) -> requests.Response:
    return mastodon_said(stand, pictures, 1)


def bluesky_asked(stand: Stand, nsid: str, **sent: Any) -> requests.Response:  # noqa: ANN401
    opened = stand.post("bluesky/xrpc/com.atproto.server.createSession", json={"identifier": DID, "password": "p"})
    head = {"Authorization": f"Bearer {opened.json()['accessJwt']}", **sent.pop("headers", {})}
    return stand.post(f"bluesky/xrpc/{nsid}", headers=head, **sent)


def bluesky_blob(mime: str) -> Send:
    def send(stand: Stand, size: int) -> requests.Response:
        nsid = "com.atproto.repo.uploadBlob"
        return bluesky_asked(stand, nsid, data=bytes(size), headers={"Content-Type": mime})

    return send


def bluesky_said(stand: Stand, rkey: str = "3kkkkkkkkkkk2", **changes: Any) -> requests.Response:  # noqa: ANN401
    record = {"$type": COLLECTION, "text": "a", "createdAt": "2026-11-21T09:00:00.000Z", **changes}
    wanted = {"repo": DID, "collection": COLLECTION, "rkey": rkey, "record": record}
    return bluesky_asked(stand, "com.atproto.repo.putRecord", json=wanted)


def bluesky_pictures(stand: Stand, count: int) -> requests.Response:
    blob = bluesky_blob(JPEG_MIME)(stand, 1).json()["blob"]
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}] * count}
    return bluesky_said(stand, embed=embed)


def bluesky_date(stand: Stand, strangeness: int) -> requests.Response:
    return bluesky_said(stand, createdAt="kemarin" if strangeness else "2026-11-21T09:00:00Z")


def bluesky_key(stand: Stand, longer: int) -> requests.Response:
    return bluesky_said(stand, "3kkkkkkkkkkk2" + "2" * longer)


def facebook_text(stand: Stand, signs: int) -> requests.Response:
    return stand.post("facebook/1/feed", data={"message": "a" * signs})


def youtube_snippet(name: str, made: Callable[[int], Any]) -> Send:
    def send(stand: Stand, amount: int) -> requests.Response:
        said = {"title": "t", "description": "d", name: made(amount)}
        return stand.post("youtube/upload/youtube/v3/videos", json={"snippet": said, "status": {}})

    return send


def tags(signs: int) -> list[str]:
    """Return tags of *signs* signs as YouTube counts: a comma between two, and quotes about one with a blank."""
    return ["dua kata", "x" * (signs - 11)]


def tiktok_pictures(stand: Stand, count: int, title: int = 1) -> requests.Response:
    told = {"title": "t" * title, "description": "d", "privacy_level": "PUBLIC_TO_EVERYONE"}
    source = {"photo_images": [stand.picture()] * count}
    return stand.post("tiktok/v2/post/publish/content/init/", json={"post_info": told, "source_info": source})


def tiktok_title(stand: Stand, signs: int) -> requests.Response:
    return tiktok_pictures(stand, 1, signs)


def threads_links(stand: Stand, count: int) -> requests.Response:
    text = " ".join(f"https://a.example/{n}" for n in range(count))
    return stand.post("threads/1/threads", data={"media_type": "TEXT", "text": text})


def threads_alt(stand: Stand, signs: int) -> requests.Response:
    said = {"media_type": "IMAGE", "image_url": stand.picture(), "alt_text": "a" * signs, "text": "a"}
    return stand.post("threads/1/threads", data=said)


def threads_video(stand: Stand, size: int) -> requests.Response:
    return stand.post("threads/1/threads", data={"media_type": "VIDEO", "video_url": stand.video(size), "text": "a"})


def instagram_made(stand: Stand, **said: Any) -> requests.Response:  # noqa: ANN401
    return stand.post("instagram/1/media", data={"image_url": stand.picture(), "caption": "a", **said})


def instagram_hashtags(stand: Stand, count: int) -> requests.Response:
    return instagram_made(stand, caption=" ".join(f"#a{n}" for n in range(count)))


def instagram_alt(stand: Stand, signs: int) -> requests.Response:
    return instagram_made(stand, alt_text="a" * signs)


def instagram_tall(stand: Stand, height: int) -> requests.Response:
    return instagram_made(stand, image_url=stand.picture(400, height))


def instagram_wide(stand: Stand, width: int) -> requests.Response:
    return instagram_made(stand, image_url=stand.picture(width, 100))


class Row(NamedTuple):
    send: Send
    most: int
    over: int
    status: int
    said: str
    """What the refusal has: a code, or the platform's own words."""


UNFIT = "problems/invalid-request"
MANY = "too many messages to send as an album"
ROWS = {
    "x: pictures": Row(x_pictures, x.IMAGES.most, x.IMAGES.most + 1, 400, UNFIT),
    "x: beside a video": Row(x_beside_a_video, 0, 1, 400, UNFIT),
    "x: beside a GIF": Row(x_beside_a_gif, 0, 1, 400, UNFIT),
    "x: alt": Row(x_alt, ALT, ALT + 1, 400, UNFIT),
    "x: answers a post that never was": Row(x_below, 0, 1, 403, "deleted or not visible to you"),
    "telegram: photo": Row(
        telegram_file("photo", JPEG_MIME), telegram.IMAGES.size, telegram.IMAGES.size + 1, 400, "too big for a photo"
    ),
    "telegram: video": Row(
        telegram_file("video", MP4_MIME),
        telegram.VIDEOS.size,
        telegram.VIDEOS.size + 1,
        413,
        "Request Entity Too Large",
    ),
    "telegram: album, most": Row(telegram_album, telegram.IMAGES.most, telegram.IMAGES.most + 2, 400, MANY),
    "telegram: album, least": Row(telegram_album, 2, 1, 400, "album"),
    "mastodon: files": Row(mastodon_said, mastodon.IMAGES.most, 5, 422, "Cannot attach more than 4 files"),
    "mastodon: beside a video": Row(mastodon_beside_a_video, 0, 1, 422, "Cannot attach a video to a post"),
    "mastodon: picture": Row(
        mastodon_file(JPEG_MIME), mastodon.IMAGES.size, mastodon.IMAGES.size + 1, 422, "must be less than 16 MB"
    ),
    "bluesky: pictures": Row(bluesky_pictures, bluesky.IMAGES.most, 5, 400, "$.record.embed.images"),
    "bluesky: date": Row(bluesky_date, 0, 1, 400, "$.record.createdAt"),
    "bluesky: key": Row(bluesky_key, 0, 1, 400, "InvalidRequest"),
    "bluesky: video": Row(
        bluesky_blob(MP4_MIME), bluesky.VIDEOS.size, bluesky.VIDEOS.size + 1, 413, "request entity too large"
    ),
    "facebook: text": Row(facebook_text, facebook.CAPTION_LIMIT, facebook.CAPTION_LIMIT + 1, 400, '"code": 100'),
    "youtube: marks": Row(youtube_snippet("description", lambda n: "a" + "<" * n), 0, 1, 400, "invalidDescription"),
    "youtube: tags": Row(youtube_snippet("tags", tags), youtube.TAGS_LIMIT, 501, 400, "invalidTags"),
    "tiktok: pictures": Row(tiktok_pictures, tiktok.IMAGES.most, tiktok.IMAGES.most + 1, 400, "invalid_param"),
    "tiktok: title": Row(tiktok_title, tiktok.TITLE_LIMIT, tiktok.TITLE_LIMIT + 1, 400, "invalid_param"),
    "threads: links": Row(threads_links, threads.LINKS_LIMIT, threads.LINKS_LIMIT + 1, 400, '"code": 100'),
    "threads: alt": Row(threads_alt, ALT, ALT + 1, 400, '"code": 100'),
    "threads: video": Row(threads_video, MAX_VIDEO_BYTES, MAX_VIDEO_BYTES + 1, 400, "2207052"),
    "instagram: hashtags": Row(instagram_hashtags, 30, 31, 400, "2207010"),
    "instagram: alt": Row(instagram_alt, ALT, ALT + 1, 400, '"code": 100'),
    "instagram: tall": Row(instagram_tall, 500, 510, 400, "2207009"),
    "instagram: wide": Row(instagram_wide, 191, 196, 400, "2207009"),
}


@pytest.mark.parametrize("name", ROWS)
def test_over_the_limit_is_refused_and_at_the_limit_it_is_taken(stand: Stand, name: str) -> None:
    row = ROWS[name]
    over = row.send(stand, row.over)
    assert (over.status_code, row.said in over.text) == (row.status, True), over.text
    at = row.send(stand, row.most)
    assert at.status_code in (200, 201, 202), at.text


# -- large files


def test_the_largest_video_of_the_checks_is_held_whole(stand: Stand) -> None:
    content = b"awal" + bytes(MAX_VIDEO_BYTES - 8) + b"ujun"
    reply = stand.post("mastodon/api/v2/media", files={"file": ("a.mp4", content, MP4_MIME)})
    assert reply.status_code == 202
    [kept] = (stand.sandbox._store.folder / "media").iterdir()
    assert kept.read_bytes() == content


def test_a_longer_request_is_refused_before_it_is_read(stand: Stand) -> None:
    reply = stand.post("mastodon/api/v2/media", data=bytes(LONGEST + 1))
    assert reply.status_code == 413
    assert list((stand.sandbox._store.folder / "media").iterdir()) == []


@pytest.mark.parametrize("path", [f"video/{MAX_VIDEO_BYTES + 1}", "terpotong/100"])
def test_a_file_that_is_too_long_or_cut_cannot_be_read(stand: Stand, path: str) -> None:
    assert fetch(f"{stand.site}/{path}") is None
    assert fetch(f"{stand.site}/video/100") == (bytes(100), MP4_MIME)


# -- quotas


def publish(stand: Stand, platform: str, **said: str) -> requests.Response:
    kind = {"instagram": "media", "threads": "threads"}[platform]
    form = {"image_url": stand.picture(), "caption": "a", "text": "a", "media_type": "IMAGE", **said}
    container = stand.post(f"{platform}/77/{kind}", data=form).json()["id"]
    return stand.post(f"{platform}/77/{kind}_publish", data={"creation_id": container})


def used(stand: Stand, platform: str) -> dict[str, Any]:
    edge = {"instagram": "content_publishing_limit", "threads": "threads_publishing_limit"}[platform]
    reply = requests.get(f"{stand.address}/{platform}/77/{edge}", headers=HEAD, timeout=5)
    [row] = reply.json()["data"]
    assert isinstance(row, dict)
    return row


@pytest.mark.parametrize(
    ("platform", "most"), [("instagram", 50), pytest.param("threads", 250, marks=pytest.mark.slow)]
)
def test_a_quota_is_of_a_day_and_deleting_gives_none_back(stand: Stand, clock: Clock, platform: str, most: int) -> None:
    posts = [publish(stand, platform).json()["id"] for _ in range(most)]
    requests.delete(f"{stand.address}/{platform}/{posts[0]}", headers=HEAD, timeout=5)
    assert used(stand, platform)["quota_usage"] == most
    refused = publish(stand, platform)
    assert (refused.status_code, refused.json()["error"]["error_subcode"]) == (400, 2207042)
    clock.forward(hours=24)
    assert used(stand, platform)["quota_usage"] == 0
    assert publish(stand, platform).status_code == 200


def test_answers_on_threads_have_a_quota_of_their_own(stand: Stand) -> None:
    top = publish(stand, "threads").json()["id"]
    assert publish(stand, "threads", reply_to_id=top).status_code == 200
    told = used(stand, "threads")
    assert (told["quota_usage"], told["reply_quota_usage"]) == (1, 1)
    assert told["reply_config"]["quota_total"] == 1000
