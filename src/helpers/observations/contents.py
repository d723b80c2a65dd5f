"""Bytes of files of unknown quality: read once and whole, or one named problem."""

import os
import stat
from pathlib import Path

from helpers.problems import Problem

MOST_BYTES = 200_000_000
"""A raw table of this size is a mistake; reading it would fill the memory."""

_TRIES = 3


def read_content(path: Path, file: str, wanted: str) -> tuple[bytes, Problem | None]:
    """Read a file that somebody may be writing to.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        The name under which a problem is reported.
    wanted : str
        What the file must hold, for the message when it is missing.

    Returns
    -------
    bytes, Problem or None
        The content as it stood at one moment, or why there is none. Never raises for what a path
        can be: missing, a folder, a pipe, a loop of links, unreadable, too large, being written.
    """
    try:
        return _stable_content(path), None
    except FileNotFoundError:
        return b"", _fault(file, "missing", f"the file is missing; it must hold {wanted}")
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"the file cannot be read ({reason}); make it readable"
        return b"", _fault(file, path.name, message)


def signature(path: Path) -> tuple[int, int, int] | None:
    """Give what changes when a file is written or replaced; None when there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _fault(file: str, value: str, message: str) -> Problem:
    return Problem(file, 1, "file", value, message)


def _stable_content(path: Path) -> bytes:
    # Opening a pipe would wait for a writer, and a device may never end.
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(None, "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
    for _ in range(_TRIES):
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > MOST_BYTES:
                raise OSError(None, f"it is larger than {MOST_BYTES // 1_000_000} MB")
            content = stream.read()
            after = os.fstat(stream.fileno())
        same = before.st_mtime_ns == after.st_mtime_ns and len(content) == after.st_size
        if same:
            return content
    raise OSError(None, "it is being written; try again when that is done")


def decode(content: bytes, file: str) -> tuple[str, Problem | None]:
    """Turn bytes into text; UTF-8 with or without byte order mark is right, all else is named."""

    def refuse(position: int, value: str, message: str) -> tuple[str, Problem]:
        line = content.count(b"\n", 0, position) + 1
        return "", Problem(file, line, "file", value, message)

    mend = "save the file as UTF-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_like_utf16(content):
        return refuse(0, "UTF-16", f"the file is encoded in UTF-16; {mend}")
    if (position := content.find(b"\0")) >= 0:
        message = f"a NUL byte at byte {position}: the file is damaged or not text; {mend}"
        return refuse(position, "NUL", message)
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        position = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
    if _looks_like_gb18030(content):
        return refuse(position, "GB18030", f"the file is encoded in GB18030 (GBK); {mend}")
    value = f"0x{content[position]:02x}"
    message = f"the byte {value} at byte {position} is not UTF-8; {mend}"
    return refuse(position, value, message)


def _looks_like_utf16(content: bytes) -> bool:
    # ASCII letters in UTF-16 leave a NUL in every second byte.
    head = content[:400]
    half = len(head) // 2
    return half >= 2 and max(head[0::2].count(0), head[1::2].count(0)) > 0.7 * half


def _looks_like_gb18030(content: bytes) -> bool:
    try:
        beyond_ascii = [c for c in content.decode("gb18030") if ord(c) > 127]
    except UnicodeDecodeError:
        return False
    # GB18030 decodes almost any bytes into rare characters: real text has mostly common ones.
    common = sum(_in_gb2312(c) for c in beyond_ascii)
    return common > 0.8 * len(beyond_ascii)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
