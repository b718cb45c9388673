"""A text that another program wrote: its encoding found out, its lines bounded."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from ivr.errors import BadInput, Problem

LONGEST = 65_536
"""Characters of the longest line taken."""

_PIECE = 1024 * 1024
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """The lines of a text, each with its end, in UTF-8 (with or without a mark) or cp949. `name`: for problems.

    Raises BadInput, at once when the whole is no text, on the way at a line that is too long.
    """
    text = io.TextIOWrapper(stream, _encoding(stream, name), newline="")
    return _bounded(text, name)


def _bounded(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise BadInput([Problem(name, number, 1, f"the line is longer than {LONGEST} characters")])
        yield line
    text.detach()  # else it would close the stream, which is its owner's


def _encoding(stream: BinaryIO, name: str) -> str:
    if stream.read(2) in _UTF16:
        raise BadInput([Problem(name, 0, 0, "is UTF-16", "save it as CSV UTF-8")])
    for encoding in ("utf-8-sig", "cp949"):  # Excel in Korea saves in cp949
        if _decodes(stream, encoding, name):
            stream.seek(0)
            return encoding
    raise BadInput([Problem(name, 0, 0, "is neither UTF-8 nor cp949", "save it as CSV UTF-8")])


def _decodes(stream: BinaryIO, encoding: str, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    stream.seek(0)
    try:
        while piece := stream.read(_PIECE):
            if (nul := piece.find(b"\0")) >= 0:
                line += piece[:nul].count(b"\n")
                raise BadInput([Problem(name, line, 1, "holds a NUL byte: this is no text")])
            line += piece.count(b"\n")
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
