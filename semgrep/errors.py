from contextlib import suppress


def read(source, log):
    # ruleid: no-silent-except
    try:
        source.read()
    except ValueError:
        pass
    try:
        source.read()
    # ruleid: no-silent-except
    except ValueError as error:
        ...
    # ruleid: no-silent-except
    try:
        source.read()
    except:
        source.close()
    # ok: no-silent-except
    try:
        source.read()
    except ValueError as error:
        raise OSError from error
    # ok: no-silent-except
    try:
        source.read()
    except KeyError:
        log.warning("absent")
    # ok: no-suppressed-everything
    with suppress(FileNotFoundError):
        source.read()
    # ruleid: no-suppressed-everything
    with suppress(Exception):
        source.read()
