import json
import marshal
import os
import pickle
import subprocess

import yaml


def read(text):
    # ruleid: no-code-from-data
    eval(text)
    # ruleid: no-code-from-data
    exec(text)
    # ruleid: no-code-from-data
    pickle.loads(text)
    # ruleid: no-code-from-data
    marshal.loads(text)
    # ruleid: no-code-from-data
    yaml.load(text)
    # ruleid: no-code-from-data
    yaml.load(text, Loader=yaml.UnsafeLoader)
    # ok: no-code-from-data
    yaml.safe_load(text)
    # ok: no-code-from-data
    yaml.load(text, Loader=yaml.SafeLoader)
    # ok: no-code-from-data
    json.loads(text)


def start(text):
    # ruleid: no-shell, no-process
    subprocess.run(text, shell=True)
    # ruleid: no-shell
    os.system(text)
    # ok: no-shell
    # ruleid: no-process
    subprocess.run(["ls", text])
