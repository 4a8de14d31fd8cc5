"""What somebody with all rights puts on `main` past the gate: told of once, never receipted, named by `jdih verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers.repository import Identity
from tests.conftest import FOLDER
from tests.forge.attacks.branches import CODE, MORE, PAPER, WORKFLOW, propose
from tests.forge.attacks.ground import BRANCH, MAIN, PEOPLE, go_on
from tests.forge.attacks.trials import Either, past_the_gate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.forge.attacks.ground import Ground

NO_PULL = "sampai ke main tanpa usulan"
NOTE = "docs/catatan.md"
SMUGGLED = "membawa perubahan yang tidak ada"


def onto_main(ground: Ground, commit: str, *options: str) -> None:
    ground.push("atasan", commit, MAIN, *options)


def merged(ground: Ground, tip: str, changes: Mapping[str, bytes], parents: Sequence[str] = ()) -> str:
    """Return a merge of *tip* into `main`, made by hand, with *changes* nobody else has."""
    main = ground.head(MAIN)
    ground.fetch()
    tree = ground.work.git("merge-tree", "--write-tree", main, tip).splitlines()[0]
    return ground.work.commit(
        list(parents) or [main, tip], tree, changes, "Terbitkan", ground.who("admin"), ground.clock.tick()
    )


@past_the_gate(
    "an administrator merges before the steps are done",
    "the desk merges after the steps are done",
    "tidak ada catatan langkah",
    start="designed",
)
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        ground.fake.person("atasan").merge(ground.pull)
    else:
        go_on(ground, "designed")


@past_the_gate("content pushed straight to main", "content by its branch", "tanpa penggabungan")
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        onto_main(ground, ground.commit({PAPER: MORE}, parents=[ground.head(MAIN)]))


@past_the_gate("an item squashed onto main", "an item merged", "tanpa penggabungan", spare=True)
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        onto_main(ground, merged(ground, ground.head(BRANCH), {}, [ground.head(MAIN)]))


@past_the_gate("a merge of an item with a change nobody approved", "a merge of an item as it is", SMUGGLED)
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        onto_main(ground, merged(ground, ground.head(BRANCH), {f"{FOLDER}/takarir.md": b"Lain\n"}))


@past_the_gate("main set to an item's branch", "main merged with an item's branch", "tanpa penggabungan", spare=True)
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        onto_main(ground, ground.head(BRANCH))


@past_the_gate(
    "a configuration pushed without a signature", "a configuration signed with the authority", NO_PULL, start="founded"
)
def _(ground: Ground, either: Either) -> None:
    who = ground.who("pengelola")
    signer = Identity(who.name, who.email, either(None, ground.key("pengelola")))
    onto_main(ground, ground.commit({NOTE: b"Catatan\n"}, signer, parents=[ground.head(MAIN)]))


@past_the_gate(
    "a configuration signed without the authority",
    "a configuration signed with the authority's key",
    "tidak berwenang mengubah konfigurasi",
    start="founded",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    person = either("kepala", "pengelola")
    signer = Identity(ground.who(person).name, ground.who(person).email, ground.key(person))
    onto_main(ground, ground.commit({NOTE: b"Catatan\n"}, signer, parents=[ground.head(MAIN)]))


@past_the_gate(
    "a configuration merged by an administrator unapproved",
    "a configuration merged by an administrator approved",
    "tanpa persetujuan orang yang berwenang",
    start="founded",
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {CODE: WORKFLOW})
    ground.review(either("kepala", "pengelola"))
    ground.fake.person("atasan").merge(ground.pull)


@past_the_gate(
    "an approved configuration with something more in its merge",
    "an approved configuration as it was approved",
    SMUGGLED,
    start="founded",
)
def _(ground: Ground, either: Either) -> None:
    tip = propose(ground, {CODE: WORKFLOW})
    ground.review("pengelola")
    onto_main(ground, merged(ground, tip, either({"site_config/jenis.yaml": b"jenis: []\n"}, {})))


@past_the_gate(
    "an approved configuration squashed onto main",
    "an approved configuration merged",
    NO_PULL,
    start="founded",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    tip = propose(ground, {CODE: WORKFLOW})
    ground.review("pengelola")
    main = ground.head(MAIN)
    onto_main(ground, merged(ground, tip, {}, either([main], [main, tip])))


@past_the_gate("a revoked key made valid again", "a revoked key left revoked", "sudah dicabut", start="founded")
def _(ground: Ground, either: Either) -> None:
    """The authority itself may not take a revocation back, whoever approves."""
    key = {"publik": ground.key("kepala").with_suffix(".pub").read_text(encoding="utf-8").rsplit(" ", 1)[0]}
    lost = key | {"dicabut": "2026-11-01", "alasan_cabut": "hilang"}
    ground.configure(PEOPLE, ground.person("kepala", kunci=[lost]))
    ground.control()
    propose(ground, {PEOPLE: ground.person("kepala", kunci=[either(key, lost)], nama="Kepala Bagian")})
    ground.review("pengelola")
    ground.fake.person("atasan").merge(ground.pull)
