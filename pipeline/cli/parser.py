"""argparse, speaking Indonesian."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

_TEXTS = (
    (r"the following arguments are required: (.*)", r"kurang: \1"),
    (r"unrecognized arguments: (.*)", r"tidak dikenal: \1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1: \2 tidak dikenal, pilih \3"),
    (r"argument (.*?): expected one argument", r"\1: tulis nilainya"),
    (r"argument (.*?): expected at least one argument", r"\1: tulis paling sedikit satu"),
    (r"argument (.*?): invalid (.*?) value: (.*)", r"\1: nilai \3 tidak dapat dipakai"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1: tidak bersama \2"),
    (r"one of the arguments (.*) is required", r"pilih salah satu: \1"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1: tidak memakai nilai, hapus \2"),
    (r"ambiguous option: (.*?) could match (.*)", r"\1: dapat berarti \2"),
)
_OPERATOR = 2
_LAST_PORT = 65534
"""The last but one there is: beside the site, the next port serves the wall."""


def port(text: str) -> int:
    """Return a port; 0 asks for a free one. Raise `ValueError` where there is none."""
    if not 0 <= (number := int(text)) <= _LAST_PORT:
        raise ValueError(text)
    return number


class _Formatter(argparse.RawTextHelpFormatter):
    """Indonesian headings; the words of a verb's examples stay on their lines."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:  # noqa: ANN401 - argparse's own signature
        super().add_usage(usage, actions, groups, "Pemakaian: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose every word is Indonesian."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - argparse's own settings
        """Take argparse's settings; help and headings are ours."""
        super().__init__(formatter_class=_Formatter, add_help=False, allow_abbrev=False, **settings)
        self._positionals.title = "Argumen"
        self._optionals.title = "Pilihan"
        self.add_argument("-h", "--help", action="help", help="menampilkan bantuan ini")

    def format_help(self) -> str:
        """Return the help, ended as text is."""
        return super().format_help().rstrip("\n") + "\n"

    def error(self, message: str) -> NoReturn:
        """Print one Indonesian line and how to get help; exit 2."""
        for pattern, text in _TEXTS:
            message = re.sub(pattern, text, message)
        print(f"{self.prog}: {message} (lihat {self.prog} --help)", file=sys.stderr)
        sys.exit(_OPERATOR)
