"""Fifty takedowns: nothing left on the site and on six platforms, and nothing taken down without an order on file.

One story in one test: what one part of it leaves, the next one finds.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from pipeline import sandbox, store, web
from pipeline.carriers.ledger import BRANCH, Ledger
from pipeline.carriers.repository import PushRefused, init_bare
from pipeline.desk import aftermath, clones, publishing, rehearsal, server, workbench
from pipeline.model.outcome import Result
from pipeline.model.publishing import State
from pipeline.sandbox.store import Store
from pipeline.site import feeds
from tests.publish import takedowns
from tests.publish.takedowns import MAIN, NUMBERS, OFFICE, PLATFORMS, PLAYED, YEAR, Scene, traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.model.publishing import Wanted

pytestmark = pytest.mark.slow

FIFTY = len(NUMBERS)


@dataclass
class Story:
    """What was there when everything was out."""

    scene: Scene
    site: dict[str, bytes] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Publish fifty products and their announcements; one of them by its SOPs, step by step and push by push."""
    house = takedowns.found(tmp_path)
    site = house.root / "situs"
    site.mkdir()
    play = sandbox.Sandbox(house.root / "tiruan", takedowns.now)
    with web.serving(site) as site_url, play.running() as wall:
        takedowns.open_doors(house, site_url, site, sandbox.endpoints(wall))
        scene = Scene(house, site, site_url, play)
        scenario, product = takedowns.prepare(house, "jambi-pengunggahan")
        list(rehearsal.play(scenario, house.stage))
        scenario, announcement = takedowns.prepare(house, "jambi-medsos")
        before, whole = takedowns.split(scenario)
        list(rehearsal.play(before, house.stage))
        takedowns.multiply(house, MAIN, product)
        takedowns.multiply(house, f"refs/heads/usul/{announcement.id}", announcement)
        edges_of = aftermath.edges_of
        with pytest.MonkeyPatch.context() as hurried:  # Threads asks for three seconds before each post
            hurried.setattr(aftermath, "edges_of", lambda *said: replace(edges_of(*said), sleep=lambda _: None))
            scene.follow_up()
        list(rehearsal.play(whole, house.stage))
        yield Story(scene, store.read_folder(site), scene.wanted())


def live(scene: Scene) -> dict[str, int]:
    """Return platform -> posts that can be seen."""
    rows = [row for row in scene.play.posts() if not row["dihapus"]]
    return {name: sum(row["platform"] == name for row in rows) for name in PLATFORMS}


def fifty_products_are_out_and_the_judge_finds_each_everywhere(story: Story) -> None:
    scene = story.scene
    assert live(scene) == dict.fromkeys(PLATFORMS, FIFTY)
    entries = scene.ledger.entries().values()
    found = traces(scene, entries)
    assert list(found) == list(NUMBERS)
    for number, places in found.items():
        product, post = scene.addresses(number)
        assert {f"{product}salinan.pdf", f"{post}media/kartu.jpg", "sitemap.xml", "feed.xml"} <= set(places)
        assert sum(place.startswith("pagefind/fragment/") for place in places) == 2
        assert {f"terbitan/{name}" for name in PLATFORMS} | set(PLATFORMS) <= set(places)
    assert takedowns.tombstones(scene, entries) != []


def _erase(scene: Scene) -> str:
    """Take the product's folder off `main`."""
    desk = scene.house.stage.clone("pengelola-sistem")
    folder = f"content/produk-hukum/{OFFICE}/keputusan-sekretaris/{YEAR}/keputusan-{PLAYED}"
    files: dict[str, bytes | None] = {f"{folder}/{path}": None for path in desk.tree("origin/main", folder)}
    main = desk.resolve("origin/main") or ""
    return desk.commit([main], main, files, "Turunkan\n", clones.identity(desk)) + f":{MAIN}"


def _write_off(scene: Scene) -> str:
    """Write into the ledger that the posts are withdrawn."""
    desk = scene.house.stage.clone("pengelola-sistem")
    desk.fetch("origin", f"{BRANCH}:{BRANCH}")
    path = next(iter(desk.tree(BRANCH)))
    tip = desk.resolve(BRANCH) or ""
    return desk.commit([tip], tip, {path: b"keadaan: withdrawn\n"}, "Tarik\n", clones.identity(desk)) + f":{BRANCH}"


def without_an_order_nothing_is_taken_down(story: Story, attempt: Callable[[Scene], str], reason: str) -> None:
    scene = story.scene
    desk = scene.house.stage.clone("pengelola-sistem")
    with pytest.raises(PushRefused) as caught:
        desk.push("origin", attempt(scene))
    assert reason in "\n".join(caught.value.lines)
    assert live(scene) == dict.fromkeys(PLATFORMS, FIFTY)


def an_order_that_is_not_carried_out_takes_nothing_down(story: Story) -> None:
    """Neither a draft that cannot be merged yet, nor orders on `main` whose step of taking down is not on record."""
    scene, house = story.scene, story.scene.house
    scenario, order = takedowns.prepare(house, "jambi-penurunan")
    recorded, _ = takedowns.split(scenario)
    last = recorded.visits[-1]
    list(rehearsal.play(replace(recorded, visits=recorded.visits[:-1]), house.stage))
    desk = house.stage.clone(last.person)
    with pytest.raises(PushRefused, match="belum boleh digabung: masih menunggu langkah 3"):
        workbench.merge(desk, order.id, clones.identity(desk))
    list(rehearsal.play(recorded, house.stage))
    takedowns.multiply(house, f"refs/heads/usul/{order.id}", order, without="catatan/0003")
    scene.follow_up()
    assert live(scene) == dict.fromkeys(PLATFORMS, FIFTY)
    assert list(traces(scene, scene.ledger.entries().values())) == list(NUMBERS)


def fifty_orders_leave_nothing_and_fifty_tombstones(story: Story) -> None:
    scene, house = story.scene, story.scene.house
    scenario, order = takedowns.prepare(house, "jambi-penurunan")
    takedowns.multiply(house, f"refs/heads/usul/{order.id}", order)
    said = list(rehearsal.play(scenario, house.stage))
    assert sum(" ditarik" in line for line in said) == FIFTY * len(PLATFORMS)

    entries = scene.ledger.entries().values()
    assert live(scene) == dict.fromkeys(PLATFORMS, 0)
    assert traces(scene, entries) == {}
    assert takedowns.tombstones(scene, entries) == []
    assert scene.ledger.verify() == []


def runs_that_come_late_or_a_second_time_send_nothing(story: Story) -> None:
    scene = story.scene
    sent, tip = len(scene.play.posts()), scene.repository.resolve(BRANCH)
    outcomes = publishing.publish(story.wanted, scene.edges(scene.ledger))
    assert {outcome.result for outcome in outcomes} <= {Result.WAITING}
    scene.follow_up()
    assert len(scene.play.posts()) == sent
    assert scene.repository.resolve(BRANCH) == tip
    assert traces(scene, scene.ledger.entries().values()) == {}


# -- the judge finds what a naive program leaves behind


LEFT = {
    "page": ("index.html", "produk-hukum/"),
    "announcement": ("index.html", "informasi/"),
    "document": ("salinan.pdf", "produk-hukum/"),
    "picture": ("kartu.jpg", "informasi/"),
    "feed": ("feed.xml", ""),
    "sitemap": ("sitemap.xml", ""),
    "catalogue": ("index.html", "katalog/"),
    "search": (".pf_fragment", "pagefind/"),
}


def a_representation_that_is_forgotten_is_found(story: Story, what: str) -> None:
    """Put back what a naive builder would have left where it was."""
    end, start = LEFT[what]
    scene, kept = story.scene, story.scene.house.root / f"situs-{what}"
    path, data = next(
        (path, data)
        for path, data in story.site.items()
        if path.startswith(start) and path.endswith(end) and takedowns.is_about(path, data, NUMBERS[-1])
    )
    shutil.copytree(scene.site, kept)
    store.write(kept / path, data)
    assert NUMBERS[-1] in traces(replace(scene, site=kept), scene.ledger.entries().values())


def a_builder_that_forgets_the_feed_is_found(story: Story) -> None:
    scene = story.scene
    with pytest.MonkeyPatch.context() as naive:
        naive.setattr(feeds, "atom", lambda *_: story.site["feed.xml"])
        scene.follow_up()
        assert list(traces(scene, ())) == list(NUMBERS)
    scene.follow_up()
    assert traces(scene, ()) == {}


def a_takedown_that_only_writes_it_down_is_found(story: Story) -> None:
    """One post is still there, whatever the ledger says."""
    scene = story.scene
    folder = scene.house.root / "tiruan"
    with Store(folder, takedowns.now, {}).open() as data:
        row = next(row for row in data["kiriman"] if row["platform"] == "threads")
        deleted, row["dihapus"] = row["dihapus"], ""
    assert list(traces(scene, ()).values()) == [["threads"]]
    with Store(folder, takedowns.now, {}).open() as data:
        next(each for each in data["kiriman"] if each["id"] == row["id"])["dihapus"] = deleted
    assert traces(scene, ()) == {}


def a_tombstone_that_is_missing_is_found(story: Story) -> None:
    entries = list(story.scene.ledger.entries().values())
    stones = [entry for entry in entries if entry.state is State.WITHDRAWN]
    assert takedowns.tombstones(story.scene, [entry for entry in entries if entry is not stones[-1]]) != []


def a_stale_run_that_does_not_know_the_tombstones_is_found(story: Story) -> None:
    """The last of the story: it sends everything again."""
    scene = story.scene
    repository = init_bare(scene.house.root / "lain.git")
    unaware = Ledger(repository, repository.path, server.settings_of(scene.house.stage.server).identity)
    stale = [replace(each, shows=()) for each in story.wanted if each.posts and each.item.endswith(NUMBERS[-1])]
    publishing.publish(stale, scene.edges(unaware))
    assert list(traces(scene, ())) == [NUMBERS[-1]]


def test_fifty_takedowns_leave_nothing_and_need_an_order(story: Story, subtests: pytest.Subtests) -> None:
    fifty_products_are_out_and_the_judge_finds_each_everywhere(story)
    without_an_order_nothing_is_taken_down(story, _erase, "isi hanya sampai ke main melalui cabang usul")
    without_an_order_nothing_is_taken_down(story, _write_off, "tidak berwenang menulis buku terbitan")
    an_order_that_is_not_carried_out_takes_nothing_down(story)
    fifty_orders_leave_nothing_and_fifty_tombstones(story)
    runs_that_come_late_or_a_second_time_send_nothing(story)
    for what in LEFT:
        with subtests.test("tertinggal", what=what):
            a_representation_that_is_forgotten_is_found(story, what)
    a_builder_that_forgets_the_feed_is_found(story)
    a_takedown_that_only_writes_it_down_is_found(story)
    a_tombstone_that_is_missing_is_found(story)
    a_stale_run_that_does_not_know_the_tombstones_is_found(story)
