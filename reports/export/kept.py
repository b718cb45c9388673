"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.errors import OnestopError


@contextmanager
def kept(path: Path, *, over: bool) -> Iterator[Path]:
    """A file beside `path` to be written; at the end it takes that place, for its owner alone to read.

    over: it may take the place of another. Raises OnestopError where it may not, or can't be written.
    """
    taken = OnestopError(f"{path} is there already → --force writes over it")
    if not over and path.exists():
        raise taken
    draft = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        if over:
            draft.replace(path)
        else:
            os.link(draft, path)  # fails where something is, however lately it came
    except FileExistsError as error:
        raise taken from error
    except OSError as error:
        raise OnestopError(f"{path}: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
