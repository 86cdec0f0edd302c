"""An audit that could not be made is no audit that was passed."""

from pathlib import Path

import pytest

from release import audit


def tool(folder: Path, script: str) -> Path:
    """Make a stand-in for pip-audit, which ends as the real one does."""
    path = folder / "pip-audit"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("echo 'No known vulnerabilities found' >&2", audit.PASSED, "No known"),
        ("echo 'jiter 0.19.0 GHSA-1'; exit 1", audit.FOUND, "GHSA-1"),
        ("echo 'ConnectionError: no such host' >&2; exit 1", audit.NOT_AUDITED, "NOT AUDITED"),
        ("exit 1", audit.NOT_AUDITED, "NOT AUDITED"),
    ],
)
def test_the_answer_is_the_tool_s(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    script: str,
    status: int,
    said: str,
) -> None:
    monkeypatch.setattr(audit, "TOOL", tool(tmp_path, script))

    assert audit.audit(["a.txt"]) == status
    captured = capfd.readouterr()
    assert said in captured.out + captured.err


def test_every_lock_file_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "TOOL", tool(tmp_path, 'echo "$@"'))

    audit.audit(["a.txt", "b.txt"])

    assert "--requirement a.txt --requirement b.txt" in capfd.readouterr().out
