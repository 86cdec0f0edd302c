"""Whether a known vulnerability is in a locked package.

python -m release.audit requirements/dev.txt ...

Without the database nothing is known: that is said, and is no pass.
"""

import subprocess
import sys
from pathlib import Path

TOOL = Path(sys.executable).with_name("pip-audit")
# Of every ecosystem's advisories, PyPA's and GitHub's among them; it needs no account.
DATABASE = "osv"
# What the lock files say is all there is; a package that cannot be judged is a failure.
HASHED = ("--require-hashes", "--disable-pip", "--strict")
PASSED, FOUND, NOT_AUDITED = 0, 1, 2


def audit(locks: list[str]) -> int:
    """Ask about every package in these lock files; the report goes to stdout.

    Returns 0 when nothing is known, 1 when something is, 2 when nobody could be asked.
    """
    named = [argument for lock in locks for argument in ("--requirement", lock)]
    asked = subprocess.run(
        [TOOL, "--vulnerability-service", DATABASE, *HASHED, *named],
        check=False,
        capture_output=True,
        text=True,
    )
    # It ends with 1 for a vulnerability and for its own failure alike, but reports the former only.
    if asked.returncode and not asked.stdout.strip():
        reason = (asked.stderr.strip() or "it said nothing").splitlines()[-1]
        print(f"NOT AUDITED, nothing is known: {reason}", file=sys.stderr)
        return NOT_AUDITED
    print(asked.stdout + asked.stderr)
    return FOUND if asked.returncode else PASSED


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:]))
