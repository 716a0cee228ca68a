"""Office files are ZIP archives of XML; here they lose the time at which they were made."""

import io
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def timeless(
    archive: bytes,
    changes: Mapping[str, Callable[[str], str]],
    added: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """The archive without times, its parts changed by name as the functions say, and more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, change in changes.items():
            parts[name] = change(parts[name].decode()).encode()
        for name, part in {**parts, **added}.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return out.getvalue()
