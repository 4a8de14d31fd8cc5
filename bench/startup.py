"""What starting costs: `jdih --help` and `jdih check ONE-FILE`, against Python itself and against importing GitPython.

    .venv/bin/python bench/startup.py

All four run in turn, seven rounds in one run; the table gives each one's median and its ratio to the two
yardsticks, which says more than milliseconds: those change with the machine, the ratio with our imports.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 7
ITEM = next((ROOT / "content/produk-hukum").rglob("index.md"))
JDIH = [sys.executable, "-P", "-m", "pipeline"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    'python -c "import git"': [sys.executable, "-c", "import git"],
    "jdih --help": [*JDIH, "--help"],
    "jdih check ONE-FILE": [*JDIH, "check", str(ITEM)],
}
PYTHON, GIT, *_ = COMMANDS


def seconds(command: list[str]) -> float:
    """Run *command* to its end and return how long that took; raise when it fails."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print the table."""
    for command in COMMANDS.values():
        seconds(command)  # once for the caches: bytecode, disk
    rounds = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(each[name] for each in rounds) for name in COMMANDS}
    print(f"{'':<24}{'median':>10}{'x python':>10}{'x import git':>14}")
    for name, median in medians.items():
        to_python, to_git = median / medians[PYTHON], median / medians[GIT]
        print(f"{name:<24}{median * 1000:>7.0f} ms{to_python:>10.1f}{to_git:>14.2f}")


if __name__ == "__main__":
    main()
