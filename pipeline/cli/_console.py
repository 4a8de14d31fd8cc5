"""The terminal, for tables. Only verbs that print one import it: rich is heavy."""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """A console that leaves a reader gone away (`jdih sop show ... | head`) to `main`, which knows it is no fault."""

    def on_broken_pipe(self) -> None:
        """Hand the fault on; rich itself would exit with 1."""
        raise BrokenPipeError
