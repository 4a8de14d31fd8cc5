"""Every attack by a real `git push`, refused for its own reason; every lawful neighbour accepted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import arrival
from pipeline.carriers.repository import PushRefused, Repository
from tests.carriers import trials
from tests.carriers.attacks import drafts, main_line, names, persons, record_files, steps
from tests.carriers.trials import Either

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from tests.carriers.trials import Push, Trial
    from tests.conftest import Office

ROOMS = (persons, steps, record_files, drafts, names, main_line)
"""Importing a room registers its trials."""


def param(trial: Trial, name: str) -> ParameterSet:
    return pytest.param(trial, id=name, marks=[pytest.mark.slow] if trial.spare else [])


@pytest.fixture
def ground(request: pytest.FixtureRequest, trial: Trial) -> Office:
    office: Office = request.getfixturevalue(trial.start)
    return office


def send(push: Push, patch: pytest.MonkeyPatch) -> list[str]:
    if push.login:
        patch.setenv(arrival.OVER_SSH, push.login)
    return push.clone.push("origin", *push.refspecs)


@pytest.mark.parametrize("trial", [param(each, each.attack) for each in trials.TRIALS])
def test_attack_is_refused(ground: Office, trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    push = trial.prepare(ground, Either(faulty=True))
    server = Repository(ground.path)
    before = server.refs("refs")
    with pytest.raises(PushRefused) as refused:
        send(push, monkeypatch)
    said = "\n".join(refused.value.lines)
    assert "DITOLAK: " in said
    assert trial.reason in said, said
    assert "penjaga peladen gagal" not in said, "the guard judged; it did not merely fall over"
    assert server.refs("refs") == before, "nothing moved"


@pytest.mark.parametrize("trial", [param(each, each.neighbour) for each in trials.TRIALS])
def test_neighbour_is_accepted(ground: Office, trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    push = trial.prepare(ground, Either(faulty=False))
    server = Repository(ground.path)
    before = server.refs("refs")
    send(push, monkeypatch)
    assert server.refs("refs") != before, "something moved"


def test_no_attack_and_no_neighbour_stands_twice() -> None:
    assert len([each for each in trials.TRIALS if not each.spare]) >= 65
    for names_ in ([each.attack for each in trials.TRIALS], [each.neighbour for each in trials.TRIALS]):
        assert [name for name, count in Counter(names_).items() if count > 1] == []


def test_the_guard_fails_closed(ready: Office) -> None:
    """Plant a fault in the guard's own ground: a policy nobody can read lets nothing in."""
    trials.plant(ready, {"site_config/people.yaml": b"orang: {\n"})
    push = trials.draft(ready, "notula.md")
    with pytest.raises(PushRefused, match=r"DITOLAK: site_config/people\.yaml"):
        push.clone.push("origin", *push.refspecs)


def test_a_fault_nobody_foresaw_fails_closed_too(ready: Office) -> None:
    hook = ready.path / "hooks/pre-receive"
    text = hook.read_text(encoding="utf-8")
    hook.write_text(text.replace("-m pipeline hook", "-m pipeline hook --tidak-ada"), encoding="utf-8")
    push = trials.draft(ready, "notula.md")
    with pytest.raises(PushRefused):
        push.clone.push("origin", *push.refspecs)


def test_an_object_missing_on_the_server_fails_closed(ready: Office) -> None:
    """The SOP a running item is pinned to is gone from the disk: nobody can say whether the record is lawful."""
    order = trials.record(ready, trials.order(ready))
    blob = Repository(ready.path).resolve("refs/heads/main:site_config/sop/kota/medsos.yaml") or ""
    (ready.path / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(PushRefused, match="DITOLAK"):
        order.clone.push("origin", *order.refspecs)
