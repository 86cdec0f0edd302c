"""What is planted is found: by the scan for secrets, and by our own rules where they hold."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.hygiene

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools"
OFFLINE = ("scan", "--json", "--quiet", "--metrics=off", "--disable-version-check")
# In pieces, so that this file holds none.
KEY = "sk-proj-" + "a9Xk2Lq7Rt5Vb8Wn3Zc6" + "T3Blbk" + "FJ" + "m4Hs1Yd0Pg8Uf2Je7Ko5"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)  # noqa: S607
    return tmp_path


def plant(repository: Path, name: str, text: str) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    subprocess.run(["git", "add", name], cwd=repository, check=True)  # noqa: S607


def scan_for_secrets(repository: Path) -> list[str]:
    done = subprocess.run(
        [TOOLS / "release/bin/python", "-m", "release.secret_scan", repository],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert KEY not in done.stdout + done.stderr
    return [line for line in done.stderr.splitlines() if not line.startswith("known_constants")]


def test_a_new_secret_is_found_wherever_it_is(repository: Path) -> None:
    plant(repository, "layers/key.py", f'KEY = "{KEY}"  # pragma: allowlist secret\n')
    plant(repository, "tests/test_key.py", f'\nclient("{KEY}")\n')
    plant(repository, "docs/key.md", PRIVATE + "\n")
    plant(repository, "layers/password.py", "pass" + 'word = "swordfish of the admiral"\n')
    plant(repository, "layers/harmless.py", 'password = "a quiet comet"\n')
    plant(repository, "tests/test_guess.py", 'password = "a guess only"\n')
    (repository / "untracked.py").write_text(f'KEY = "{KEY}"\n')

    found = "\n".join(scan_for_secrets(repository))

    assert "layers/key.py:1: OpenAI Token" in found
    assert "tests/test_key.py:2: OpenAI Token" in found
    assert "docs/key.md:1: Private Key" in found
    assert "layers/password.py:1: Secret Keyword" in found
    assert "harmless" not in found
    assert "test_guess" not in found
    assert "untracked" not in found


def test_a_constant_that_is_not_there_any_more_is_named(repository: Path) -> None:
    plant(repository, "empty.py", "")

    done = subprocess.run(
        [TOOLS / "release/bin/python", "-m", "release.secret_scan", repository],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert "'nanoseconds of wire' is not found any more" in done.stderr


def test_our_rules_hold_where_they_say(repository: Path) -> None:
    forbidden = "def read(name, table):\n    print(open(name))\n    return table.scan()\n"
    product = "layers/core/afterglow/services/planted.py"
    named = "layers/core/afterglow/adapters/dynamodb/deletions.py"
    for name in (product, named, "functions/chat/handler.py", "local/planted.py"):
        plant(repository, name, forbidden)
    plant(repository, "local/shell.py", "import os\n\nos.system('ls')\n")

    found = rules_broken(repository)

    everything = {"no-print", "no-file-system", "no-scan"}
    assert found == {
        product: everything,
        named: everything - {"no-scan"},
        "functions/chat/handler.py": everything,
        "local/shell.py": {"no-shell"},
    }


def rules_broken(repository: Path) -> dict[str, set[str]]:
    done = subprocess.run(
        [TOOLS / "semgrep/bin/semgrep", *OFFLINE, "--config", str(ROOT / "semgrep"), "."],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, set[str]] = {}
    for result in json.loads(done.stdout)["results"]:
        rule = result["check_id"].rpartition(".")[2]
        found.setdefault(result["path"], set()).add(rule)
    return found
