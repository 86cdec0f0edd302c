"""What of the caller's environment the local processes may see.

The functions inherit it, as far as the cloud has it: no secret of the user's shell belongs there.
"""

import os

INHERITED = (
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "TERM",
    "TZ",
    # The way to a real upstream.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    # An OpenAI-compatible chat server for the stand-in.
    "LOCAL_LLM_URL",
    "LOCAL_LLM_MODEL",
)


def inherited() -> dict[str, str]:
    """A small environment in which local addresses are never asked for through a proxy."""
    env = {name: os.environ[name] for name in INHERITED if name in os.environ}
    given = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    no_proxy = ",".join(filter(None, [given, "127.0.0.1", "localhost"]))
    return env | {"NO_PROXY": no_proxy, "no_proxy": no_proxy}
