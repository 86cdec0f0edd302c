"""A whole local cloud: three servers and the deployed template."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from local.deploy.client import REGION
from local.deploy.stack import Outputs, Stack
from local.folder import hold, private_folder, write
from local.guard import hosts
from local.ports import HOST, Ports
from local.process import Child
from local.running import Running, record
from local.runtime.serve import PROJECT, SOURCES

TEMPLATE = PROJECT / "template.yaml"
# Everybody on this machine has one address, and the demo stores its key at every start.
PARAMETERS = {
    "Stage": "local",
    "AnonymousPerMinute": "6000",
    "RegistrationsPerHour": "1000",
    "LoginFailuresPerAddress": "1000",
    "KeyChangesPerMinute": "60",
    "KeyChangesPerDay": "1000",
}


class LocalCloud:
    """The API on a port of this machine, for `make run` and for tests.

        with LocalCloud(Ports.free(), tmp_path) as cloud:
            httpx2.get(cloud.front_url + "/health")      # what a user's program sees
            boto3.client("dynamodb", endpoint_url=cloud.cloud_url, ...)     # key and secret "test"
            httpx2.get(cloud.openai_url + "/_control/...")    # the OpenAI stand-in

    `start` returns when the front's /health says 200, or raises FolderTakenError, PortTakenError,
    StartError or DeploymentError. `stop` saves the state into `data`, `kill` ends every process at
    once as a crash would; a new LocalCloud on the same `data` goes on from there. Processes end
    with ours in any case. With `openai_base_url` that upstream is used and there is no stand-in
    (`openai_url` is None). `parameters` are more parameters of the template, `outputs` the stack's
    after `start`.
    """

    def __init__(
        self,
        ports: Ports,
        data: Path,
        *,
        openai_base_url: str | None = None,
        template: Path = TEMPLATE,
        parameters: dict[str, str] | None = None,
    ) -> None:
        self.ports = ports
        self.data = data.resolve()
        self.front_url = f"http://{HOST}:{ports.front}"
        self.cloud_url = f"http://{HOST}:{ports.cloud}"
        self._upstream = openai_base_url
        self.openai_url = None if openai_base_url else f"http://{HOST}:{ports.openai}"
        self.openai_base_url = openai_base_url or f"{self.openai_url}/v1"
        self.outputs: Outputs = {}
        self.deployed = False
        self.children: dict[str, Child] = {}
        self._lock: int | None = None
        given = {
            **PARAMETERS,
            "OpenAIBaseUrl": self.openai_base_url,
            # What pages of the front send to the staging bucket is answered from another origin.
            "AllowedOrigins": ",".join(sorted(f"http://{host}" for host in hosts(ports.front))),
            **(parameters or {}),
        }
        self._stack = Stack(self.cloud_url, template.resolve(), given)

    def start(self) -> Self:
        """Bring everything up."""
        self._lock = hold(private_folder(self.data))
        try:
            record(self.data, Running(self.ports, self._upstream))
            self.ports.ensure_free("front", "cloud", *(["openai"] if self.openai_url else []))
            self._deployment.unlink(missing_ok=True)
            self._start_children()
            self.children["cloud"].wait_until_ready(f"{self.cloud_url}/_ministack/health")
            self.deploy()
            self.children["front"].wait_until_ready(f"{self.front_url}/health")
        except BaseException:
            self.stop()
            raise
        return self

    def deploy(self) -> None:
        """Deploy the template if it, or what it is deployed with, has changed."""
        self.outputs, self.deployed = self._stack.deploy()
        self._write_environments()
        stage = f"{self.cloud_url}/_aws/execute-api/{self.outputs['ApiId']}/local"
        write(self._deployment, {"apiUrl": stage, "outputs": self.outputs})

    def dead(self) -> Child | None:
        """A child that has ended by itself."""
        return next((child for child in self.children.values() if not child.running), None)

    def stop(self) -> None:
        """End every process, the front first."""
        try:
            while self.children:
                self.children.popitem()[1].stop()
        finally:
            # A second Ctrl-C is in a hurry.
            self.kill()

    def kill(self) -> None:
        """End every process at once."""
        while self.children:
            self.children.popitem()[1].kill()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _deployment(self) -> Path:
        return self.data / "deployment.json"

    def _start_children(self) -> None:
        data, ports = self.data, self.ports
        checks = ["--check", f"{self.cloud_url}/_ministack/health"]
        cloud = ["--port", ports.cloud, "--front-port", ports.front, "--data", data / "cloud"]
        self._start("cloud", "local.cloud", cloud)
        if self.openai_url:
            checks += ["--check", f"{self.openai_url}/health"]
            folder = private_folder(data / "openai")
            self._start("stand-in", "local.openai", ["--port", ports.openai, "--data", folder])
        deployment = ["--deployment", self._deployment]
        self._start("front", "local.front", ["--port", ports.front, *deployment, *checks])

    def _start(self, name: str, module: str, arguments: list[object]) -> None:
        log = private_folder(self.data / "logs") / f"{name}.log"
        self.children[name] = Child(name, module, arguments, log)

    def _write_environments(self) -> None:
        """Write the environments of the functions for `sam local invoke --env-vars`."""
        path = self.data / "sam-local.json"
        if self.deployed or not path.exists():
            shared = {"AWS_ENDPOINT_URL": self.cloud_url, "AWS_REGION": REGION}
            write(
                path,
                {
                    name: {key: value for key, value in variables.items() if key != SOURCES}
                    | shared
                    for name, variables in self._stack.functions()
                },
            )
