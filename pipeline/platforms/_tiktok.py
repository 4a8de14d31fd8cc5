"""What TikTok answers: every answer has `error.code`, 'ok' in a good one, and errors may come with HTTP 200.

https://developers.tiktok.com/doc/tiktok-api-v2-error-handling and the reference of direct posts (2026-09-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.flow import BROKEN, OK, TOO_MANY, UNAUTHORIZED, Deferred, Rejected, Request, too_many, troubled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.flow import Flow, Response

_DAY = 86_400.0
_ACCOUNT = frozenset(
    {"access_token_invalid", "scope_not_authorized", "scope_permission_missed", "token_not_authorized_for_this_open_id"}
    | {"spam_risk_user_banned_from_posting", "app_version_check_failed"}
)
_QUOTA = frozenset({"spam_risk_too_many_posts", "spam_risk_too_many_pending_share", "reached_active_user_cap"})
NEVER = {
    "unaudited_client_can_only_post_to_private_accounts": "aplikasi belum diaudit TikTok, jadi hanya boleh mengirim "
    "untuk mata sendiri: ajukan audit di developers.tiktok.com, sementara itu unggah dengan tangan",
    "url_ownership_unverified": "alamat situs belum dibuktikan milik kantor: buktikan di developers.tiktok.com",
    "privacy_level_option_mismatch": "akun ini tidak boleh mengirim untuk umum: ubah setelan akunnya",
    "invalid_param": "isinya tidak diterima TikTok",
    "invalid_params": "isinya tidak diterima TikTok",
    "invalid_file_upload": "berkasnya tidak diterima TikTok",
    "spam_risk": "TikTok menganggapnya spam",
    "spam_risk_text": "TikTok menganggap teksnya spam",
}
"""Codes of what would be refused again, and what to do."""
_SURE = _ACCOUNT | _QUOTA | NEVER.keys() | {"rate_limit_exceeded"}


def call(url: str, body: Mapping[str, Any], *, repeatable: bool = False, delay: float = 0.0) -> Request:
    """Return a call: all of them are POSTs of JSON."""
    return Request("POST", url, json=body, repeatable=repeatable, delay=delay)


def asked(url: str, body: Mapping[str, Any], delay: float = 0.0) -> Flow[Mapping[str, Any]]:
    """Send what may be repeated and return its data."""
    reply = yield call(url, body, repeatable=True, delay=delay)
    found = data(reply)
    if found is None:
        raise fault(reply)
    return found


def data(reply: Response) -> Mapping[str, Any] | None:
    """Return what a good answer holds: TikTok says 'ok' in every one, and errors may come with 200."""
    found = reply.body.get("data")
    return found if reply.status == OK and code(reply) == "ok" and isinstance(found, dict) else None


def code(reply: Response) -> str:
    """Return the error's code; a token that cannot be renewed is told in a word of another kind."""
    error = reply.body.get("error")
    if isinstance(error, str):
        return "access_token_invalid"
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def is_account(reply: Response) -> bool:
    """Whether the account or its quota is at fault, not what was sent."""
    return code(reply) in _ACCOUNT | _QUOTA or reply.status == UNAUTHORIZED


def is_sure(reply: Response) -> bool:
    """Whether a refusal says that nothing was begun."""
    return code(reply) in _SURE or reply.status in (UNAUTHORIZED, TOO_MANY)


def fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its code; the words are for people."""
    said = code(reply)
    if said in _ACCOUNT or reply.status == UNAUTHORIZED:
        return Deferred(f"TikTok menolak akun: perbarui token atau izinnya ({said})", account_wide=True)
    if said in _QUOTA:
        return Deferred(f"jatah kiriman harian TikTok habis ({said})", _DAY, account_wide=True)
    if said == "rate_limit_exceeded" or reply.status == TOO_MANY:
        return too_many(reply)
    if said in NEVER:
        return Rejected(f"TikTok: {NEVER[said]}")
    if reply.status >= BROKEN or not said or said in ("ok", "internal_error"):
        return troubled(reply, f"TikTok sedang bermasalah (HTTP {reply.status})")
    return Rejected(f"TikTok menolak ({said})")
