"""What runs a function in place of AWS Lambda's own Python runtime.

    bootstrap (sh)  →  connect.py  →  fork_server.py  ─fork→  serve.py: the real awslambdaric

The local cloud starts `bootstrap` for each execution environment, as it does for every
`provided.al2023` function. Importing the dependencies takes over a second, so the fork server has
them imported already.
"""
