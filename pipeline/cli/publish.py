"""`jdih publish`: bring the platforms to what `main` describes."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.planning import Plan
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Action, Entry

HELP = "Menyelaraskan situs dan media sosial dengan main: yang disetujui terbit, yang diperintahkan turun, sekali saja."
EXAMPLES = """Contoh:
  jdih publish --plan --repo /srv/jdih.git      apa yang akan dilakukan, tanpa mengirim apa pun
  jdih publish --repo /srv/jdih.git
  jdih publish --plan --format json"""
_WORDS = {"publish": "kirim", "retract": "turunkan", "share": "bagikan", "archive": "arsipkan", "wait": "tunggu"}
_SENT = frozenset({"publish", "share"})
_TROUBLED = frozenset({"rejected", "unknown"})


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--plan", action="store_true", help="hanya menunjukkan rencana")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")
    parser.add_argument(
        "--repo",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="repositori peladen (bawaan: folder ini); rencana di GitHub: salinan mana pun",
    )


def run(args: argparse.Namespace) -> int:
    """Print the plan, or carry it out and print what became of it; 1 when a person must decide something."""
    from pipeline.desk import aftermath, planning, server

    if args.plan:
        _print_plan(planning.plan(args.repo, _now()), args.format)
        return 0
    path = server.find(args.repo)
    outcomes = aftermath.follow_up(path, _now, lambda line: print(line, file=sys.stderr))
    _print_outcomes(outcomes, args.format)
    _warn_of_accounts(path)
    return 1 if any(outcome.result in _TROUBLED for outcome in outcomes) else 0


def _warn_of_accounts(path: Path) -> None:
    """Print what is wrong with the accounts, once a day; it never stops what is published."""
    from pipeline.carriers.repository import Repository
    from pipeline.desk import accounts, aftermath, cases, server
    from pipeline.model.base import JdihError

    settings = server.settings_of(path)
    offices = list(cases.policy(Repository(path)).offices.values())
    try:
        troubles = accounts.daily(path, offices, aftermath.edges_of(path, settings, _now, print), settings.ends)
    except JdihError as error:
        troubles = [str(error)]
    for trouble in troubles:
        print(f"peringatan: {trouble}", file=sys.stderr)


def _now() -> datetime:
    return datetime.now().astimezone()


def _row(action: Action) -> dict[str, str | int | None]:
    return {
        "item": action.item,
        "platform": action.platform,
        "account": action.account.handle,
        "part": action.part,
        "parts": action.parts,
        "action": action.action.value,
        "at": action.at.isoformat() if action.at else None,
        "why": action.why,
        "cost": action.cost,
    }


def _print_plan(plan: Plan, form: str) -> None:
    from pipeline.desk import deadlines, wording
    from pipeline.platforms import MESSENGERS, PLATFORMS

    actions = plan.actions
    if form == "json":
        rows = {"actions": [_row(each) for each in actions], "astray": [_stray(each) for each in plan.astray]}
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for action in actions:
        until = f" (sampai {deadlines.clock_of(action.at, action.item, plan.offices)})" if action.at else ""
        cost = f"; biaya {action.cost}" if action.cost else ""
        print(f"{_WORDS[action.action]:<9} {action.item}  {wording.place(action)}  {action.why}{until}{cost}")
    sent = [action for action in actions if action.action.value in _SENT]
    for line in wording.unaskable(each.account for each in sent if each.platform in {*PLATFORMS, *MESSENGERS}):
        print(f"catatan   {line}")
    for entry in plan.astray:
        print(f"catatan   {wording.astray(entry)}")
    if not actions:
        print("tidak ada yang perlu dilakukan")


def _stray(entry: Entry) -> dict[str, str]:
    url = entry.receipt.url if entry.receipt else ""
    return {"item": entry.item, "platform": entry.platform, "account": entry.account.handle, "url": url}


def _print_outcomes(outcomes: list[Outcome], form: str) -> None:
    """Print the outcomes as JSON; as text they have been told while they happened."""
    if form == "json":
        rows = [
            {**_row(each.action), "result": each.result.value, "message": each.message, "url": each.url}
            for each in outcomes
        ]
        print(json.dumps({"actions": rows}, ensure_ascii=False, indent=2))
    elif not outcomes:
        print("tidak ada yang perlu dilakukan: situs dan media sosial sudah sesuai dengan main")
