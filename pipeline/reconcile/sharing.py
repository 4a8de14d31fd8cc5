"""Links handed to people once everything is out: by a channel that takes messages from a machine, else by a person.

A message obeys the order of a post (`effect`): intent -> `posting` -> the one irreversible call -> receipt. Nobody can
be asked afterwards whether it arrived, so a lost answer goes to a person and is never sent again. What only a person
can send is held as a task with the message ready in a `wa.me` link; nobody says it is done before it is (`hand`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.flow import Deferred, Rejected, Unknown
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import Notice, State
from pipeline.platforms import MESSENGERS
from pipeline.reconcile import effect, lease
from pipeline.reconcile.commands import Ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.flow import Flow
    from pipeline.model.publishing import Action, Entry, Receipt, Share, Wanted
    from pipeline.reconcile.commands import Life


def share(action: Action, wanted: Wanted, subject: Share, entries: Mapping[str, Entry]) -> Life[Outcome]:
    """Hand the links of *wanted* to the recipient of *subject*. Raise `Deferred` when a later run may succeed."""
    intent, text = entries[action.key], _message(wanted, subject, entries)
    if intent.state is not State.CLAIMED:
        return Outcome(action=action, result=Result.WAITING, message=effect.TAKEN)
    messenger = MESSENGERS.get(subject.account.platform)
    if messenger is None:
        ready = f"https://wa.me/?text={quote(text, safe='')}"
        return (yield from effect.hold(action, intent, f"kirim kepada {subject.recipient.name}: {ready}", by_hand=True))
    if len(intent.history) >= effect.MOST_TURNS:
        return (yield from effect.hold(action, intent, f"{len(intent.history)} kali berubah tanpa hasil"))
    yield Ask(_silence(), subject.account)
    posting = yield from effect.turn(intent, State.POSTING, "")
    if posting is None:
        return Outcome(action=action, result=Result.WAITING, message=effect.TAKEN)
    notice = Notice(key=intent.key, subject=subject.text, text=text, at=intent.history[0].at)
    return (yield from _send(action, subject, messenger.say(notice, subject.account), posting))


def _send(action: Action, subject: Share, flow: Flow[Receipt], posting: Entry) -> Life[Outcome]:
    """Make the one irreversible call; lines for people name the recipient, never the address."""
    try:
        receipt = yield Ask(flow, subject.account, lease.last_call(posting))
    except Rejected as error:
        return (yield from effect.hold(action, posting, str(error)))
    except Deferred as error:
        yield from effect.postpone(posting, error)
        raise
    except Unknown as error:
        yield from effect.turn(posting, State.UNKNOWN, str(error), lost=posting.lost + 1)
        message = f"{error}: mungkin sudah sampai, tanyakan kepada {subject.recipient.name}; tidak dikirim ulang"
        return Outcome(action=action, result=Result.UNKNOWN, message=message)
    return (yield from effect.receive(action, posting, receipt, f"disampaikan kepada {subject.recipient.name}"))


def _silence() -> Flow[None]:
    """Say nothing: an account without its secret is put off here, before anything is written down."""
    return
    yield


def _message(wanted: Wanted, subject: Share, entries: Mapping[str, Entry]) -> str:
    """Return the message with every link: the page, and the first post of each account."""
    first = (entries.get(post.key) for post in wanted.posts if post.part == 1)
    links = [entry.receipt.url for entry in first if entry and entry.receipt]
    return "\n".join([subject.text, *filter(None, (wanted.page_url, *links))])
