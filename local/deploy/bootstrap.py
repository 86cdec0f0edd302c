"""The code of every function on the local cloud: a zip with one small shell script."""

import io
import shlex
import stat
import sys
import zipfile

from local.runtime.serve import FORK_SERVER, PROJECT

CONNECT = PROJECT / "local" / "runtime" / "connect.py"


def script() -> str:
    """Connect to the fork server with this interpreter and this working tree."""
    python = shlex.quote(sys.executable)
    command = [python, "-I", "-S", shlex.quote(str(CONNECT)), python, shlex.quote(str(PROJECT))]
    return f'#!/bin/sh\nexec {" ".join(command)} "${FORK_SERVER}"\n'


def archive() -> bytes:
    """The same bytes for the same script."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archived:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = (stat.S_IFREG | 0o755) << 16
        archived.writestr(entry, script())
    return buffer.getvalue()
