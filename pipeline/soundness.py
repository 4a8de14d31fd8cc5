"""Whether an SOP can be carried out at all: judged when it is read, not at 16:00 on the day.

An SOP is a graph of acts. The next act, or the target of a decision word, is an edge. What a lone file can
get wrong is found by `sop`; here stands what only the whole graph, the office and its people can tell.
What the document itself lacks is reported and never invented: SOP KPU Kab. Kepulauan Mentawai 6/2023 has no
approval after the design (step 5) and the caption (step 6), which is a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import items
from pipeline.model.base import Finding, Severity
from pipeline.model.procedure import ActKind, Effect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Act, Outcome, Procedure, Step

OUTWARD = (Effect.TERBIT, Effect.TURUN, Effect.HAPUS, Effect.BALAS)
"""Effects the public sees."""
PUBLISHING = (Effect.TERBIT, Effect.BALAS)
_STARS = {"**": ".*", "*": r"(?:[^/*]|(?<!\*)\*(?!\*))*"}


@dataclass(frozen=True, slots=True)
class _Node:
    """One act of one step, by position."""

    step: int
    act: int


@dataclass(frozen=True, slots=True)
class _Case:
    procedure: Procedure
    office: Office | None
    people: People
    at: datetime
    nodes: tuple[_Node, ...]
    edges: Mapping[_Node, tuple[_Node, ...]]

    def step(self, node: _Node) -> Step:
        return self.procedure.steps[node.step]

    def act(self, node: _Node) -> Act:
        return self.step(node).acts[node.act]

    def place(self, node: _Node) -> str:
        """Return the dotted path of the act in the YAML file."""
        path = f"langkah.{node.step}"
        return f"{path}.urutan.{node.act}" if f"{path}.urutan" in self.procedure.lines else path

    def deciders(self) -> frozenset[_Node]:
        return frozenset(node for node in self.nodes if self.act(node).kind.decides)

    def holders(self, role: str) -> frozenset[str]:
        return frozenset(person.id for person in self.people.holders(self.procedure.office, role, self.at))

    def finding(self, number: int, at: str, message: str, severity: Severity = Severity.GALAT) -> Finding:
        lines = self.procedure.lines
        while at and at not in lines:
            at = at.rpartition(".")[0]
        path = f"site_config/sop/{self.procedure.id}.yaml"
        return Finding(code=f"SOP{number:03d}", path=path, line=lines.get(at, 1), message=message, severity=severity)


def judge(procedure: Procedure, offices: Mapping[str, Office], people: People, now: datetime) -> list[Finding]:
    """Return what keeps *procedure* from being carried out at *now*, in the order of its file."""
    office = offices.get(procedure.office)
    at = now.astimezone(ZoneInfo(office.timezone)) if office else now
    nodes = tuple(
        _Node(number, place) for number, step in enumerate(procedure.steps) for place, _ in enumerate(step.acts)
    )
    case = _Case(procedure, office, people, at, nodes, _edges(procedure, nodes))
    findings = [finding for check in _CHECKS for finding in check(case)]
    return sorted(findings, key=lambda finding: (finding.line, finding.code))


def _edges(procedure: Procedure, nodes: tuple[_Node, ...]) -> dict[_Node, tuple[_Node, ...]]:
    starts = {step.id: _Node(number, 0) for number, step in enumerate(procedure.steps)}
    edges = {}
    for index, node in enumerate(nodes):
        outcomes = procedure.steps[node.step].acts[node.act].outcomes
        found = [starts.get(each.target) if each.target else _after(nodes, index) for each in outcomes]
        edges[node] = tuple(target for target in found if target)
    return edges


def _after(nodes: tuple[_Node, ...], index: int) -> _Node | None:
    return nodes[index + 1] if index + 1 < len(nodes) else None


def _reach(case: _Case, starts: Iterable[_Node], closed: Collection[_Node] = ()) -> set[_Node]:
    """Return the acts that can follow, *starts* included, without going through *closed* ones."""
    found: set[_Node] = set()
    waiting = [node for node in starts if node not in closed]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(target for target in case.edges[node] if target not in closed)
    return found


def _check_office(case: _Case) -> Iterator[Finding]:
    procedure = case.procedure
    if case.office is None:
        message = f"kantor '{procedure.office}' tidak ada: buat site_config/offices/{procedure.office}.yaml"
        yield case.finding(10, "kantor", message)
    elif procedure.id not in case.office.procedures:
        file = f"site_config/offices/{procedure.office}.yaml"
        message = f"SOP ini belum diberlakukan kantornya: tambahkan {procedure.id} pada prosedur di {file}"
        yield case.finding(11, "sop", message)


def _check_roles(case: _Case) -> Iterator[Finding]:
    roles = case.procedure.roles
    for node in case.nodes:
        role = case.act(node).role
        if role not in roles:
            message = f"peran '{role}' belum didaftarkan: tambahkan pada peran, atau pilih dari {', '.join(roles)}"
            yield case.finding(12, f"{case.place(node)}.peran", message)
    for role in case.procedure.overriders:
        if role not in roles:
            message = f"peran kahar '{role}' belum didaftarkan: pilih dari {', '.join(roles)}"
            yield case.finding(12, "kahar", message)
    for role in dict.fromkeys(case.act(node).role for node in case.nodes):
        if role in roles and not case.holders(role):
            message = f"hari ini peran {roles[role]} tidak ada pemegangnya: tunjuk seseorang di site_config/people.yaml"
            yield case.finding(13, f"peran.{role}", message)


def _check_reach(case: _Case) -> Iterator[Finding]:
    reached = _reach(case, case.nodes[:1])
    for number, step in enumerate(case.procedure.steps):
        lost = [_Node(number, place) for place, _ in enumerate(step.acts) if _Node(number, place) not in reached]
        if lost:
            effects = [effect for node in lost for effect in case.act(node).effects]
            loss = f", jadi {', '.join(effects)} tidak pernah terjadi" if effects else ""
            message = f"langkah {step.number} ({step.id}) tidak pernah tercapai dari langkah 1{loss}: arahkan keputusan"
            at = case.place(lost[0]) if lost[0].act else f"langkah.{number}"
            yield case.finding(14, at, f"{message} ke sana")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A decision word that names its target, and how many acts ahead (or behind) that lies."""

    node: _Node
    outcome: Outcome
    target: _Node
    distance: int
    place: str


def _turns(case: _Case) -> Iterator[_Turn]:
    starts = {step.id: _Node(number, 0) for number, step in enumerate(case.procedure.steps)}
    for index, node in enumerate(case.nodes):
        for outcome in case.act(node).outcomes:
            if target := starts.get(outcome.target or ""):
                place = f"{case.place(node)}.keputusan.{outcome.word}"
                yield _Turn(node, outcome, target, case.nodes.index(target) - index, place)


def _check_leaps(case: _Case) -> Iterator[Finding]:
    for turn in _turns(case):
        if turn.distance > 1:
            message = (
                f"keputusan {turn.outcome.word} melompat dari langkah {case.step(turn.node).number} ke "
                f"'{turn.outcome.target}': setiap langkah SOP harus dijalani, arahkan ke langkah berikutnya"
            )
            yield case.finding(15, turn.place, message)


def _check_forward(case: _Case) -> Iterator[Finding]:
    back = {(turn.node, turn.outcome) for turn in _turns(case) if turn.distance <= 0}
    for node in case.nodes:
        if all((node, outcome) in back for outcome in case.act(node).outcomes):
            number = case.step(node).number
            message = f"langkah {number} tidak punya keputusan yang maju: arahkan satu kata ke langkah berikutnya"
            yield case.finding(16, f"{case.place(node)}.keputusan", message)


def _check_loops(case: _Case) -> Iterator[Finding]:
    deciders = case.deciders()
    for turn in _turns(case):
        if turn.distance <= 0 and turn.node in _reach(case, [turn.target], deciders):
            message = (
                f"keputusan {turn.outcome.word} kembali ke '{turn.outcome.target}' tanpa putusan seorang korektor atau "
                "pemberi persetujuan, jadi bisa berputar terus: jadikan langkah ini koreksi atau persetujuan"
            )
            yield case.finding(17, turn.place, message)


def _check_four_eyes(case: _Case) -> Iterator[Finding]:
    for node in sorted(case.deciders(), key=case.nodes.index):
        judges = case.holders(case.act(node).role)
        teams = list(_editors_of(case, node))
        if judges and not any(all(team - {judge} for team in teams) for judge in judges):
            role = case.procedure.roles.get(case.act(node).role, case.act(node).role)
            message = (
                f"empat mata tidak mungkin pada langkah {case.step(node).number}: setiap pemegang peran {role} adalah "
                "satu-satunya penyunting naskah yang diputuskannya; tunjuk pemegang lain di site_config/people.yaml"
            )
            yield case.finding(18, f"{case.place(node)}.peran", message)


def _editors_of(case: _Case, decider: _Node) -> Iterator[frozenset[str]]:
    """Yield, for each step before *decider* that changes what is decided, everybody who can carry it out.

    The deciding step's own `menyunting` is left out: it allows an edit and does not ask for one.
    """
    covers = case.step(decider).covers
    for number, step in enumerate(case.procedure.steps):
        if number == decider.step or not any(_meet(*pair) for pair in product(step.edits, covers)):
            continue
        if decider in _reach(case, case.edges[_Node(number, len(step.acts) - 1)]):
            writers = [act for act in step.acts if act.kind is ActKind.SUSUN] or step.acts
            if team := frozenset[str]().union(*(case.holders(act.role) for act in writers)):
                yield team


def _check_last_edit(case: _Case) -> Iterator[Finding]:
    """Warn of published files that can still be changed after the last decision on them."""
    published = items.PUBLISHED[case.procedure.item_kind]
    releases = {node for node in case.nodes if set(case.act(node).effects) & set(PUBLISHING)}
    for number, step in enumerate(case.procedure.steps):
        turn = [_Node(number, len(step.acts) - 1)]  # an edit in a step's turn comes before its last act
        edited = {_narrower(*pair) for pair in product(step.edits, published) if _meet(*pair)}
        open_ = sorted(file for file in edited if releases & _reach(case, turn, _guards(case, file)))
        if open_:
            message = (
                f"tidak ada koreksi atau persetujuan sesudah langkah {step.number} menyunting {', '.join(open_)} dan "
                "sebelum terbit: lengkapi meliputi, atau bila naskah SOP-nya memang begitu, usulkan saat ditinjau ulang"
            )
            yield case.finding(19, f"langkah.{number}.menyunting", message, Severity.PERINGATAN)


def _guards(case: _Case, file: str) -> frozenset[_Node]:
    """Return the decisions that cover *file*."""
    return frozenset(
        node for node in case.deciders() if any(_within(file, pattern) for pattern in case.step(node).covers)
    )


def _check_order(case: _Case) -> Iterator[Finding]:
    for index, node in enumerate(case.nodes):
        effects = [effect for effect in case.act(node).effects if effect in OUTWARD]
        later = [each for each in case.nodes[index + 1 :] if each in case.deciders()]
        if effects and later and not case.step(node).effect_precedes:
            message = (
                f"{', '.join(effects)} pada langkah {case.step(node).number} mendahului putusan langkah "
                f"{case.step(later[0]).number}: pindahkan, atau tulis efek_mendahului: ya bila SOP-nya memang begitu"
            )
            yield case.finding(20, f"{case.place(node)}.efek", message)


def _within(file: str, pattern: str) -> bool:
    """Whether everything the pattern *file* names is named by *pattern* too (`*` stays in its folder)."""
    parts = (_STARS.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", pattern))
    return re.fullmatch("".join(parts), file) is not None


def _meet(one: str, other: str) -> bool:
    return _within(one, other) or _within(other, one)


def _narrower(one: str, other: str) -> str:
    return one if _within(one, other) else other


_CHECKS = (
    _check_office,
    _check_roles,
    _check_reach,
    _check_leaps,
    _check_forward,
    _check_loops,
    _check_four_eyes,
    _check_last_edit,
    _check_order,
)
