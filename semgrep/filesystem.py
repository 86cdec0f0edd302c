import io
import os
import shutil
import tempfile
from importlib import resources
from pathlib import Path

DOCUMENT = Path(__file__).with_name("openapi.json")
_ASSETS = resources.files("afterglow")


def document():
    # ok: no-file-system
    return DOCUMENT.read_text()


def style():
    # ok: no-file-system
    return _ASSETS.joinpath("page.css").read_text()


def opened_by_service(uploads, upload):
    # ok: no-file-system
    uploads.open(upload)


def is_there(item):
    # ok: no-file-system
    return item.owner.exists()


def key(folder):
    # ok: no-file-system
    return f"staging/{folder}/"


def read(folder, name):
    # ruleid: no-file-system
    with open(f"{folder}/{name}") as file:
        file.read()
    # ruleid: no-file-system
    io.open(name)
    # ruleid: no-file-system
    os.listdir(folder)
    # ruleid: no-file-system
    os.path.exists(folder)
    # ruleid: no-file-system
    place = Path(folder)
    # ruleid: no-file-system
    place.read_bytes()
    # ruleid: no-file-system
    shutil.copy(folder, name)
    # ruleid: no-file-system
    tempfile.mkdtemp()
    # ruleid: no-file-system
    _ASSETS.joinpath(name).read_text()
