"""ministack as a guarded server on 127.0.0.1 with its state in one folder."""

import asyncio
import importlib
import logging
import os
import shutil
import signal
import socketserver
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.environment import inherited
from local.folder import hold
from local.guard import Guard
from local.ports import HOST
from local.runtime.serve import FORK_SERVER

PROJECT = Path(__file__).parents[2]
REGION = "us-east-1"
logger = logging.getLogger(__name__)


def run(port: int, data: Path, front_port: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT; leave the state saved and no process behind."""
    os.umask(0o077)
    folder = _prepare(data)
    # The last one may still be saving its state.
    lock = hold(data, patience=10.0)
    os.environ.clear()
    os.environ.update(_environment(port, data) | _settings(port, data))
    fork_server = _start_fork_server(Path(os.environ[FORK_SERVER]))
    status = 1
    try:
        asyncio.run(_serve(port, data, front_port))
        status = 0
    except Exception:
        logger.exception("The local cloud failed")
    finally:
        _end_environments()
        fork_server.kill()
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        sys.stderr.flush()
        # Threads of invocations that were cut off would hold the interpreter.
        os._exit(status)


def _prepare(data: Path) -> Path:
    """Make the folders, closed to other users; empty the one for temporary files."""
    temporary = data / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for folder in (data, temporary, data / "state", data / "s3"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    return temporary


def _settings(port: int, data: Path) -> dict[str, str]:
    """What ministack alone has to know."""
    return {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "S3_PERSIST": "1",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(data / "state"),
    }


def _environment(port: int, data: Path) -> dict[str, str]:
    """What functions inherit: the way to the cloud, and no other account of this user's."""
    return inherited() | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "TMPDIR": str(data / "tmp"),
        FORK_SERVER: str(data / "tmp" / "fork.sock"),
    }


def _start_fork_server(address: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "local.runtime.fork_server", str(address)]
    return subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE)


async def _serve(port: int, data: Path, front_port: int | None) -> None:
    # The Runtime API of ministack answers in two writes: 40 ms a call with Nagle's algorithm.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    ministack: Any = importlib.import_module("ministack.app")
    from local.cloud import (  # noqa: PLC0415 - settings first
        alarms,
        encryption,
        environments,
        firewall,
        formation,
        gateway,
        state,
        statemachines,
    )

    alarms.install()
    encryption.install()
    environments.install(hidden=_settings(port, data).keys())
    firewall.install()
    formation.install()
    gateway.install()
    statemachines.install()
    snapshots = state.Snapshots(data / "state" / "state.db")
    snapshots.install(ministack)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    async def stopped() -> None:
        await stopping.wait()
        # The loop waits for every open invocation.
        environments.stop()

    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    app: Any = Guard(snapshots.watch(ministack.app), port, pages=False, forms_from=front_port)
    saving = asyncio.create_task(snapshots.keep())
    await serve(app, config, shutdown_trigger=stopped)
    saving.cancel()


def _end_environments() -> None:
    runtime = sys.modules.get("ministack.core.lambda_runtime")
    if runtime:
        runtime.reset()
