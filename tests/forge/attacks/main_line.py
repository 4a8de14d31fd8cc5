"""What somebody with all rights puts on `main` past the gate: told of once, never receipted, named by `jdih verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import history
from tests.conftest import FOLDER
from tests.forge.attacks.branches import CODE, MORE, PAPER, WORKFLOW, propose
from tests.forge.attacks.trials import Either, past_the_gate
from tests.forge.e2e.founding import registered
from tests.forge.e2e.kantor import MANAGER
from tests.forge.e2e.way import BRANCH, go_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.forge.e2e.kantor import Kantor

NO_PULL = "sampai ke main tanpa usulan"
NOTE = "docs/catatan.md"
SMUGGLED = "membawa perubahan yang tidak ada"


def onto_main(office: Kantor, commit: str, *options: str) -> None:
    office.send(MANAGER, commit, "main", *options)


def merged(office: Kantor, tip: str, changes: Mapping[str, bytes], parents: Sequence[str] = ()) -> str:
    """Return a merge of *tip* into `main`, made by hand, with *changes* nobody else has."""
    main = office.head("main")
    tree = office.work.git("merge-tree", "--write-tree", main, tip).splitlines()[0]
    return office.work.commit(
        list(parents) or [main, tip], tree, changes, "Terbitkan", office.who("admin"), office.clock.tick()
    )


@past_the_gate(
    "an administrator merges before the steps are done",
    "the desk merges after the steps are done",
    "tidak ada catatan langkah",
    start="designed",
)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        office.fake.person(MANAGER).merge(office.pull)
    else:
        go_on(office, "designed")


@past_the_gate("content pushed straight to main", "content by its branch", "tanpa penggabungan")
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        onto_main(office, office.commit({PAPER: MORE}, parents=[office.head("main")]))


@past_the_gate("an item squashed onto main", "an item merged", "tanpa penggabungan", spare=True)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        onto_main(office, merged(office, office.head(BRANCH), {}, [office.head("main")]))


@past_the_gate("a merge of an item with a change nobody approved", "a merge of an item as it is", SMUGGLED)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        onto_main(office, merged(office, office.head(BRANCH), {f"{FOLDER}/takarir.md": b"Lain\n"}))


@past_the_gate("main set to an item's branch", "main merged with an item's branch", "tanpa penggabungan", spare=True)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        onto_main(office, office.head(BRANCH))


@past_the_gate(
    "a configuration pushed without a signature", "a configuration signed with the authority", NO_PULL, start="founded"
)
def _(office: Kantor, either: Either) -> None:
    signer = office.who("pengelola", signs=not either.faulty)
    onto_main(office, office.commit({NOTE: b"Catatan\n"}, signer, parents=[office.head("main")]))


@past_the_gate(
    "a configuration signed without the authority",
    "a configuration signed with the authority's key",
    "tidak berwenang mengubah konfigurasi",
    start="founded",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    person = either("kepala", "pengelola")
    signer = office.who(person, signs=True)
    onto_main(office, office.commit({NOTE: b"Catatan\n"}, signer, parents=[office.head("main")]))


@past_the_gate(
    "a configuration merged by an administrator unapproved",
    "a configuration merged by an administrator approved",
    "tanpa persetujuan orang yang berwenang",
    start="founded",
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {CODE: WORKFLOW})
    office.review(either("kepala", "pengelola"), office.pull)
    office.fake.person(MANAGER).merge(office.pull)


@past_the_gate(
    "an approved configuration with something more in its merge",
    "an approved configuration as it was approved",
    SMUGGLED,
    start="founded",
)
def _(office: Kantor, either: Either) -> None:
    tip = propose(office, {CODE: WORKFLOW})
    office.review("pengelola", office.pull)
    onto_main(office, merged(office, tip, either({"site_config/jenis.yaml": b"jenis: []\n"}, {})))


@past_the_gate(
    "an approved configuration squashed onto main",
    "an approved configuration merged",
    NO_PULL,
    start="founded",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    tip = propose(office, {CODE: WORKFLOW})
    office.review("pengelola", office.pull)
    main = office.head("main")
    onto_main(office, merged(office, tip, {}, either([main], [main, tip])))


@past_the_gate("a revoked key made valid again", "a revoked key left revoked", "sudah dicabut", start="founded")
def _(office: Kantor, either: Either) -> None:
    """The authority itself may not take a revocation back, whoever approves."""
    key = {"publik": office.people.by_id["kepala"].keys[0].public}
    lost = key | {"dicabut": "2026-11-01", "alasan_cabut": "hilang"}
    office.on_main(history.PEOPLE, registered(office, "kepala", kunci=[lost]), signed=True)
    office.control()
    propose(office, {history.PEOPLE: registered(office, "kepala", kunci=[either(key, lost)], nama="Kepala Bagian")})
    office.review("pengelola", office.pull)
    office.fake.person(MANAGER).merge(office.pull)
