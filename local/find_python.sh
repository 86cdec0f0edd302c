#!/bin/sh
# Print the Python to build the virtual environment with: the one asked for (PATH, then pyenv),
# else the newest at hand from 3.11 on. AWS Lambda's own version lets layers be byte-compiled.
wanted="$1"
pyenv_prefix="$(pyenv prefix "$wanted" 2>/dev/null)"
for candidate in "python$wanted" "${pyenv_prefix:+$pyenv_prefix/bin/python}" \
  python3.14 python3.13 python3.12 python3.11 python3 python; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    command -v "$candidate"
    exit 0
  fi
done
echo "Afterglow needs Python 3.11 or newer; none was found on PATH." >&2
exit 1
