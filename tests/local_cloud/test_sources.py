"""Noticing changed sources."""

import os
from importlib.util import cache_from_source
from pathlib import Path

from local.cloud.sources import SourceTree


def test_a_tree_at_rest_keeps_its_stamp(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("a = 1")
    tree = SourceTree(tmp_path)

    assert tree.stamp() == tree.stamp()


def test_every_change_is_noticed(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    module = package / "module.py"
    tree = SourceTree(tmp_path)
    stamps = [tree.stamp()]

    module.write_text("a = 1")
    stamps.append(tree.stamp())
    module.write_text("a = 22")
    stamps.append(tree.stamp())
    (package / "replacement").write_text("a = 333")
    os.replace(package / "replacement", module)  # noqa: PTH105 - as editors do
    stamps.append(tree.stamp())
    (package / "deeper").mkdir()
    (package / "deeper" / "other.py").write_text("")
    stamps.append(tree.stamp())
    module.unlink()
    stamps.append(tree.stamp())

    assert len(set(stamps)) == len(stamps)


def test_other_files_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("a = 1")
    tree = SourceTree(tmp_path)
    before = tree.stamp()

    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "module.cpython-311.pyc").write_text("x")

    assert tree.stamp() == before


def test_byte_code_of_a_changed_source_is_forgotten(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("a = 1")
    tree = SourceTree(tmp_path)
    tree.stamp()
    byte_code = Path(cache_from_source(str(module)))
    byte_code.parent.mkdir()
    byte_code.write_bytes(b"")

    module.write_text("a = 22")
    tree.stamp()

    assert not byte_code.exists()


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    tree = SourceTree(tmp_path / "nowhere")

    assert tree.stamp() == SourceTree(tmp_path).stamp()
