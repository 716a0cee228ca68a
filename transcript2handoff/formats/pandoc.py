"""Runs pandoc: from bytes to bytes, without files or the network of its own."""

import os
import subprocess
from typing import Final

import pypandoc

from transcript2handoff.errors import DocumentError

TIMEOUT: Final = 60
"""In seconds; a document of a hundred pages takes about two."""
_TIMELESS: Final = {"SOURCE_DATE_EPOCH": "315532800", "LANG": "C.UTF-8"}


def pandoc(given: bytes, *options: str) -> bytes:
    """What pandoc makes of its input.

    Raises:
        DocumentError: it fails, or takes longer than a minute.
    """
    command = [pypandoc.get_pandoc_path(), "--sandbox", "--output=-", *options]
    try:
        done = subprocess.run(  # noqa: S603 - fixed options; the text goes in as a stream
            command,
            input=given,
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
            env={**os.environ, **_TIMELESS},
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"The document was not converted within {TIMEOUT} seconds; is it very long?"
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise DocumentError(f"The document cannot be converted: {said}") from error
    return done.stdout
