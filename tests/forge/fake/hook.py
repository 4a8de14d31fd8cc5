"""pre-receive of the fake forge: the rules that bind who pushes stand in FAKE_RULES."""

import json
import os
import re
import subprocess
import sys

ZERO = "0" * 40
WORDS = {
    "creation": "Cannot create ref due to creations being restricted.",
    "deletion": "Cannot delete this branch",
    "update": "Cannot update this protected ref.",
    "non_fast_forward": "Cannot force-push to this branch",
    "pull_request": "Changes must be made through a pull request.",
    "required_status_checks": "Required status checks are expected.",
}


def applies(kind: str, old: str, new: str) -> bool:
    if kind == "creation":
        return old == ZERO
    if kind == "deletion":
        return new == ZERO
    if ZERO in {old, new}:
        return False
    ancestor = subprocess.run(["git", "merge-base", "--is-ancestor", old, new], check=False)  # noqa: S607
    return ancestor.returncode != 0 if kind == "non_fast_forward" else kind in WORDS


refused = False
for line in sys.stdin:
    old, new, ref = line.split()
    for kind, pattern in json.loads(os.environ.get("FAKE_RULES", "[]")):
        if re.fullmatch(pattern, ref) and applies(kind, old, new):
            sys.stderr.write(f"error: GH013: Repository rule violations found for {ref}.\n- {WORDS[kind]}\n")
            refused = True
sys.exit(refused)
