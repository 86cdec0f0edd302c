"""What `sam build` makes of functions and layers."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.command_line import PROJECT, runs_here
from tests.template.document import FUNCTIONS, GLOBALS

pytestmark = pytest.mark.packaging

LAYERS = ["CoreLayer", "DependenciesLayer"]
MEGABYTE = 1024 * 1024

# A pyc's second word: PEP 552's "by hash", without "check the source".
BY_HASH_UNCHECKED = 0b01

# What Lambda's own runtime holds.
IN_LAMBDA = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3"}

# Imports everything of ours from the folders given, and from nowhere else.
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path[:0] = sys.argv[1:]
import afterglow
for module in pkgutil.walk_packages(afterglow.__path__, "afterglow."):
    importlib.import_module(module.name)
import openai
openai.OpenAI(api_key="sk-none").responses
print(afterglow.__file__)
"""


def byte_code(source: Path) -> Path:
    """Where Lambda's Python looks for a module's byte code."""
    return source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"


def files(folder: Path, pattern: str = "*") -> set[str]:
    """Every file below a folder, by its path from there."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob(pattern) if path.is_file()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_its_handler_and_what_that_serves(build: Path, name: str) -> None:
    source = PROJECT / FUNCTIONS[name]["CodeUri"]
    served = {"openapi.json"} if name == "DocsFunction" else set()

    built = files(build / name) - {"__pycache__/handler.cpython-313.pyc"}
    assert built == {"handler.py"} | served
    for file in built:
        assert (build / name / file).read_bytes() == (source / file).read_bytes()


def test_the_core_layer_is_the_package(build: Path) -> None:
    source = PROJECT / "layers" / "core"
    layer = build / "CoreLayer" / "python"

    assert {path.name for path in layer.iterdir()} == {"afterglow"}
    assert files(layer, "*.py") == files(source, "*.py")
    assert {path.suffix for path in layer.rglob("*") if path.is_file()} <= {".py", ".pyc", ".typed"}


def test_the_dependencies_are_what_is_locked_and_no_more(build: Path) -> None:
    layer = build / "DependenciesLayer" / "python"
    lock = (PROJECT / "layers" / "dependencies" / "requirements.txt").read_text()
    locked = {line.split(" ")[0] for line in lock.splitlines() if "==" in line}
    installed = {
        folder.name.removesuffix(".dist-info").replace("-", "==").replace("_", "-")
        for folder in layer.glob("*.dist-info")
    }

    assert installed == locked
    assert not IN_LAMBDA & {path.name for path in layer.iterdir()}


@runs_here
@pytest.mark.parametrize("name", [*LAYERS, *FUNCTIONS])
def test_every_module_has_byte_code_that_holds(build: Path, name: str) -> None:
    for source in (build / name).rglob("*.py"):
        words = byte_code(source).read_bytes()[:8]

        assert int.from_bytes(words[4:], "little") == BY_HASH_UNCHECKED


def test_layers_are_small(build: Path, tmp_path: Path) -> None:
    archive = tmp_path / "layers.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for layer in LAYERS:
            for path in (build / layer).rglob("*"):
                zipped.write(path, path.relative_to(build))
        unzipped = sum(entry.file_size for entry in zipped.infolist())

    assert archive.stat().st_size < 25 * MEGABYTE
    assert unzipped < 100 * MEGABYTE


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A folder with what Lambda's runtime holds, of what is installed here."""
    installed = Path(pytest.__file__).parents[1]
    for name in IN_LAMBDA:
        (tmp_path / name).symlink_to(installed / name)
    return tmp_path


@runs_here
def test_the_layers_and_lambdas_own_libraries_are_enough(build: Path, runtime: Path) -> None:
    layers = [build / layer / "python" for layer in LAYERS]
    told = GLOBALS["Environment"]["Variables"]
    completed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT_ALL, *layers, runtime],
        capture_output=True,
        text=True,
        check=False,
        env={name: value if isinstance(value, str) else "1" for name, value in told.items()},
    )

    assert completed.returncode == 0, completed.stderr
    assert Path(completed.stdout).is_relative_to(build)
