"""What the public sees of an office on the forge: its site and its platforms, both on this computer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline import frontmatter, sandbox, web
from pipeline.carriers import history
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity
from tests.forge.e2e.founding import found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor


class Public:
    """An office whose site and platforms stand on this computer, with a token for each account."""

    def __init__(self, office: Kantor, site: str) -> None:
        self.office, self.site = office, site
        offices = history.policy(office.server, "refs/heads/main").offices.values()
        accounts = [account for each in offices for account in each.accounts]
        self.tokens = {account.ref: f"token-{account.ref.replace(':', '-')}" for account in accounts}
        names = {self.tokens[account.ref]: account.handle for account in accounts}
        names |= {account.id: account.handle for account in accounts}
        self.play = sandbox.Sandbox(office.root / "pasir", office.clock, names)

    @property
    def secrets(self) -> dict[str, str]:
        return {"secrets.JDIH_RAHASIA": frontmatter.dump(dict(self.tokens)).strip()}

    @property
    def places(self) -> dict[str, str]:
        return {"JDIH_TITIK_AKHIR": str(self.office.root / "titik-akhir.yaml")}

    def live(self) -> list[str]:
        """Return the platforms of all posts that stand, sorted."""
        return sorted(row["platform"] for row in self.play.posts() if not row["dihapus"])

    def ledger(self) -> Ledger:
        """Return the ledger as somebody reads it who was not there."""
        return Ledger(self.office.witness(), "origin", Identity("Saksi", "saksi@uji.example"))


@contextmanager
def in_public(root: Path, sources: Iterable[Path]) -> Iterator[Public]:
    """Found an office out of *sources* and let its forge, its site and its platforms run."""
    site = root / "mesin/publish/build/situs"
    site.mkdir(parents=True)
    with web.serving(site) as address:
        office = found(root, sources, address)
        public = Public(office, address)
        with office.fake.running(), public.play.running() as wall:
            (root / "titik-akhir.yaml").write_bytes(frontmatter.dump(sandbox.endpoints(wall)).encode())
            office.register()
            yield public
            assert office.fake.faults == []
