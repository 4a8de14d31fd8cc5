"""Tiruan platform di komputer sendiri: speaks their contracts, keeps what it is sent, shows it.

For rehearsal, demonstration and tests. It listens on 127.0.0.1 only, and fetches pictures from there only.
"""

from pipeline.sandbox.server import Sandbox, endpoints
from pipeline.sandbox.store import Trouble

__all__ = ["Sandbox", "Trouble", "endpoints"]
