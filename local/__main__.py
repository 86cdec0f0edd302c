"""`python -m local`: Afterglow on this machine."""

import signal
import sys

# A shell that starts us in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    # It takes a while: Ctrl-C may come as early as here.
    from local.cli import app

    app(prog_name="python -m local")
except KeyboardInterrupt:
    sys.exit("\nStopped before anything was started.")
