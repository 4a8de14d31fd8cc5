"""The Bluesky client against Bluesky's own server (PDS), started on loopback. `make test-real`."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from PIL import Image

from pipeline import network
from pipeline.access import Access, Session
from pipeline.flow import Deferred, Rejected, Request
from pipeline.model.people import Account
from pipeline.model.publishing import Media, Post, Staged
from pipeline.platforms import LOGINS, bluesky
from tests.publish.parts import DIGEST, JPEG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.flow import Flow, Response

T = TypeVar("T")

HERE, CACHE = Path(__file__).parent / "pds", Path(__file__).parents[2] / ".cache" / "pds"
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TEXT = "Keputusan KPU 👩‍👩‍👧 & lampirannya: https://jdih.example/produk/1. #JDIHKPU @jdih.test @bukan.siapa"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the server below a folder of its own; it ends when its input does."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: install Node 20 or later")
    assert (CACHE / ".installed").exists(), "run `make test-real`: it installs the server"
    shutil.copy(HERE / "run.mjs", CACHE)
    command = [node, str(CACHE / "run.mjs"), str(tmp_path_factory.mktemp("pds"))]
    quiet = {"LOG_ENABLED": "false", "PATH": str(Path(node).parent)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=quiet, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def account(server: dict[str, str]) -> Account:
    return Account(platform="bluesky", id=server["did"], handle=server["handle"])


@pytest.fixture(scope="module")
def access(server: dict[str, str], account: Account) -> Access:
    return Access(
        endpoint=bluesky.ENDPOINT,
        base=server["base"],
        token=server["password"],
        login=LOGINS["bluesky"],
        identifier=account.id,
    )


def ask(flow: Flow[T], access: Access) -> T:
    return network.carry_out(flow, access, print, lambda _: None)


def picture(content: bytes = JPEG, mime: str = "image/jpeg", name: str = "satu.jpg") -> Media:
    return Media(name=name, url="", alt="Sampul merah", mime=mime, content=lambda: content)


def said(account: Account, item: str, text: str = TEXT, media: tuple[Media, ...] = ()) -> Post:
    return Post(item=item, platform="bluesky", account=account, text=text, media=media, digest=DIGEST)


def staged(post: Post, access: Access) -> Staged:
    return replace(ask(bluesky.stage(post, post.account), access), since=SINCE)


def record(access: Access, account: Account, rkey: str) -> dict[str, Any]:
    def read() -> Flow[Response]:
        params = {"repo": account.id, "collection": "app.bsky.feed.post", "rkey": rkey}
        return (yield Request("GET", f"{bluesky.ENDPOINT}/xrpc/com.atproto.repo.getRecord", params=params))

    value = ask(read(), access).body["value"]
    assert isinstance(value, dict)
    return value


def test_a_post_is_written_found_and_taken_down(access: Access, account: Account) -> None:
    post = said(account, "satu", media=(picture(), picture()))
    prepared = staged(post, access)
    assert ask(bluesky.find(post, account, prepared), access) is None
    receipt = ask(bluesky.commit(post, account, prepared), access)
    assert ask(bluesky.find(post, account, prepared), access) == receipt
    kept = record(access, account, receipt.remote_id)
    assert kept["createdAt"] == "2026-11-21T09:00:00.000Z"
    assert [image["alt"] for image in kept["embed"]["images"]] == ["Sampul merah"] * 2
    assert kept["embed"]["images"][0]["aspectRatio"] == {"width": 32, "height": 32}
    marked = {facet["features"][0]["$type"].rpartition("#")[2] for facet in kept["facets"]}
    assert marked == {"link", "tag", "mention"}
    for _ in range(2):
        ask(bluesky.retract(receipt, account), access)
    assert ask(bluesky.find(post, account, prepared), access) is None


def test_sent_twice_it_exists_once(access: Access, account: Account) -> None:
    post = said(account, "dua", media=(picture(),))
    prepared = staged(post, access)
    first = ask(bluesky.commit(post, account, prepared), access)
    assert ask(bluesky.commit(post, account, staged(post, access)), access) == first
    changed = replace(post, text="Isi lain")
    assert ask(bluesky.commit(changed, account, prepared), access) == first, "what stands is adopted, never replaced"
    assert record(access, account, first.remote_id)["text"] == TEXT


def test_a_video_is_taken_as_a_blob(access: Access, account: Account) -> None:
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat"
    post = said(account, "film", media=(picture(film, "video/mp4", "rapat.mp4"),))
    receipt = ask(bluesky.commit(post, account, staged(post, access)), access)
    embed = record(access, account, receipt.remote_id)["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", "Sampul merah")
    assert embed["video"]["mimeType"] == "video/mp4"


def test_the_naive_way_would_overwrite(access: Access, account: Account) -> None:
    post = said(account, "tiga")
    prepared = staged(post, access)
    receipt = ask(bluesky.commit(post, account, prepared), access)
    request = next(bluesky.commit(replace(post, text="Isi lain"), account, prepared))
    careless = {name: value for name, value in (request.json or {}).items() if name != "swapRecord"}

    def naive() -> Flow[Response]:
        return (yield replace(request, json=careless))

    assert ask(naive(), access).status == 200
    assert record(access, account, receipt.remote_id)["text"] == "Isi lain"


def test_it_counts_as_the_server_does(access: Access, account: Account) -> None:
    family = "👩‍👩‍👧"
    fits = ["a" * 300, "क्षि" * 200, family * 100 + "a" * 30, "é" * 300, "🇮🇩" * 300]
    longer = ["a" * 301, "e\u0301" * 301, family * 167, "🇮🇩" * 301]
    for index, text in enumerate(fits):
        assert bluesky.length(text) <= 300
        post = said(account, f"muat-{index}", text)
        assert ask(bluesky.commit(post, account, staged(post, access)), access).remote_id
    for index, text in enumerate(longer):
        assert bluesky.length(text) > 300
        post = said(account, f"panjang-{index}", text)
        with pytest.raises(Rejected, match="too big"):
            ask(bluesky.commit(post, account, staged(post, access)), access)


def test_an_answer_hangs_on_its_thread(access: Access, account: Account) -> None:
    top = said(account, "induk", "Ada pertanyaan?")
    receipt = ask(bluesky.commit(top, account, staged(top, access)), access)
    first = replace(
        said(account, "jawab", "Ada."), reply_to=f"at://{account.id}/app.bsky.feed.post/{receipt.remote_id}"
    )
    answered = ask(bluesky.commit(first, account, staged(first, access)), access)
    second = replace(said(account, "lagi", "Terima kasih."), reply_to=answered.remote_id)
    last = ask(bluesky.commit(second, account, staged(second, access)), access)
    refs = record(access, account, last.remote_id)["reply"]
    assert refs["root"]["uri"].endswith(receipt.remote_id)
    assert refs["parent"]["uri"].endswith(answered.remote_id)


def test_the_parts_of_a_thread_hang_on_each_other_and_are_listed_in_order(access: Access, account: Account) -> None:
    above, keys = "", []
    for part, text in enumerate(("Satu.", "Sama.", "Sama."), 1):
        post = replace(said(account, "utas", text), part=part, parts=3, reply_to=above)
        prepared = staged(post, access)
        above = ask(bluesky.commit(post, account, prepared), access).remote_id
        assert ask(bluesky.find(post, account, prepared), access) is not None
        keys.append(above)
    assert keys == sorted(set(keys))
    refs = record(access, account, keys[2])["reply"]
    assert [refs[name]["uri"].rpartition("/")[2] for name in ("root", "parent")] == keys[:2]


def test_an_old_servers_smaller_limit_says_what_to_do(access: Access, account: Account) -> None:
    noise = io.BytesIO()
    Image.effect_noise((1400, 1400), 90).convert("RGB").save(noise, "JPEG", quality=92)
    assert 1_000_000 < len(noise.getvalue()) < bluesky.IMAGES.size
    post = said(account, "besar", media=(picture(noise.getvalue()),))
    with pytest.raises(Rejected, match=r"too big.*perkecil gambarnya"):
        ask(bluesky.commit(post, account, staged(post, access)), access)


def test_a_picture_that_is_gone_is_uploaded_again(access: Access, account: Account) -> None:
    post = said(account, "hilang", media=(picture(),))
    prepared = staged(post, access)
    cid = prepared.ids[0].split(" ")[1]
    other = cid[:-1] + ("a" if cid[-1] != "a" else "q")
    with pytest.raises(Deferred):
        ask(bluesky.commit(post, account, replace(prepared, ids=(prepared.ids[0].replace(cid, other),))), access)


def test_health_knows_the_right_password(access: Access, account: Account) -> None:
    assert ask(bluesky.health(account), access).usable
    stranger = replace(access, token="salah-sekali", session=Session())  # noqa: S106
    unwell = ask(bluesky.health(account), stranger)
    assert not unwell.usable
    assert "kata sandi aplikasi" in unwell.message


def test_a_session_that_ended_is_renewed_unseen(access: Access, account: Account) -> None:
    ask(bluesky.health(account), access)
    access.session.access += "rusak"
    assert ask(bluesky.health(account), access).usable
    access.session.access = access.session.renewal = "rusak"
    assert ask(bluesky.health(account), access).usable, "without a session to renew the password opens one"
