"""All eleven procedures, step by step, by real pushes.

Every scenario takes each way back its SOP knows. Scenarios that need one another are played in one office: what is
taken down was published by its own procedure before.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import records, sop
from pipeline.carriers.repository import clone
from pipeline.desk import aftermath, cases, pages, rehearsal, server, shelf, verifying, wishes
from pipeline.model import publishing
from pipeline.model import site as site_model
from pipeline.model.item import Action, Perintah, Reason
from pipeline.reconcile import plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.items import Place
    from pipeline.model.people import Account
    from pipeline.model.procedure import Procedure
    from pipeline.model.publishing import Wanted
    from tests.prosedur.conftest import House

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted(path.stem for path in Path(__file__).parent.glob("*.yaml"))
CHAINS = (
    ("kpu-ri-medsos",),
    ("pinrang-medsos",),
    ("magelang-kegiatan", "magelang-penghapusan-arsip"),
    ("magelang-pengumuman", "magelang-penghapusan-hapus"),
    ("magelang-edukasi", "magelang-tanggapan"),
    ("jambi-pengunggahan", "jambi-medsos", "jambi-penurunan"),
    ("mentawai-medsos",),
)
SITE = "https://jdih.example/"
LIVE = "https://www.instagram.com/p/contoh/"
LEADERS = "Pimpinan Redaksi/Wakil Pimpinan Redaksi"
YEAR = datetime.now(UTC).year


def procedures() -> dict[str, Procedure]:
    found = {}
    for path in sorted((ROOT / "site_config/sop").rglob("*.yaml")):
        procedure = sop.parse(path.read_bytes(), path.as_posix(), sop.version_of(path.read_bytes()))
        found[procedure.id] = procedure
    return found


def _slow(chain: tuple[str, ...]) -> tuple[pytest.MarkDecorator, ...]:
    """Mark the chains that take their time and whose kinds of steps another office's chain walks as well."""
    return (pytest.mark.slow,) if chain[0].startswith("magelang") else ()


# -- the scenarios themselves


def test_scenarios_walk_every_procedure_by_every_step_and_every_way_back() -> None:
    wanted = procedures()
    assert sorted(name for chain in CHAINS for name in chain) == SCENARIOS
    steps, back = set(), set()
    for name in SCENARIOS:
        scenario = rehearsal.read(Path(__file__).with_name(f"{name}.yaml"))
        steps |= {(scenario.sop, visit.step) for visit in scenario.visits if visit.step}
        back |= {(scenario.sop, visit.step, visit.word) for visit in scenario.visits if visit.note}
    assert steps == {(name, step.number) for name, found in wanted.items() for step in found.steps}
    assert (len(wanted), len(steps)) == (11, 72)
    assert back == {
        (name, step.number, outcome.word)
        for name, found in wanted.items()
        for step in found.steps
        for act in step.acts
        for outcome in act.outcomes
        if outcome.target and [each.id for each in found.steps].index(outcome.target) < found.steps.index(step)
    }


# -- what each of them leaves behind


def posts_of(wanted: Wanted) -> dict[str, str]:
    return {post.platform: post.text for post in wanted.posts}


def published(wanted: Wanted, site: site_model.SiteData, *recipients: str) -> None:
    page = next(each for each in site.posts if each.id == wanted.item)
    assert not wanted.withdrawn
    assert page.digest == wanted.digest
    assert wanted.page_url == SITE + page.address
    assert sorted(posts_of(wanted)) == ["instagram", "x"]
    assert all("#JDIHKPU" in text and SITE in text for text in posts_of(wanted).values())
    assert all(len(post.media) == 1 and not post.reply_to for post in wanted.posts)
    assert tuple(share.recipient.name for share in wanted.shares) == recipients


def edited(wanted: Wanted, site: site_model.SiteData, *recipients: str) -> None:
    """SOP KPU Kab. Pinrang 17/2022 step 5: what is out is the editor's third edition, who himself decided nothing."""
    published(wanted, site, *recipients)
    assert all(text.count("Diperbaiki menurut catatan.") == 3 for text in posts_of(wanted).values())


def announced(wanted: Wanted, site: site_model.SiteData, product: str, *recipients: str) -> None:
    published(wanted, site, *recipients)
    address = next(each.address for each in site.products if each.id == product)
    assert all(SITE + address in text for text in posts_of(wanted).values())


def answered(wanted: Wanted, site: site_model.SiteData) -> None:
    (answer,) = wanted.posts
    assert answer.reply_to == "17900000000000042"
    assert answer.account.ref == "instagram:jdihkpu_kabmgl"
    assert "Salinannya dapat diunduh" in answer.text
    assert (wanted.page_url, wanted.shares, wanted.withdrawn) == ("", (), False)
    assert wanted.item not in {page.id for page in site.posts}


def uploaded(wanted: Wanted, site: site_model.SiteData) -> None:
    product = next(each for each in site.products if each.id == wanted.item)
    assert [each.path for each in product.files] == ["salinan.pdf"]
    assert product.published
    assert wanted.page_url == SITE + product.address
    assert (wanted.posts, wanted.shares, wanted.withdrawn) == ((), (), False)


def withdrawn(house: House, order: str, *targets: str, known_as: str = "") -> site_model.Tombstone:
    """Only *targets* are gone, by *order*, which the public knows as *known_as*; return one tombstone."""
    held = shelf.read(server.export_main(house.stage.server))
    darkroom = aftermath.darkroom_of(house.stage.server)
    site = pages.site_data(held, darkroom)
    wanted = {each.item: each for each in wishes.wanted(held, SITE, darkroom)}
    assert {name for name, each in wanted.items() if each.withdrawn} == set(targets)
    assert {wanted[name].order for name in targets} == {order}
    assert not any(wanted[name].shares for name in targets)
    assert {(stone.id, stone.order) for stone in site.tombstones} == {(name, known_as or order) for name in targets}
    assert not set(targets) & ({page.id for page in site.posts} | {page.id for page in site.products})
    return site.tombstones[0]


def action_of(house: House, order: str) -> Action:
    command = shelf.read(server.export_main(house.stage.server)).items[order].item
    assert isinstance(command, Perintah)
    return command.action


def archived(house: House, item: str) -> None:
    """No platform archives for a machine: page and posts stay, and people are told which posts to put away."""
    held, target = shelf.read(server.export_main(house.stage.server)), f"magelang-{YEAR}-rapat-koordinasi"
    darkroom = aftermath.darkroom_of(house.stage.server)
    site = pages.site_data(held, darkroom)
    [late] = [each for each in wishes.wanted(held, SITE, darkroom) if each.item == target]
    assert (late.archived, late.order, late.posts) == (True, item, ()), "what never went out does not go out late"
    assert target in {page.id for page in site.posts}
    assert site.tombstones == ()
    assert action_of(house, item) is Action.ARSIPKAN
    account = site.offices["magelang"].accounts[0]
    out = live(target, account)
    [action] = plan([late], {out.key: out}, datetime.now(UTC), {})
    assert (action.action, action.account) == (publishing.EffectAction.ARCHIVE, account)


def live(item: str, account: Account) -> publishing.Entry:
    """Return what the ledger says of a post that is out."""
    return publishing.Entry(
        key=publishing.effect_key(item, account, publishing.EffectAction.PUBLISH, "sidik"),
        item=item,
        account=account,
        action=publishing.EffectAction.PUBLISH,
        digest="sidik",
        history=(publishing.Turn(state=publishing.State.DONE, at=datetime.now(UTC)),),
        receipt=publishing.Receipt(remote_id="42", url=LIVE),
    )


def deleted(house: House, item: str) -> None:
    stone = withdrawn(house, item, f"magelang-{YEAR}-pengumuman-keputusan-17")
    assert (action_of(house, item), stone.reason) == (Action.HAPUS, Reason.KELIRU)


def taken_down(house: House, item: str, known_as: str = f"45/HK.04-ND/15/{YEAR}") -> None:
    """The product and the post that announced it; known by the number the last step gave the nota dinas."""
    targets = (f"jambi-{YEAR}-keputusan-22", f"jambi-{YEAR}-pengumuman-keputusan-22")
    stone = withdrawn(house, item, *targets, known_as=known_as)
    assert (action_of(house, item), stone.state) == (Action.TURUNKAN, site_model.TombstoneState.DIPERBAIKI)


def taken_down_first(house: House, item: str) -> None:
    """SOP KPU Prov. Jambi 13/2025: gone in step 3, long before the nota dinas is approved or has a number."""
    progress = cases.open_case(house.repository, item).progress
    assert progress is not None
    assert (len(progress.done), progress.step and progress.step.number, progress.complete) == (3, 4, False)
    taken_down(house, item, known_as=item)


def out(then: Callable[..., None], *more: str) -> Callable[[House, str], None]:
    """Return *then*, given what is wanted of the item and the whole site."""

    def check(house: House, item: str) -> None:
        held = shelf.read(server.export_main(house.stage.server))
        darkroom = aftermath.darkroom_of(house.stage.server)
        wanted = next(each for each in wishes.wanted(held, SITE, darkroom) if each.item == item)
        then(wanted, pages.site_data(held, darkroom), *more)

    return check


LEAVES: dict[str, Callable[[House, str], None]] = {
    "kpu-ri-medsos": out(published),
    "pinrang-medsos": out(edited, "Grup WhatsApp pengelola media sosial"),
    "magelang-kegiatan": out(published, LEADERS),
    "magelang-pengumuman": out(announced, "magelang-2022-keputusan-17", LEADERS),
    "magelang-edukasi": out(published, LEADERS),
    "magelang-tanggapan": out(answered),
    "magelang-penghapusan-arsip": archived,
    "magelang-penghapusan-hapus": deleted,
    "jambi-pengunggahan": out(uploaded),
    "jambi-medsos": out(announced, f"jambi-{YEAR}-keputusan-22"),
    "jambi-penurunan": taken_down,
    "mentawai-medsos": out(published),
}
AT_FIRST_MERGE = {"jambi-penurunan": taken_down_first}


def lived(house: House, scenario: rehearsal.Scenario, place: Place) -> None:
    """The item is whole on main, with a record for every visit: who, what, in which round."""
    repository, branch = house.repository, f"refs/heads/usul/{place.id}"
    case = cases.open_case(repository, place.id)
    progress = case.progress
    assert progress is not None
    assert case.merged
    assert progress.complete
    assert progress.mergeable
    assert (progress.voided, progress.refusals, progress.missing) == ((), (), ())
    assert repository.resolve(f"refs/heads/main:{place.folder}") == repository.resolve(f"{branch}:{place.folder}")

    tree = repository.tree("refs/heads/main", f"{place.folder}/{records.FOLDER}")
    written = [records.parse(repository.blob(blob)) for _, (_, blob) in sorted(tree.items())]
    expected: list[tuple[int, int | None, str, str, int]] = []
    returned = 0
    for visit in (each for each in scenario.visits if each.step):
        expected.append((len(expected) + 1, visit.step, visit.person, visit.word or "SELESAI", 1 + returned))
        returned += bool(visit.note)  # in these scenarios only what goes back carries a note
    assert [(each.sequence, each.step, each.person, each.word, each.round) for each in written] == expected
    assert {(each.item, each.sop) for each in written} == {(place.id, scenario.sop)}


@pytest.mark.parametrize("chain", [pytest.param(each, id="+".join(each), marks=_slow(each)) for each in CHAINS])
def test_procedures_run_as_their_sops_say(chain: tuple[str, ...], house: House, subtests: pytest.Subtests) -> None:
    merges = 0
    for name in chain:
        scenario, place = house.prepare(name)
        first = AT_FIRST_MERGE.get(name)
        for line in rehearsal.play(scenario, house.stage):
            merges += line.startswith("digabung ke main")
            if first and line.startswith("digabung ke main"):
                first(house, place.id)
                first = None
        with subtests.test("riwayat", scenario=name):
            lived(house, scenario, place)
        with subtests.test("akibat", scenario=name):
            LEAVES[name](house, place.id)
    verdict = verifying.verify(clone(str(house.stage.server), house.root / "saksi"))
    assert (verdict.fault, verdict.merges) == (None, merges)
