"""What X asks for a call, in dollars: x-api/getting-started/pricing, changelog of 2026-04-16."""

from __future__ import annotations

from pipeline.model.publishing import EffectAction
from pipeline.platforms import _x_text

_POST, _POST_WITH_LINK, _DELETION = "0,015", "0,20", "0,010"


def cost(action: EffectAction, text: str, /) -> str:
    """Return what sending a post with *text*, or deleting one, costs; a link makes it dear."""
    if action is EffectAction.RETRACT:
        return f"{_DELETION} dolar AS"
    return f"{_POST_WITH_LINK} dolar AS (berisi tautan)" if _x_text.links(text) else f"{_POST} dolar AS"
